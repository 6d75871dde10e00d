//! The matrix: how many entrances are covered, and each of them with its code, its sentinel and what mends it.

use std::sync::Arc;

use axum::response::Response;
use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::{
    Rules, figures_part, members_part,
    model::{CodeState, Coverage, Facts, SentinelState, Show},
    routes::{HERE, Wanted},
    store::{Overview, Row},
};
use crate::{
    current::Current,
    form::Form,
    ids::{EntranceId, TextEnum},
    members::{plant_kind::PlantKind, towns},
    paging::Paged,
    shell::Page,
    state::AppState,
    text::Locale,
    time::show_day,
    ui::{
        downloads,
        field::Fields,
        parts::{self, Tone},
    },
};

pub struct Shown {
    pub overview: Arc<Overview>,
    pub page: Paged<Row, EntranceId>,
    pub rules: Rules,
    /// Whose entrances alone are looked at.
    pub member: Option<String>,
}

pub fn show(state: &AppState, current: &Current, wanted: &Wanted, shown: &Shown) -> Response {
    let l = current.locale;
    let title = l.t("coverage.title");
    Page::new(current, title.clone()).render(state, || {
        let rows = &shown.page.rows;
        let next = (wanted.is_plain() && !current.is_office()).then(|| ("/members", l.t("coverage.register")));
        let list = if rows.is_empty() { parts::empty(l.t("coverage.none"), next) } else { table(current, rows) };
        let page = |side, id| wanted.address(HERE, &[], Some((side, id)));
        let days = shown.rules.verified_days.to_string();
        view! {
            <div class="page-head">
                <h1>{title.clone()}</h1>
                {current.is_office().then(|| view! {
                    <div class="actions"><a class="button button--quiet" href="/coverage/settings">{l.t("coverage.settings")}</a></div>
                })}
            </div>
            <p class="lead">{l.tn("coverage.lead", &[("days", &days)])}</p>
            {shown.member.as_deref().map(|name| alone(l, wanted, name))}
            {filters(current, wanted)}
            {figures_part::view(current, wanted, &shown.overview)}
            {current.is_office().then(|| members_part::view(l, wanted, &shown.overview.worst)).flatten()}
            {parts::result_count(l, shown.overview.figures.count(wanted.show()))}
            {list}
            {(!rows.is_empty()).then(|| {
                downloads::links(current, &wanted.address("/coverage.xlsx", &[], None), l.t("coverage.export"))
            })}
            {parts::pager(l, shown.page.before.map(|id| page("before", id)), shown.page.after.map(|id| page("after", id)))}
        }
        .into_any()
    })
}

/// Whose entrances these are, and the way back to those of all members.
fn alone(l: Locale, wanted: &Wanted, name: &str) -> AnyView {
    let all = wanted.address(HERE, &[("member", "")], None);
    view! { <p>{l.tn("coverage.of_member", &[("member", name)])} " " <a href=all>{l.t("coverage.all_members")}</a></p> }
        .into_any()
}

fn filters(current: &Current, wanted: &Wanted) -> AnyView {
    let l = current.locale;
    let mut form = Form::new("coverage.filter");
    form.set("show", &wanted.show);
    form.set("district", &wanted.district);
    form.set("kind", &wanted.kind);
    form.set("q", &wanted.q);
    let fields = Fields::new(l, &form);
    let open = (Show::OPEN.to_owned(), l.t("coverage.state.open"));
    let states = std::iter::once(open).chain(fields.options::<Coverage>("coverage.state")).collect();
    let districts = towns::districts().iter().map(|d| (d.code.to_owned(), d.name.to_owned())).collect();
    let kinds = PlantKind::ALL.iter().map(|kind| (kind.word().to_owned(), l.say(&kind.name()))).collect();
    let all = || Some(l.t("coverage.filter.all"));
    let hidden = [("member", &wanted.member), ("plant", &wanted.plant)].into_iter().filter(|(_, id)| !id.is_empty());
    let hidden = hidden.map(|(name, id)| view! { <input type="hidden" name=name value=id.clone() /> }.into_any());
    view! {
        <form class="filters" method="get" action=HERE role="search">
            {fields.select("show", states, all()).view()}
            {current.is_office().then(|| fields.select("district", districts, all()).view())}
            {current.is_office().then(|| fields.select("kind", kinds, all()).view())}
            {fields.text("q").max(60).view()}
            {hidden.collect::<Vec<_>>()}
            <button class="button button--quiet">{l.t("coverage.filter.apply")}</button>
            {(!wanted.is_plain()).then(|| view! { <a class="button button--link" href=HERE>{l.t("coverage.filter.clear")}</a> })}
        </form>
    }
    .into_any()
}

fn table(current: &Current, rows: &[Row]) -> AnyView {
    let l = current.locale;
    // Whoever works for one member knows whose plants these are.
    let several = current.is_office() || rows.iter().any(|row| row.member_id != rows[0].member_id);
    let lines = rows
        .iter()
        .map(|row| {
            let facts = row.facts();
            let member = several.then(|| view! { <br /><small class="quiet">{member_name(current, row)}</small> });
            let seen = row.verified_on.map(|day| l.tn("coverage.seen", &[("day", &show_day(day))]));
            view! {
                <tr>
                    <th scope="row">{row.name.clone()}</th>
                    <td data-label=l.t("coverage.row.plant")>{row.plant_name.clone()}{member}</td>
                    <td data-label=l.t("coverage.row.coverage")>{coverage_tag(l, row.coverage())}</td>
                    <td data-label=l.t("coverage.row.code")>
                        {code_words(l, facts)}
                        {seen.map(|seen| view! { <br /><small class="quiet">{seen}</small> })}
                    </td>
                    <td data-label=l.t("coverage.row.sentinel")>{sentinel_words(l, facts.sentinel)}</td>
                    <td class="nowrap" data-label=l.t("coverage.row.next")>{next(current, row)}</td>
                </tr>
            }
            .into_any()
        })
        .collect::<Vec<_>>();
    view! {
        <div class="table-wrap" role="region" tabindex="0" aria-label=l.t("coverage.title")>
            <table class="table table--cards">
                <thead><tr>
                    <th scope="col">{l.t("coverage.row.entrance")}</th>
                    <th scope="col">{l.t("coverage.row.plant")}</th>
                    <th scope="col">{l.t("coverage.row.coverage")}</th>
                    <th scope="col">{l.t("coverage.row.code")}</th>
                    <th scope="col">{l.t("coverage.row.sentinel")}</th>
                    <th scope="col">{l.t("coverage.row.next")}</th>
                </tr></thead>
                <tbody>{lines}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// For the office it leads to all that the member has.
fn member_name(current: &Current, row: &Row) -> AnyView {
    let name = row.member_name.clone();
    if !current.is_office() {
        return name.into_any();
    }
    view! { <a href=format!("{HERE}?member={}", row.member_id)>{name}</a> }.into_any()
}

/// The one thing that mends it, or, where nothing is to be mended or somebody only looks, where it can be read.
fn next(current: &Current, row: &Row) -> AnyView {
    let l = current.locale;
    let entrance = || format!("/place-codes/entrances/{}", row.id);
    let postings = || format!("/place-codes/postings?entrance={}", row.id);
    let devices = || format!("/sentinels/devices?entrance={}", row.id);
    let acts = current.acts_for_plant(row.member_id, row.plant_id).is_ok();
    let coverage = row.coverage();
    let (href, words) = match coverage {
        Coverage::Sentinel => (devices(), "coverage.next.sentinel"),
        Coverage::Both | Coverage::Code => (entrance(), "coverage.next.code"),
        _ if !acts => (entrance(), "coverage.next.code"),
        Coverage::Outdated => (postings(), "coverage.next.replace"),
        Coverage::Expired | Coverage::Unverified => (postings(), "coverage.next.verify"),
        Coverage::Unposted => (format!("/place-codes/print?entrance={}", row.id), "coverage.next.print"),
        Coverage::Pending => (devices(), "coverage.next.pending"),
        Coverage::Moved | Coverage::Nothing => {
            (format!("/place-codes/apply?member={}", row.member_id), "coverage.next.apply")
        }
    };
    view! { <a href=href>{l.t(words)}<span class="visually-hidden">" " {row.plant_name.clone()} " " {row.name.clone()}</span></a> }
        .into_any()
}

pub fn coverage_tag(l: Locale, coverage: Coverage) -> AnyView {
    let tone = match coverage {
        Coverage::Both | Coverage::Code | Coverage::Sentinel => Tone::Done,
        Coverage::Outdated => Tone::Urgent,
        Coverage::Expired | Coverage::Unverified | Coverage::Unposted | Coverage::Pending => Tone::Wait,
        Coverage::Moved | Coverage::Nothing => Tone::Muted,
    };
    parts::tag(tone, l.t(&format!("coverage.state.{}", coverage.word())))
}

/// How the code stands, and whether a photo speaks for it or somebody's eyes.
pub fn code_words(l: Locale, facts: Facts) -> String {
    let code = facts.code();
    if facts.by_eye && code == CodeState::Verified {
        return l.t("coverage.code.by_eye");
    }
    l.t(&format!("coverage.code.{}", code.word()))
}

pub fn sentinel_words(l: Locale, sentinel: SentinelState) -> String {
    l.t(&format!("coverage.sentinel.{}", sentinel.word()))
}
