//! The list of postings, newest first.

use axum::response::Response;
use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::{
    model::{State, due},
    one::path,
    recall_page, record,
    routes::{LIST, RECALLED, WRONG, Wanted},
    store::Posting,
};
use crate::{
    current::Current,
    form::Form,
    ids::{EntranceId, PostingId, TextEnum},
    members::towns,
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
    pub page: Paged<Posting, PostingId>,
    pub count: u64,
    /// Days within which a copy is to be replaced.
    pub within: u16,
}

pub fn show(state: &AppState, current: &Current, wanted: &Wanted, shown: &Shown) -> Response {
    let l = current.locale;
    let may_act = current.serves_a_member() || current.is_staff();
    let title = l.t("postings.title");
    Page::new(current, title.clone()).render(state, || {
        let postings = &shown.page.rows;
        let list = if postings.is_empty() {
            empty(l, wanted, may_act)
        } else {
            table(current, shown)
        };
        let new = wanted.entrance.parse::<EntranceId>().ok().filter(|_| may_act).map(|entrance| {
            view! {
                <div class="actions"><a class="button" href=record::path(entrance)>{l.t("postings.record")}</a></div>
            }
        });
        let page = |side, id| wanted.address(LIST, Some((side, id)));
        view! {
            {parts::breadcrumbs(l, &[("/place-codes", l.t("place_codes.title"))], title.clone())}
            <div class="page-head"><h1>{title.clone()}</h1>{new.filter(|_| !postings.is_empty())}</div>
            <p class="lead">
                {l.t("postings.lead")} " " <a href=recall_page::HERE>{l.t("postings.recalls")}</a>
            </p>
            {filters(current, wanted)}
            {parts::result_count(l, shown.count)}
            {list}
            {(!postings.is_empty()).then(|| {
                downloads::links(current, &wanted.address("/place-codes/postings.xlsx", None), l.t("place_codes.export"))
            })}
            {parts::pager(l, shown.page.before.map(|id| page("before", id)), shown.page.after.map(|id| page("after", id)))}
        }
        .into_any()
    })
}

/// Nothing there: the next step is to record a copy, of the entrance that the list is narrowed to or of any.
fn empty(l: Locale, wanted: &Wanted, may_act: bool) -> AnyView {
    let entrance = wanted.entrance.parse::<EntranceId>().ok();
    let href = entrance.map_or_else(|| "/place-codes".to_owned(), record::path);
    let words = if entrance.is_some() { "postings.record" } else { "postings.list.choose" };
    let alone = wanted.state.is_empty() && wanted.q.is_empty();
    parts::empty(l.t("postings.list.none"), (may_act && alone).then(|| (href.as_str(), l.t(words))))
}

fn filters(current: &Current, wanted: &Wanted) -> AnyView {
    let l = current.locale;
    let mut form = Form::new("postings.filter");
    form.set("state", &wanted.state);
    form.set("q", &wanted.q);
    form.set("district", &wanted.district);
    let fields = Fields::new(l, &form);
    let mut states = fields.options::<State>("postings.state");
    states.insert(0, (WRONG.to_owned(), l.t("postings.filter.wrong")));
    states.insert(1, (RECALLED.to_owned(), l.t("postings.filter.recalled")));
    let districts = towns::districts().iter().map(|d| (d.code.to_owned(), d.name.to_owned())).collect();
    let all = || Some(l.t("place_codes.filter.all"));
    let hidden = [("member", &wanted.member), ("plant", &wanted.plant), ("entrance", &wanted.entrance)];
    let hidden = hidden.into_iter().filter(|(_, id)| !id.is_empty());
    let hidden = hidden.map(|(name, id)| view! { <input type="hidden" name=name value=id.clone() /> }.into_any());
    view! {
        <form class="filters" method="get" action=LIST role="search">
            {fields.select("state", states, all()).view()}
            {current.is_office().then(|| fields.select("district", districts, all()).view())}
            {fields.text("q").max(60).view()}
            {hidden.collect::<Vec<_>>()}
            <button class="button button--quiet">{l.t("place_codes.filter.apply")}</button>
            {(!wanted.is_plain()).then(|| view! { <a class="button button--link" href=LIST>{l.t("place_codes.filter.clear")}</a> })}
        </form>
    }
    .into_any()
}

fn table(current: &Current, shown: &Shown) -> AnyView {
    let l = current.locale;
    // Whoever works for one member knows whose these are.
    let several = current.is_office() || current.member_ids().len() > 1;
    let lines = shown
        .page
        .rows
        .iter()
        .map(|posting| {
            let unit = several.then(|| view! { <br /><small class="quiet">{posting.member.name.clone()}</small> });
            let seen = posting.last.as_ref().map(|last| show_day(last.day));
            view! {
                <tr>
                    <th scope="row"><a href=path(posting.row.id)>{posting.row.number.clone()}</a></th>
                    <td data-label=l.t("postings.field.spot")>{posting.row.spot.clone()}</td>
                    <td data-label=l.t("postings.row.entrance")>
                        {format!("{} · {}", posting.plant.name, posting.entrance.name)}{unit}
                    </td>
                    <td data-label=l.t("postings.row.state")>{state_tag(l, posting.state())}{due_of(l, posting, shown.within)}</td>
                    <td class="nowrap" data-label=l.t("postings.field.posted_on")>{show_day(posting.row.posted_on)}</td>
                    <td class="nowrap" data-label=l.t("postings.row.seen")>{parts::or_dashes(seen)}</td>
                </tr>
            }
            .into_any()
        })
        .collect::<Vec<_>>();
    view! {
        <div class="table-wrap" role="region" tabindex="0" aria-label=l.t("postings.title")>
            <table class="table table--cards">
                <thead><tr>
                    <th scope="col">{l.t("postings.row.number")}</th>
                    <th scope="col">{l.t("postings.field.spot")}</th>
                    <th scope="col">{l.t("postings.row.entrance")}</th>
                    <th scope="col">{l.t("postings.row.state")}</th>
                    <th scope="col">{l.t("postings.field.posted_on")}</th>
                    <th scope="col">{l.t("postings.row.seen")}</th>
                </tr></thead>
                <tbody>{lines}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// Until when it is to be replaced, where it is.
fn due_of(l: Locale, posting: &Posting, within: u16) -> Option<AnyView> {
    let day = due(posting.since?, within).day();
    let words = l.tn("postings.advice.due", &[("day", &show_day(day))]);
    Some(view! { <br /><small class="quiet">{words}</small> }.into_any())
}

pub fn state_tag(l: Locale, state: State) -> AnyView {
    let tone = match state {
        State::Right | State::ByEye => Tone::Done,
        State::NoPhoto | State::Unreadable => Tone::Wait,
        State::Outdated | State::Elsewhere | State::ToReplace => Tone::Urgent,
        State::Removed => Tone::Muted,
    };
    parts::tag(tone, l.t(&format!("postings.state.{}", state.word())))
}
