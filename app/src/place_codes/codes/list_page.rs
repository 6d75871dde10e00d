//! The list of entrances with their codes, plant by plant.

use axum::response::Response;
use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::{
    model::Standing,
    one::path,
    routes::{TO_APPLY, Wanted},
    store::Row,
};
use crate::{
    current::Current,
    form::Form,
    ids::{EntranceId, TextEnum},
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

const LIST: &str = "/place-codes";

pub struct Shown {
    pub page: Paged<Row, EntranceId>,
    pub count: u64,
}

pub fn show(state: &AppState, current: &Current, wanted: &Wanted, shown: &Shown) -> Response {
    let l = current.locale;
    let may_act = current.serves_a_member() || current.is_staff();
    let title = l.t("place_codes.title");
    Page::new(current, title.clone()).render(state, || {
        let rows = &shown.page.rows;
        let list = if rows.is_empty() {
            let next = may_act.then(|| ("/members", l.t("place_codes.list.register")));
            parts::empty(l.t("place_codes.list.none"), next.filter(|_| wanted.is_plain()))
        } else {
            table(current, rows)
        };
        let page = |side, id| wanted.address(LIST, Some((side, id)));
        view! {
            <div class="page-head">
                <h1>{title.clone()}</h1>
                {may_act.then(|| view! {
                    <div class="actions">
                        <a class="button" href="/place-codes/apply">{l.t("place_codes.apply")}</a>
                        <a class="button button--quiet" href="/place-codes/upload">{l.t("place_codes.upload")}</a>
                    </div>
                })}
            </div>
            <p class="lead">
                {l.t("place_codes.lead")} " " <a href="/place-codes/applications">{l.t("place_codes.applications")}</a>
                " · " <a href="/place-codes/postings">{l.t("postings.title")}</a>
            </p>
            {filters(current, wanted)}
            {parts::result_count(l, shown.count)}
            {list}
            {(may_act && !several(rows) && rows.iter().any(|row| row.code.is_some())).then(|| view! {
                <p><a class="button button--quiet" href=format!("/place-codes/print?member={}", rows[0].member.id)>{l.t("place_codes.print.member")}</a></p>
            })}
            {(!rows.is_empty()).then(|| {
                downloads::links(current, &wanted.address("/place-codes.xlsx", None), l.t("place_codes.export"))
            })}
            {parts::pager(l, shown.page.before.map(|id| page("before", id)), shown.page.after.map(|id| page("after", id)))}
        }
        .into_any()
    })
}

fn filters(current: &Current, wanted: &Wanted) -> AnyView {
    let l = current.locale;
    let mut form = Form::new("place_codes.list.filter");
    form.set("standing", &wanted.standing);
    form.set("q", &wanted.q);
    form.set("district", &wanted.district);
    let fields = Fields::new(l, &form);
    let mut standings = fields.options::<Standing>("place_codes.standing");
    standings.push((TO_APPLY.to_owned(), l.t("place_codes.standing.to_apply")));
    let districts = towns::districts().iter().map(|d| (d.code.to_owned(), d.name.to_owned())).collect();
    let hidden = [("member", &wanted.member), ("plant", &wanted.plant)].into_iter().filter(|(_, id)| !id.is_empty());
    let hidden = hidden.map(|(name, id)| view! { <input type="hidden" name=name value=id.clone() /> }.into_any());
    view! {
        <form class="filters" method="get" action=LIST role="search">
            {fields.select("standing", standings, Some(l.t("place_codes.filter.all"))).view()}
            {current.is_office().then(|| fields.select("district", districts, Some(l.t("place_codes.filter.all"))).view())}
            {fields.text("q").max(60).view()}
            {hidden.collect::<Vec<_>>()}
            <button class="button button--quiet">{l.t("place_codes.filter.apply")}</button>
            {(!wanted.is_plain()).then(|| view! { <a class="button button--link" href=LIST>{l.t("place_codes.filter.clear")}</a> })}
        </form>
    }
    .into_any()
}

fn table(current: &Current, rows: &[Row]) -> AnyView {
    let l = current.locale;
    // Whoever works for one member knows whose plants these are.
    let several = several(rows) || current.is_office();
    let lines = rows
        .iter()
        .map(|row| {
            let unit = several.then(|| view! { <br /><small class="quiet">{row.member.name.clone()}</small> });
            let number = row.code.as_ref().map(|code| code.number.clone());
            let issued = row.code.as_ref().map(|code| show_day(code.issued_on));
            view! {
                <tr>
                    <th scope="row"><a href=path(row.entrance.id)>{row.entrance.name.clone()}</a></th>
                    <td data-label=l.t("place_codes.row.plant")>{row.plant.name.clone()}{unit}</td>
                    <td data-label=l.t("place_codes.row.state")>{standing_tag(l, row.standing())}</td>
                    <td class="nowrap" data-label=l.t("place_codes.row.number")>{parts::or_dashes(number)}</td>
                    <td class="nowrap" data-label=l.t("place_codes.row.issued_on")>{parts::or_dashes(issued)}</td>
                </tr>
            }
            .into_any()
        })
        .collect::<Vec<_>>();
    view! {
        <div class="table-wrap" role="region" tabindex="0" aria-label=l.t("place_codes.title")>
            <table class="table table--cards">
                <thead><tr>
                    <th scope="col">{l.t("place_codes.row.entrance")}</th>
                    <th scope="col">{l.t("place_codes.row.plant")}</th>
                    <th scope="col">{l.t("place_codes.row.state")}</th>
                    <th scope="col">{l.t("place_codes.row.number")}</th>
                    <th scope="col">{l.t("place_codes.row.issued_on")}</th>
                </tr></thead>
                <tbody>{lines}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn several(rows: &[Row]) -> bool {
    rows.iter().any(|row| row.member.id != rows[0].member.id)
}

pub fn standing_tag(l: Locale, standing: Standing) -> AnyView {
    let tone = match standing {
        Standing::Current => Tone::Done,
        Standing::Moved => Tone::Urgent,
        Standing::Applied => Tone::Info,
        Standing::Missing => Tone::Wait,
    };
    parts::tag(tone, l.t(&format!("place_codes.standing.{}", standing.word())))
}
