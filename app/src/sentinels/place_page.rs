//! The page of the first step: the plant and the entrance, for a new request or for one that moves.

use axum::{http::StatusCode, response::Response};
use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::draft::Offered;
use crate::{
    current::Current,
    form::Form,
    members::store as register,
    shell::Page,
    state::AppState,
    text::Locale,
    ui::{field::Fields, parts, stale},
};

/// The place that somebody else chose while the form was open.
pub struct Chosen {
    pub form: Form,
    /// What the entrances of either form are called.
    pub names: Vec<(String, String)>,
}

/// The first step, for a new request or for one that moves.
pub fn place(
    state: &AppState,
    current: &Current,
    action: &str,
    form: &Form,
    offered: &Offered,
    stored: Option<&Chosen>,
) -> Response {
    let l = current.locale;
    let title = l.t("sentinels.step.place.title");
    let fields = Fields::new(l, form);
    let page = Page::new(current, title.clone()).failed_if(form.has_errors());
    let page = if stored.is_some() { page.status(StatusCode::CONFLICT) } else { page };
    page.render(state, || {
        let body = match offered {
            Offered::Entrances { plant, member, entrances, alone } => {
                entrances_of(fields, action, plant, member, entrances, *alone)
            }
            Offered::Plants { plants, search } => plants_to_choose(l, action, plants, search.as_deref()),
        };
        view! {
            {fields.summary()}
            {stored.map(|stored| {
                let name = |value: &str| stored.names.iter().find(|(id, _)| id == value).map(|(_, name)| name.clone());
                let say = |_: &str, value: &str| name(value).unwrap_or_else(|| value.to_owned());
                stale::differences(fields, &stored.form, &say)
            })}
            {parts::breadcrumbs(l, &[("/sentinels", l.t("sentinels.title"))], title.clone())}
            <h1>{title.clone()}</h1>
            {body}
        }
        .into_any()
    })
}

fn entrances_of(
    fields: Fields,
    action: &str,
    plant: &register::Plant,
    member: &str,
    entrances: &[register::Entrance],
    alone: bool,
) -> AnyView {
    let l = fields.l;
    let options: Vec<(String, String)> = entrances
        .iter()
        .map(|entrance| {
            let passage = l.t(&format!("sentinels.passage.{}", entrance.passage));
            (entrance.id.to_string(), format!("{} · {passage}", entrance.name))
        })
        .collect();
    let choose = if options.is_empty() {
        parts::empty(
            l.t("sentinels.no_entrance"),
            Some((&format!("/members/{}", plant.member_id), l.t("sentinels.problem.mend"))),
        )
    } else {
        view! {
            <form class="form" method="post" action=action.to_owned()>
                {fields.once()}
                {fields.hidden("seen")}
                <input type="hidden" name="plant" value=plant.id.to_string() />
                {fields.radios("entrance", options)}
                <button class="button button--big">{l.t("sentinels.go_on")}</button>
            </form>
        }
        .into_any()
    };
    let other = (!alone).then(|| view! { <p><a href=format!("{action}?q=")>{l.t("sentinels.another_plant")}</a></p> });
    view! {
        <dl class="summary-list check-answers">
            <div><dt>{l.t("sentinels.row.unit")}</dt><dd>{member.to_owned()}</dd></div>
            <div><dt>{l.t("sentinels.row.plant")}</dt><dd>{plant.name.clone()}</dd></div>
            <div><dt>{l.t("sentinels.row.address")}</dt><dd>{plant.address_line.clone()}</dd></div>
        </dl>
        {other}
        {choose}
    }
    .into_any()
}

/// Plants as links that lead on with one of them; staff search for one first.
pub fn plants_to_choose(
    l: Locale,
    action: &str,
    plants: &[(register::Plant, String)],
    search: Option<&str>,
) -> AnyView {
    let list = plants
        .iter()
        .map(|(plant, member)| {
            let href = format!("{action}?plant={}", plant.id);
            view! {
                <li><a href=href><span>{plant.name.clone()}</span><span class="tasks__why">{member.clone()}</span></a></li>
            }
            .into_any()
        })
        .collect::<Vec<_>>();
    let list = if !list.is_empty() {
        view! { <ul class="tasks">{list}</ul> }.into_any()
    } else if search.is_some_and(str::is_empty) {
        ().into_any()
    } else {
        parts::empty(l.t("sentinels.no_plant"), None)
    };
    let search = search.map(|text| {
        view! {
            <form class="filters" method="get" action=action.to_owned() role="search">
                <div class="field">
                    <label class="field__label" for="f-q">{l.t("sentinels.search_plant")}</label>
                    <input class="input" type="search" id="f-q" name="q" maxlength="60" value=text.to_owned() />
                </div>
                <button class="button">{l.t("sentinels.search")}</button>
            </form>
        }
    });
    view! {
        {search}
        {list}
    }
    .into_any()
}
