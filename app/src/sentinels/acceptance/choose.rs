//! Beginning an acceptance: choosing the devices of a member that are to be tested together.

use std::collections::BTreeSet;

use axum::{
    extract::{Query, State},
    response::{IntoResponse, Redirect, Response},
};
use leptos::prelude::*;

use super::{
    model::{TO_ACCEPT, can_be_accepted},
    routes::{LIST, path},
    store::{self, MOST_DEVICES},
};
use crate::{
    current::Current,
    error::{AppError, Result},
    form::Form,
    guides::open,
    ids::{AcceptanceId, PlantId, SentinelId},
    members::store as register,
    once,
    sentinels::{
        devices::{
            page::title,
            store::{self as devices, Device},
        },
        draft::{self, Offered, PlaceQuery},
        place_page::plants_to_choose,
    },
    shell::Page,
    state::AppState,
    text::Message,
    ui::{field::Fields, parts},
};

pub const NEW: &str = "/sentinels/acceptances/new";
const SCOPE: &str = "sentinels.acceptance.field";
/// Devices that are offered for choosing.
const OFFERED: u64 = 200;

pub async fn ask(State(state): State<AppState>, current: Current, Query(query): Query<PlaceQuery>) -> Result<Response> {
    open(&current)?;
    let plant = match draft::offered(&state, &current, query).await? {
        Offered::Entrances { plant, .. } => *plant,
        Offered::Plants { plants, search } => {
            let l = current.locale;
            let heading = l.t("sentinels.acceptance.which_plant");
            return Ok(Page::new(&current, heading.clone()).render(&state, || {
                view! {
                    {breadcrumbs(&current, heading.clone())}
                    <h1>{heading.clone()}</h1>
                    {plants_to_choose(l, NEW, &plants, search.as_deref())}
                }
                .into_any()
            }));
        }
    };
    let mut form = Form::new(SCOPE);
    form.set("plant", plant.id);
    choose(&state, &current, &plant, &form).await
}

fn breadcrumbs(current: &Current, here: String) -> AnyView {
    let l = current.locale;
    parts::breadcrumbs(l, &[("/sentinels", l.t("nav.sentinels")), (LIST, l.t("sentinels.acceptance.title"))], here)
}

/// The devices of a plant's member that may be tested and that this person acts for; those of the plant first.
async fn offered(state: &AppState, current: &Current, plant: &register::Plant) -> Result<Vec<Device>> {
    let (scope, at) = (crate::sentinels::routes::scope(current), (plant.member_id, plant.id));
    let mut found = devices::standing(state.db.reader(), &scope, at, &TO_ACCEPT, OFFERED).await?;
    found.retain(|device| current.acts_for_plant(device.row.member_id, device.row.plant_id).is_ok());
    Ok(found)
}

async fn choose(state: &AppState, current: &Current, plant: &register::Plant, form: &Form) -> Result<Response> {
    let l = current.locale;
    let offered = offered(state, current, plant).await?;
    let names = devices::names(state.db.reader(), &offered).await?;
    let options = offered.iter().map(|device| {
        let place = format!("{} · {}", names.plant(device), names.entrance(device));
        (device.row.id.to_string(), format!("{} · {place}", title(l, device)))
    });
    let options: Vec<(String, String)> = options.collect();
    let heading = l.t("sentinels.acceptance.new");
    Ok(Page::new(current, heading.clone()).failed_if(form.has_errors()).render(state, || {
        let fields = Fields::new(l, form);
        let body = if options.is_empty() {
            parts::empty(
                l.t("sentinels.acceptance.nothing_to_test"),
                Some(("/sentinels/devices", l.t("sentinels.devices.title"))),
            )
        } else {
            view! {
                <form class="form form--wide" method="post" action=NEW>
                    {fields.once()}
                    {fields.hidden("plant")}
                    {fields.checkboxes("devices", options)}
                    <button class="button button--big">{l.t("sentinels.acceptance.begin")}</button>
                </form>
            }
            .into_any()
        };
        view! {
            {fields.summary()}
            {breadcrumbs(current, heading.clone())}
            <h1>{heading.clone()}</h1>
            <p class="lead">{l.t("sentinels.acceptance.lead")}</p>
            {body}
        }
        .into_any()
    }))
}

pub async fn begin(State(state): State<AppState>, current: Current, form: Form) -> Result<Response> {
    open(&current)?;
    let mut form = form.scoped(SCOPE);
    let Some(plant) = form.parsed::<PlantId>("plant") else { return Err(AppError::NotFound) };
    let plant = register::plant(state.db.reader(), plant).await?;
    current.acts_for_plant(plant.member_id, plant.id)?;
    let chosen: BTreeSet<SentinelId> = form.values("devices").filter_map(|id| id.parse().ok()).collect();
    if chosen.is_empty() {
        form.refuse("devices", Message::of("form.choose").with("label", "@sentinels.acceptance.field.devices"));
    } else if chosen.len() > MOST_DEVICES {
        form.refuse("devices", Message::of("sentinels.acceptance.too_many").with("n", MOST_DEVICES));
    }
    if form.has_errors() {
        return choose(&state, &current, &plant, &form).await;
    }
    let id = AcceptanceId::new();
    let tx = state.begin(&current).await?;
    if let Some(made) = once::claim(&tx, &form, &path(id)).await? {
        return Ok(Redirect::to(&made).into_response());
    }
    let ids: Vec<SentinelId> = chosen.into_iter().collect();
    let devices = devices::lock(&tx, &ids).await?;
    for device in &devices {
        current.acts_for_plant(device.row.member_id, device.row.plant_id)?;
    }
    let fits = |device: &Device| device.row.member_id == plant.member_id && can_be_accepted(&device.life());
    if devices.len() != ids.len() || !devices.iter().all(fits) {
        drop(tx);
        form.refuse("devices", Message::of("sentinels.acceptance.moved_on"));
        return choose(&state, &current, &plant, &form).await;
    }
    store::add(&tx, id, plant.member_id, &devices).await?;
    tx.commit().await?;
    Ok(Redirect::to(&path(id)).into_response())
}
