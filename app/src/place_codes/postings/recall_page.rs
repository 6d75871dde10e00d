//! How far recalls are: of all that a new version or a changed address turned into something to replace, how much has
//! been replaced, for the association, each member and each plant.

use std::collections::HashMap;

use axum::{
    extract::{Query, State},
    response::Response,
};
use leptos::{prelude::*, tachys::view::any_view::AnyView};
use serde::Deserialize;

use super::{
    model::Progress,
    routes::{LIST, RECALLED},
    store::{self, Filter},
};
use crate::{
    current::Current,
    error::Result,
    guides::open,
    ids::{MemberId, PlantId},
    members::store::{self as register, Member, Plant},
    paging::{From, Paged},
    place_codes::reach::Reach,
    shell::Page,
    state::AppState,
    text::Locale,
    ui::parts,
};

pub const HERE: &str = "/place-codes/recalls";

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    after: String,
    before: String,
}

struct Shown {
    total: Progress,
    members: Paged<(MemberId, Progress), MemberId>,
    names: HashMap<MemberId, Member>,
    plants: Vec<(Plant, Progress)>,
}

pub async fn show(State(state): State<AppState>, current: Current, Query(wanted): Query<Wanted>) -> Result<Response> {
    open(&current)?;
    let (conn, reach) = (state.db.reader(), Reach::of(&current));
    let members = store::by_member(conn, &reach, From::asked(&wanted.after, &wanted.before)).await?;
    let ids: Vec<MemberId> = members.rows.iter().map(|(id, _)| *id).collect();
    let names = register::members(conn, &ids).await?.into_iter().map(|member| (member.id, member)).collect();
    let by_plant = store::by_plant(conn, &reach, &ids).await?;
    let mut plants: HashMap<PlantId, Plant> = register::plants_by_id(conn, by_plant.iter().map(|(id, _)| *id)).await?;
    let shown = Shown {
        total: store::progress(conn, &reach, &Filter::default()).await?,
        members,
        names,
        plants: by_plant.into_iter().filter_map(|(id, done)| Some((plants.remove(&id)?, done))).collect(),
    };
    Ok(page(&state, &current, &shown))
}

fn page(state: &AppState, current: &Current, shown: &Shown) -> Response {
    let l = current.locale;
    let title = l.t("postings.recalls");
    Page::new(current, title.clone()).render(state, || {
        let above = [("/place-codes", l.t("place_codes.title")), (LIST, l.t("postings.title"))];
        let members = &shown.members;
        let body = if shown.total.total() == 0 {
            parts::empty(l.t("postings.recalls.none"), None)
        } else {
            let whole = if current.is_office() { "postings.recalls.association" } else { "postings.recalls.own" };
            let cards = members.rows.iter().map(|(id, done)| member(l, shown, *id, *done)).collect::<Vec<_>>();
            view! {
                {bar(l, l.t(whole), shown.total, None)}
                {cards}
            }
            .into_any()
        };
        let beside = |side: &str, id: MemberId| format!("{HERE}?{side}={id}");
        view! {
            {parts::breadcrumbs(l, &above, title.clone())}
            <h1>{title.clone()}</h1>
            <p class="lead">{l.t("postings.recalls.lead")}</p>
            {body}
            {parts::pager(l, members.before.map(|id| beside("before", id)), members.after.map(|id| beside("after", id)))}
        }
        .into_any()
    })
}

/// A member with its plants.
fn member(l: Locale, shown: &Shown, id: MemberId, done: Progress) -> Option<AnyView> {
    let member = shown.names.get(&id)?;
    let plants = shown
        .plants
        .iter()
        .filter(|(plant, _)| plant.member_id == id)
        .map(|(plant, done)| bar(l, plant.name.clone(), *done, Some(format!("plant={}", plant.id))))
        .collect::<Vec<_>>();
    Some(
        view! {
            <section class="recall">
                <h2>{member.name.clone()}</h2>
                {bar(l, l.t("postings.recalls.member"), done, Some(format!("member={id}")))}
                {plants}
            </section>
        }
        .into_any(),
    )
}

/// A bar with its words; what is left leads to its list.
fn bar(l: Locale, name: String, done: Progress, narrowed: Option<String>) -> AnyView {
    let (replaced, total) = (done.replaced.to_string(), done.total().to_string());
    let words = l.tn("postings.recalls.done", &[("replaced", &replaced), ("total", &total)]);
    let narrowed = narrowed.map_or_else(String::new, |narrowed| format!("&{narrowed}"));
    let left = (done.left > 0).then(|| {
        let href = format!("{LIST}?state={RECALLED}{narrowed}");
        view! { " " <a href=href>{l.tn("postings.recalls.left", &[("n", &done.left.to_string())])}</a> }
    });
    view! {
        <div class="recall__bar">
            <p>{name.clone()} " · " {words} {left}</p>
            <progress class="progress" max=total value=replaced aria-label=name></progress>
        </div>
    }
    .into_any()
}
