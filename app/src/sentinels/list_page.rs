//! The list of install requests: of a member its own, of the secretariat all.

use axum::response::Response;
use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::{
    model::State,
    routes::path,
    store::{Case, Filter, Listed, Names},
    tabs,
};
use crate::{
    current::Current,
    ids::TextEnum,
    paging::{address, page_address},
    shell::Page,
    state::AppState,
    text::Locale,
    ui::{
        downloads,
        parts::{self, Tone},
    },
};

pub fn show(state: &AppState, current: &Current, filter: &Filter, listed: &Listed, names: &Names) -> Response {
    let l = current.locale;
    let may_ask = current.serves_a_member() || current.is_staff();
    Page::new(current, l.t("sentinels.title")).render(state, || {
        let table = if listed.cases.is_empty() {
            let next = may_ask.then(|| ("/sentinels/new", l.t("sentinels.new")));
            parts::empty(l.t("sentinels.empty"), next)
        } else {
            table(l, &listed.cases, names)
        };
        let page = |side: &str, id| page_address("/sentinels", narrowed(filter), Some((side, id)));
        view! {
            <div class="page-head">
                <h1>{l.t("sentinels.title")}</h1>
                {(may_ask && !listed.cases.is_empty()).then(|| view! {
                    <div class="actions"><a class="button" href="/sentinels/new">{l.t("sentinels.new")}</a></div>
                })}
            </div>
            {tabs::view(current, "/sentinels")}
            <p class="lead">
                {l.t("sentinels.lead")} " " <a href="/guides/running-a-plant#choosing">{l.t("guides.running.title")}</a>
            </p>
            {filters(l, filter)}
            {parts::result_count(l, listed.count)}
            {table}
            {(!listed.cases.is_empty()).then(|| downloads::links(current, &address("/sentinels.xlsx", narrowed(filter)), l.t("sentinels.export")))}
            {parts::pager(l, listed.newer.map(|id| page("before", id)), listed.older.map(|id| page("after", id)))}
        }
        .into_any()
    })
}

fn narrowed(filter: &Filter) -> [(&'static str, &str); 2] {
    let state = filter.state.map(TextEnum::word).unwrap_or_default();
    [("state", state), ("q", filter.text.as_deref().unwrap_or_default())]
}

fn filters(l: Locale, filter: &Filter) -> AnyView {
    let states = State::ALL
        .iter()
        .map(|state| {
            let selected = filter.state == Some(*state);
            view! { <option value=state.word() selected=selected>{l.t(&format!("sentinels.state.{state}"))}</option> }
                .into_any()
        })
        .collect::<Vec<_>>();
    view! {
        <form class="filters" method="get" action="/sentinels" role="search">
            <div class="field">
                <label class="field__label" for="f-state">{l.t("sentinels.filter.state")}</label>
                <select class="input" id="f-state" name="state"><option value="">{l.t("sentinels.filter.all")}</option>{states}</select>
            </div>
            <div class="field">
                <label class="field__label" for="f-q">{l.t("sentinels.filter.text")}</label>
                <input class="input" type="search" id="f-q" name="q" maxlength="60" value=filter.text.clone().unwrap_or_default() />
            </div>
            <button class="button button--quiet">{l.t("sentinels.filter.apply")}</button>
        </form>
    }
    .into_any()
}

fn table(l: Locale, cases: &[Case], names: &Names) -> AnyView {
    let rows = cases
        .iter()
        .map(|case| {
            let request = &case.request;
            let number = request.number.clone().unwrap_or_else(|| l.t("sentinels.no_number"));
            let since = request.submitted_at.unwrap_or(request.created_at);
            view! {
                <tr>
                    <th scope="row"><a href=path(request.id, "")>{number}</a></th>
                    <td data-label=l.t("sentinels.row.unit")>{parts::or_dashes(names.members.get(&request.member_id).cloned())}</td>
                    <td data-label=l.t("sentinels.row.plant")>{parts::or_dashes(names.plants.get(&request.plant_id).cloned())}</td>
                    <td class="nowrap" data-label=l.t("sentinels.column.since")>{since.show()}</td>
                    <td data-label=l.t("sentinels.filter.state")>{state_tag(l, case.state())}</td>
                </tr>
            }
            .into_any()
        })
        .collect::<Vec<_>>();
    view! {
        <div class="table-wrap" role="region" tabindex="0" aria-label=l.t("sentinels.title")>
            <table class="table table--cards">
                <thead><tr>
                    <th scope="col">{l.t("sentinels.row.number")}</th>
                    <th scope="col">{l.t("sentinels.row.unit")}</th>
                    <th scope="col">{l.t("sentinels.row.plant")}</th>
                    <th scope="col">{l.t("sentinels.column.since")}</th>
                    <th scope="col">{l.t("sentinels.filter.state")}</th>
                </tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

pub fn state_tag(l: Locale, state: State) -> AnyView {
    let tone = match state {
        State::Installed => Tone::Done,
        State::Refused | State::Uncertain | State::NotSent => Tone::Urgent,
        State::Queued | State::Written => Tone::Wait,
        State::Accepted | State::Acknowledged | State::Scheduled => Tone::Info,
        State::Draft | State::TurnedDown => Tone::Muted,
    };
    parts::tag(tone, l.t(&format!("sentinels.state.{state}")))
}
