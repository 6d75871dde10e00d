//! The list of applications: of a member its own, of the secretariat all.

use std::collections::HashMap;

use axum::response::Response;
use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::{
    model::{LineState, State as Stands},
    pick::HERE,
    routes::{Wanted, path},
    store::Case,
};
use crate::{
    current::Current,
    form::Form,
    ids::{ApplicationId, MemberId, TextEnum},
    members::store::Member,
    paging::Paged,
    shell::Page,
    state::AppState,
    text::Locale,
    ui::{
        downloads,
        field::Fields,
        parts::{self, Tone},
    },
};

const LIST: &str = "/place-codes/applications";

pub struct Shown {
    pub page: Paged<Case, ApplicationId>,
    pub members: Vec<Member>,
    pub count: u64,
}

pub fn show(state: &AppState, current: &Current, wanted: &Wanted, shown: &Shown) -> Response {
    let l = current.locale;
    let may_apply = current.serves_a_member() || current.is_staff();
    let title = l.t("place_codes.applications");
    Page::new(current, title.clone()).render(state, || {
        let cases = &shown.page.rows;
        let table = if cases.is_empty() {
            parts::empty(l.t("place_codes.applications.none"), may_apply.then(|| (HERE, l.t("place_codes.apply"))))
        } else {
            table(l, cases, &shown.members)
        };
        let page = |side, id| wanted.address(LIST, Some((side, id)));
        view! {
            {parts::breadcrumbs(l, &[("/place-codes", l.t("place_codes.title"))], title.clone())}
            <div class="page-head">
                <h1>{title.clone()}</h1>
                {(may_apply && !cases.is_empty()).then(|| view! {
                    <div class="actions"><a class="button" href=HERE>{l.t("place_codes.apply")}</a></div>
                })}
            </div>
            <p class="lead">{l.t("place_codes.applications.lead")}</p>
            {filters(l, wanted)}
            {parts::result_count(l, shown.count)}
            {table}
            {(!cases.is_empty()).then(|| {
                downloads::links(current, &wanted.address("/place-codes/applications.xlsx", None), l.t("place_codes.export"))
            })}
            {parts::pager(l, shown.page.before.map(|id| page("before", id)), shown.page.after.map(|id| page("after", id)))}
        }
        .into_any()
    })
}

fn filters(l: Locale, wanted: &Wanted) -> AnyView {
    let mut form = Form::new("place_codes.filter");
    form.set("state", &wanted.state);
    form.set("q", &wanted.q);
    let fields = Fields::new(l, &form);
    let states = fields.options::<Stands>("place_codes.state");
    view! {
        <form class="filters" method="get" action=LIST role="search">
            {fields.select("state", states, Some(l.t("place_codes.filter.all"))).view()}
            {fields.text("q").max(60).view()}
            {(!wanted.member.is_empty()).then(|| view! { <input type="hidden" name="member" value=wanted.member.clone() /> })}
            <button class="button button--quiet">{l.t("place_codes.filter.apply")}</button>
        </form>
    }
    .into_any()
}

fn table(l: Locale, cases: &[Case], members: &[Member]) -> AnyView {
    let names: HashMap<MemberId, &str> = members.iter().map(|member| (member.id, member.name.as_str())).collect();
    let rows = cases
        .iter()
        .map(|case| {
            let application = &case.application;
            let since = application.filed_at.unwrap_or(application.created_at);
            view! {
                <tr>
                    <th scope="row"><a href=path(application.id, "")>{application.number.clone()}</a></th>
                    <td data-label=l.t("place_codes.row.unit")>{names.get(&application.member_id).map(|name| (*name).to_owned())}</td>
                    <td data-label=l.t("place_codes.row.places")>{places(l, case)}</td>
                    <td class="nowrap" data-label=l.t("place_codes.row.since")>{since.show()}</td>
                    <td data-label=l.t("place_codes.row.state")>{state_tag(l, case.state())}</td>
                </tr>
            }
            .into_any()
        })
        .collect::<Vec<_>>();
    view! {
        <div class="table-wrap" role="region" tabindex="0" aria-label=l.t("place_codes.applications")>
            <table class="table table--cards">
                <thead><tr>
                    <th scope="col">{l.t("place_codes.row.number")}</th>
                    <th scope="col">{l.t("place_codes.row.unit")}</th>
                    <th scope="col">{l.t("place_codes.row.places")}</th>
                    <th scope="col">{l.t("place_codes.row.since")}</th>
                    <th scope="col">{l.t("place_codes.row.state")}</th>
                </tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// How many entrances there are; where one or two, which.
fn places(l: Locale, case: &Case) -> String {
    match &case.lines[..] {
        [] => "--".to_owned(),
        few @ ([_] | [_, _]) => {
            let names: Vec<String> =
                few.iter().map(|line| format!("{} {}", line.plant.name, line.entrance.name)).collect();
            names.join(&l.t("list.comma"))
        }
        many => l.tn("place_codes.places", &[("n", &many.len().to_string())]),
    }
}

pub fn state_tag(l: Locale, state: Stands) -> AnyView {
    let tone = match state {
        Stands::Prepared | Stands::ToUpload => Tone::Wait,
        Stands::Waiting => Tone::Info,
        Stands::Refused => Tone::Urgent,
        Stands::Done => Tone::Done,
    };
    parts::tag(tone, l.t(&format!("place_codes.state.{}", state.word())))
}

pub fn line_tag(l: Locale, state: LineState) -> AnyView {
    let tone = match state {
        LineState::Prepared | LineState::Approved => Tone::Wait,
        LineState::Waiting => Tone::Info,
        LineState::Refused => Tone::Urgent,
        LineState::Issued => Tone::Done,
        LineState::Again | LineState::Gone => Tone::Muted,
    };
    parts::tag(tone, l.t(&format!("place_codes.line.{}", state.word())))
}
