//! Entering a device and changing what is known of it. Least work: the model comes from the catalogue with form,
//! abilities and vendor, and a plant with one entrance has it chosen already.

use axum::{
    extract::{Path, Query, State},
    response::{IntoResponse, Redirect, Response},
};

use super::{
    form::{self, Against, SCOPE},
    model::{Life, Stage},
    moves::MAX_NOTE,
    register_page::{choose_plant, page},
    routes::{acted_on, path},
    store::{self, Device, Draft, Entered, Written},
};
use crate::{
    current::Current,
    db::ConnectionTrait,
    error::{AppError, Result},
    flash,
    form::Form,
    guides::open,
    ids::{PlantId, SentinelId},
    members::store as register,
    once,
    sentinels::{
        catalogue,
        draft::{self, Offered, PlaceQuery},
    },
    state::AppState,
    text::Message,
    time::show_day,
};

pub const NEW: &str = "/sentinels/devices/new";

pub async fn ask_new(
    State(state): State<AppState>,
    current: Current,
    Query(query): Query<PlaceQuery>,
) -> Result<Response> {
    open(&current)?;
    let plant = match draft::offered(&state, &current, query).await? {
        Offered::Entrances { plant, .. } => *plant,
        Offered::Plants { plants, search } => return Ok(choose_plant(&state, &current, &plants, search.as_deref())),
    };
    let against = against(&state, &current, &plant).await?;
    let mut form = Form::new(SCOPE);
    form.set("plant", plant.id);
    if let [only] = &against.entrances[..] {
        form.set("entrance", only.id);
    }
    form.set("day", show_day(current.now.day()));
    Ok(page(&state, &current, None, &against, &form, None))
}

/// Where a device of this plant's member may stand, and what it may be taken from.
async fn against(state: &AppState, current: &Current, plant: &register::Plant) -> Result<Against> {
    let conn = state.db.reader();
    let mut plants = register::plants_of(conn, &[plant.member_id]).await?;
    plants.retain(|plant| current.acts_for_plant(plant.member_id, plant.id).is_ok());
    let ids: Vec<PlantId> = plants.iter().map(|plant| plant.id).collect();
    let entrances = store::entrances(conn, &ids).await?;
    Ok(Against { models: catalogue::store::offered(conn).await?, plants, entrances })
}

pub async fn add(State(state): State<AppState>, current: Current, form: Form) -> Result<Response> {
    open(&current)?;
    let mut form = form.scoped(SCOPE);
    let conn = state.db.reader();
    let Some(plant) = form.parsed::<PlantId>("plant") else { return Err(AppError::NotFound) };
    let plant = register::plant(conn, plant).await?;
    current.acts_for_plant(plant.member_id, plant.id)?;
    if let Some(made) = once::made(conn, &form).await? {
        return Ok(Redirect::to(&made).into_response());
    }
    let against = against(&state, &current, &plant).await?;
    let stage = form.choice::<Stage>("stage").filter(|stage| Life::default().allows(*stage).is_ok());
    let day = form.day("day");
    if day.is_some_and(|day| day > current.now.day()) {
        form.refuse("day", Message::of("sentinels.devices.wrong.future"));
    }
    let note = form.optional("note", MAX_NOTE);
    let draft = form::read(&mut form, &against);
    let (Some(draft), Some(stage), Some(day)) = (draft, stage, day) else {
        if !form.has_errors() {
            form.refuse("stage", Message::of("sentinels.devices.move.not_there_yet"));
        }
        return Ok(page(&state, &current, None, &against, &form, None));
    };
    let id = SentinelId::new();
    let tx = state.begin(&current).await?;
    if let Some(made) = once::claim(&tx, &form, &path(id)).await? {
        return Ok(Redirect::to(&made).into_response());
    }
    let first = Entered { stage, day, note, request: None };
    if store::add(&tx, id, &draft, &first).await? == Written::Taken {
        drop(tx);
        refuse_serial(conn, &current, &draft, &mut form).await?;
        return Ok(page(&state, &current, None, &against, &form, None));
    }
    tx.commit().await?;
    Ok(flash::redirect(&path(id), &Message::of("sentinels.devices.added")))
}

pub async fn ask_change(
    State(state): State<AppState>,
    current: Current,
    Path(id): Path<SentinelId>,
) -> Result<Response> {
    let device = acted_on(&state, &current, id).await?;
    let against = around(&state, &current, &device).await?;
    Ok(page(&state, &current, Some(&device), &against, &form::filled(&device.row), None))
}

/// The same for a device that stands somewhere: it may stay at an entrance or plant that was closed since.
async fn around(state: &AppState, current: &Current, device: &Device) -> Result<Against> {
    let conn = state.db.reader();
    let plant = register::plant(conn, device.row.plant_id).await?;
    let entrance = register::entrance(conn, device.row.entrance_id).await?;
    let mut against = against(state, current, &plant).await?;
    if against.plants.iter().all(|other| other.id != plant.id) {
        against.plants.push(plant);
    }
    if against.entrances.iter().all(|other| other.id != entrance.id) {
        against.entrances.push(entrance);
    }
    Ok(against)
}

pub async fn change(
    State(state): State<AppState>,
    current: Current,
    Path(id): Path<SentinelId>,
    form: Form,
) -> Result<Response> {
    let device = acted_on(&state, &current, id).await?;
    let against = around(&state, &current, &device).await?;
    let mut form = form.scoped(SCOPE);
    let row_version = form.value("row_version").parse().unwrap_or(0);
    let Some(draft) = form::read(&mut form, &against) else {
        return Ok(page(&state, &current, Some(&device), &against, &form, None));
    };
    let tx = state.begin(&current).await?;
    let before = store::lock(&tx, &[id]).await?.pop().ok_or(AppError::NotFound)?;
    if let Some(field) = proven_otherwise(&before, &draft).filter(|_| before.row.row_version == row_version) {
        drop(tx);
        form.refuse(field, Message::of("sentinels.devices.wrong.proven"));
        return Ok(page(&state, &current, Some(&before), &against, &form, None));
    }
    match store::change(&tx, &before, row_version, &draft).await? {
        Written::Done => tx.commit().await?,
        Written::Taken => {
            drop(tx);
            refuse_serial(state.db.reader(), &current, &draft, &mut form).await?;
            return Ok(page(&state, &current, Some(&before), &against, &form, None));
        }
        Written::Stale => {
            drop(tx);
            form.set("row_version", before.row.row_version);
            let stored = form::filled(&before.row);
            return Ok(page(&state, &current, Some(&before), &against, &form, Some(&stored)));
        }
    }
    Ok(flash::redirect(&path(id), &Message::of("sentinels.devices.saved")))
}

/// The field by which a device would become another one while there is evidence for what it is.
fn proven_otherwise(before: &Device, draft: &Draft) -> Option<&'static str> {
    let is_proven = !before.proven().is_empty();
    let another_serial = before.row.serial_key.is_some() && before.row.serial_key != draft.serial_key();
    match is_proven {
        true if before.row.model_key != draft.model_key() => Some("model"),
        true if another_serial => Some("serial"),
        _ => None,
    }
}

/// Says that the serial is on record; where it is elsewhere, that the secretariat helps.
async fn refuse_serial(conn: &impl ConnectionTrait, current: &Current, draft: &Draft, form: &mut Form) -> Result<()> {
    let holder = store::holder(conn, draft).await?;
    let own = holder.is_none_or(|row| current.sees_plant(row.member_id, row.plant_id).is_ok());
    let key = if own { "sentinels.devices.wrong.serial_taken" } else { "sentinels.devices.wrong.serial_elsewhere" };
    form.refuse("serial", Message::of(key));
    Ok(())
}
