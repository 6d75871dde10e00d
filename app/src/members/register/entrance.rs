//! Adding and changing an entrance of a plant. An entrance is closed, never removed: codes and devices
//! refer to it.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use leptos::prelude::*;

use super::{Answer, Task};
use crate::{
    audit,
    current::Current,
    error::Result,
    flash,
    form::Form,
    ids::{EntranceId, PlantId, TextEnum},
    members::{
        model::{EntranceFacts, Passage},
        store::{self, Entrance, Plant, Written},
    },
    once,
    shell::Page,
    state::AppState,
    text::Message,
    ui::{field::Fields, parts, stale},
};

const SCOPE: &str = "members.entrance";

pub async fn ask_new(State(state): State<AppState>, current: Current, Path(id): Path<PlantId>) -> Answer {
    let plant = plant(&state, &current, id).await?;
    Ok(page(&state, &current, &plant, None, &Form::new(SCOPE), &Task::Add))
}

pub async fn add(State(state): State<AppState>, current: Current, Path(id): Path<PlantId>, form: Form) -> Answer {
    let plant = plant(&state, &current, id).await?;
    let mut form = form.scoped(SCOPE);
    let here = format!("/plants/{id}");
    let tx = state.begin(&current).await?;
    if let Some(made) = once::claim(&tx, &form, &here).await? {
        return Ok(Redirect::to(&made).into_response());
    }
    let taken = store::all_entrances_of(&*tx, id).await?;
    let Some(facts) = read(&mut form, &taken, None) else {
        return Ok(page(&state, &current, &plant, None, &form, &Task::Add));
    };
    let Some(entrance) = store::add_entrance(&tx, id, &facts).await? else {
        refuse_name(&mut form, &facts.name);
        return Ok(page(&state, &current, &plant, None, &form, &Task::Add));
    };
    let entry = audit::Entry::new("entrance.added", "entrance").subject(entrance).member(plant.member_id);
    audit::record(&tx, entry.after(&summary(&facts, false))).await?;
    tx.commit().await?;
    Ok(flash::redirect(&here, &Message::of("members.saved").with("name", facts.name)))
}

pub async fn ask_change(State(state): State<AppState>, current: Current, Path(id): Path<EntranceId>) -> Answer {
    let entrance = store::entrance(state.db.reader(), id).await?;
    let plant = plant(&state, &current, entrance.plant_id).await?;
    Ok(page(&state, &current, &plant, Some(id), &filled(&entrance), &Task::Change))
}

pub async fn change(State(state): State<AppState>, current: Current, Path(id): Path<EntranceId>, form: Form) -> Answer {
    let old = store::entrance(state.db.reader(), id).await?;
    let plant = plant(&state, &current, old.plant_id).await?;
    let mut form = form.scoped(SCOPE);
    let version = form.value("row_version").parse().unwrap_or(0);
    let closed = form.ticked("closed");
    let tx = state.begin(&current).await?;
    let taken = store::all_entrances_of(&*tx, plant.id).await?;
    let Some(facts) = read(&mut form, &taken, Some(id)) else {
        return Ok(page(&state, &current, &plant, Some(id), &form, &Task::Change));
    };
    match store::change_entrance(&tx, id, version, &facts, closed).await? {
        Written::Done => {}
        Written::Stale => {
            drop(tx);
            let now = store::entrance(state.db.reader(), id).await?;
            form.set("row_version", now.row_version);
            return Ok(page(&state, &current, &plant, Some(id), &form, &Task::Stale(Box::new(filled(&now)))));
        }
        Written::Taken => {
            refuse_name(&mut form, &facts.name);
            return Ok(page(&state, &current, &plant, Some(id), &form, &Task::Change));
        }
    }
    let before = EntranceFacts { name: old.name.clone(), passage: old.passage, outdoors: old.outdoors };
    let entry = audit::Entry::new("entrance.changed", "entrance").subject(id).member(plant.member_id);
    let entry = entry.before(&summary(&before, old.closed_at.is_some())).after(&summary(&facts, closed));
    audit::record(&tx, entry).await?;
    tx.commit().await?;
    Ok(flash::redirect(&format!("/plants/{}", plant.id), &Message::of("members.saved").with("name", facts.name)))
}

async fn plant(state: &AppState, current: &Current, id: PlantId) -> Result<Plant> {
    let plant = store::plant(state.db.reader(), id).await?;
    current.administers_member(plant.member_id)?;
    Ok(plant)
}

/// What the audit keeps of it.
pub(in crate::members) fn summary(facts: &EntranceFacts, closed: bool) -> serde_json::Value {
    serde_json::json!({ "name": facts.name, "passage": facts.passage, "outdoors": facts.outdoors, "closed": closed })
}

/// A plant's entrances have different names.
fn read(form: &mut Form, taken: &[Entrance], own: Option<EntranceId>) -> Option<EntranceFacts> {
    let name = form.required("name", 40);
    let passage = form.choice::<Passage>("passage");
    let place = form.value("place").to_owned();
    if place != "inside" && place != "outside" {
        let label = format!("@{}", form.label_key("place"));
        form.refuse("place", Message::of("form.choose").with("label", label));
    }
    if taken.iter().any(|other| other.name == name && Some(other.id) != own) {
        refuse_name(form, &name);
    }
    if form.has_errors() {
        return None;
    }
    Some(EntranceFacts { name, passage: passage?, outdoors: place == "outside" })
}

fn refuse_name(form: &mut Form, name: &str) {
    form.refuse("name", Message::of("members.entrance.taken").with("name", name));
}

fn filled(entrance: &Entrance) -> Form {
    let mut form = Form::new(SCOPE);
    form.set("name", &entrance.name);
    form.set("passage", entrance.passage);
    form.set("place", if entrance.outdoors { "outside" } else { "inside" });
    if entrance.closed_at.is_some() {
        form.set("closed", "yes");
    }
    form.set("row_version", entrance.row_version);
    form
}

fn page(
    state: &AppState,
    current: &Current,
    plant: &Plant,
    entrance: Option<EntranceId>,
    form: &Form,
    task: &Task,
) -> Response {
    let l = current.locale;
    let title = l.t(if entrance.is_some() { "members.entrance.edit" } else { "members.entrance.new" });
    let status = if matches!(task, Task::Stale(_)) { StatusCode::CONFLICT } else { StatusCode::OK };
    Page::new(current, title.clone()).status(status).failed_if(form.has_errors()).render(state, || {
        let fields = Fields::new(l, form);
        let here = format!("/plants/{}", plant.id);
        let action = entrance.map_or_else(|| format!("{here}/entrances/new"), |id| format!("/entrances/{id}/edit"));
        let above = [("/members", l.t("members.title")), (here.as_str(), plant.name.clone())];
        let places =
            ["outside", "inside"].map(|place| (place.to_owned(), l.t(&format!("members.entrance.{place}")))).to_vec();
        let say = |name: &str, value: &str| match name {
            "passage" => Passage::from_word(value).map_or_else(String::new, |p| l.t(&format!("members.passage.{p}"))),
            "place" => l.t(if value == "outside" { "members.entrance.outside" } else { "members.entrance.inside" }),
            "closed" => l.t("members.closed"),
            _ => value.to_owned(),
        };
        let stale = match task {
            Task::Stale(stored) => Some(stale::differences(fields, stored, &say)),
            Task::Add | Task::Change => None,
        };
        view! {
            {parts::breadcrumbs(l, &above, title.clone())}
            {fields.summary()}
            {stale}
            <h1>{title.clone()}</h1>
            <form class="form" method="post" action=action>
                {if entrance.is_some() { fields.hidden("row_version") } else { fields.once() }}
                {fields.text("name").max(40).view()}
                {fields.radios("passage", fields.options::<Passage>("members.passage"))}
                {fields.radios("place", places)}
                {entrance.is_some().then(|| fields.tick("closed"))}
                <button class="button button--big">{l.t("members.save")}</button>
            </form>
        }
        .into_any()
    })
}
