//! The list of issues: tabs, filters, a table that becomes cards on a phone.

use axum::response::Response;
use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::{options, state_tag};
use crate::{
    accounts::store::Known,
    current::Current,
    form::Form,
    ids::IssueId,
    issues::{
        model::{Category, Kind, State},
        routes::list::{NOBODY, Wanted},
        store::Issue,
    },
    members::store::Member,
    shell::Page,
    state::AppState,
    text::Locale,
    ui::{downloads, field::Fields, parts},
};

/// Issues, and the names that stand beside them.
pub struct Rows {
    pub issues: Vec<Issue>,
    pub members: Vec<Member>,
    pub owners: Vec<Known>,
}

impl Rows {
    pub fn member(&self, issue: &Issue) -> Option<String> {
        self.members.iter().find(|member| member.id == issue.member_id).map(|member| member.name.clone())
    }

    pub fn owner(&self, issue: &Issue) -> Option<String> {
        self.owners.iter().find(|person| Some(person.id) == issue.owner_id).map(|person| person.name.clone())
    }
}

pub struct Shown {
    pub rows: Rows,
    /// Whom the filter offers as owners.
    pub staff: Vec<Known>,
    pub count: u64,
    /// The first of this page, when there are newer ones.
    pub before: Option<IssueId>,
    /// The last of this page, when there are older ones.
    pub after: Option<IssueId>,
}

pub fn show(state: &AppState, current: &Current, wanted: &Wanted, shown: &Shown) -> Response {
    let l = current.locale;
    let title = l.t(if current.is_office() { "issues.title" } else { "issues.title_own" });
    Page::new(current, title.clone()).render(state, || {
        let may_file = current.serves_a_member() || current.is_staff();
        let new = l.t(if current.serves_a_member() { "issues.new" } else { "issues.new_for" });
        let body = if shown.rows.issues.is_empty() {
            let next = current.serves_a_member().then(|| ("/issues/new", l.t("issues.new")));
            parts::empty(l.t(if is_narrowed(wanted) { "issues.none_found" } else { "issues.none" }), next)
        } else {
            table(current, shown)
        };
        view! {
            <div class="page-head">
                <h1>{title}</h1>
                <div class="actions">
                    {may_file.then(|| view! { <a class="button" href="/issues/new">{new}</a> })}
                </div>
            </div>
            {tabs(current, wanted)}
            {current.is_office().then(|| filters(l, wanted, shown))}
            {parts::result_count(l, shown.count)}
            {body}
            {(!shown.rows.issues.is_empty()).then(|| downloads::links(current, &wanted.address("/issues.xlsx", |_| ()), l.t("issues.export")))}
            {parts::pager(
                l,
                shown.before.map(|id| wanted.address("/issues", |w| w.before = id.to_string())),
                shown.after.map(|id| wanted.address("/issues", |w| w.after = id.to_string())),
            )}
        }
        .into_any()
    })
}

fn is_narrowed(wanted: &Wanted) -> bool {
    [&wanted.view, &wanted.state, &wanted.kind, &wanted.category, &wanted.owner, &wanted.q]
        .into_iter()
        .any(|value| !value.is_empty())
}

fn tabs(current: &Current, wanted: &Wanted) -> AnyView {
    let l = current.locale;
    let views: &[&str] = if current.is_office() { &["", "waiting", "mine", "all"] } else { &["", "all"] };
    let links = views
        .iter()
        .map(|of| {
            let here = wanted.view == *of || (of.is_empty() && !views.contains(&wanted.view.as_str()));
            let href = wanted.address("/issues", |w| (*of).clone_into(&mut w.view));
            let words = l.t(match *of {
                "waiting" => "issues.view.waiting",
                "mine" => "issues.view.mine",
                "all" => "issues.view.all",
                _ => "issues.view.open",
            });
            view! { <a href=href aria-current=here.then_some("page")>{words}</a> }.into_any()
        })
        .collect::<Vec<_>>();
    view! { <nav class="tabs" aria-label=l.t("issues.views")>{links}</nav> }.into_any()
}

fn filters(l: Locale, wanted: &Wanted, shown: &Shown) -> AnyView {
    let mut form = Form::new("issues.filter");
    for (name, value) in [
        ("view", &wanted.view),
        ("q", &wanted.q),
        ("state", &wanted.state),
        ("kind", &wanted.kind),
        ("category", &wanted.category),
        ("owner", &wanted.owner),
    ] {
        form.set(name, value);
    }
    let fields = Fields::new(l, &form);
    let any = || Some(l.t("issues.filter.any"));
    let staff = shown.staff.iter().map(|person| (person.id.to_string(), person.name.clone()));
    let owners = std::iter::once((NOBODY.to_owned(), l.t("issues.filter.owner.nobody"))).chain(staff).collect();
    view! {
        <form class="filters" method="get" action="/issues">
            {fields.hidden("view")}
            {fields.text("q").max(60).view()}
            {fields.select("state", options::<State>(l, "issues.state"), any()).view()}
            {fields.select("kind", options::<Kind>(l, "issues.kind"), any()).view()}
            {fields.select("category", options::<Category>(l, "issues.category"), any()).view()}
            {fields.select("owner", owners, any()).view()}
            <button class="button button--quiet">{l.t("issues.filter.apply")}</button>
        </form>
    }
    .into_any()
}

fn table(current: &Current, shown: &Shown) -> AnyView {
    let l = current.locale;
    let several = current.is_office() || current.member_ids().len() > 1;
    let rows = shown.rows.issues.iter().map(|issue| row(current, &shown.rows, issue, several)).collect::<Vec<_>>();
    view! {
        <div class="table-wrap" role="region" tabindex="0" aria-label=l.t("issues.title")>
            <table class="table table--cards">
                <thead><tr>
                    <th scope="col">{l.t("issues.column.title")}</th>
                    <th scope="col">{l.t("issues.column.number")}</th>
                    <th scope="col">{l.t("issues.column.state")}</th>
                    {several.then(|| view! { <th scope="col">{l.t("issues.column.member")}</th> })}
                    <th scope="col">{l.t("issues.column.kind")}</th>
                    <th scope="col">{l.t("issues.column.owner")}</th>
                    <th scope="col">{l.t("issues.column.filed")}</th>
                </tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn row(current: &Current, rows: &Rows, issue: &Issue, several: bool) -> AnyView {
    let l = current.locale;
    let kind = format!(
        "{} · {}",
        l.t(&format!("issues.kind.{}", issue.kind)),
        l.t(&format!("issues.category.{}", issue.category))
    );
    view! {
        <tr>
            <th scope="row"><a href=format!("/issues/{}", issue.id)>{issue.title.clone()}</a></th>
            <td class="nowrap" data-label=l.t("issues.column.number")>{issue.number.clone()}</td>
            <td data-label=l.t("issues.column.state")>{state_tag(l, issue.state(), current.is_office())}</td>
            {several.then(|| view! { <td data-label=l.t("issues.column.member")>{parts::or_dashes(rows.member(issue))}</td> })}
            <td data-label=l.t("issues.column.kind")>{kind}</td>
            <td data-label=l.t("issues.column.owner")>{rows.owner(issue).unwrap_or_else(|| l.t("issues.nobody"))}</td>
            <td class="nowrap" data-label=l.t("issues.column.filed")>{issue.filed_at.show()}</td>
        </tr>
    }
    .into_any()
}
