//! Entering what happened to a device, and to others that stand beside it, in one act; and taking back the last step of
//! one where that was a mistake.

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{
    model::Stage,
    page::Forms,
    routes::{acted_on, answer, path},
    store::{self, Device, Entered, Event, Written},
};
use crate::{
    current::Current,
    db::ConnectionTrait,
    error::{AppError, Result},
    flash,
    form::Form,
    ids::{SentinelEventId, SentinelId},
    once,
    sentinels::{
        acceptance::{self, store::Part},
        routes::scope,
    },
    state::AppState,
    text::Message,
};

pub const SCOPE: &str = "sentinels.devices.move.field";
pub const TAKE_BACK: &str = "sentinels.devices.take_back";
/// Characters in the reason for taking a step back.
pub const MAX_WHY: usize = 300;
/// Characters in a note.
pub const MAX_NOTE: usize = 500;
/// The field of the others for which it is entered too, and most of them.
pub const TOGETHER: &str = "together";
const MAX_TOGETHER: usize = 20;

pub async fn enter(
    State(state): State<AppState>,
    current: Current,
    Path(id): Path<SentinelId>,
    form: Form,
) -> Result<Response> {
    let device = acted_on(&state, &current, id).await?;
    let mut form = form.scoped(SCOPE);
    let here = path(id);
    if let Some(made) = once::made(state.db.reader(), &form).await? {
        return Ok(Redirect::to(&made).into_response());
    }
    let stage = form.choice::<Stage>("stage");
    let day = form.day("day");
    let note = form.optional("note", MAX_NOTE);
    if day.is_some_and(|day| day > current.now.day()) {
        form.refuse("day", Message::of("sentinels.devices.wrong.future"));
    }
    if matches!(stage, Some(Stage::Faulty | Stage::Removed)) && note.is_none() {
        form.refuse("note", Message::of("sentinels.devices.wrong.say_why"));
    }
    let others = together(&form, TOGETHER);
    let (Some(stage), Some(day), false) = (stage, day, form.has_errors()) else {
        return again(&state, &current, device, form).await;
    };
    let tx = state.begin(&current).await?;
    if let Some(made) = once::claim(&tx, &form, &here).await? {
        return Ok(Redirect::to(&made).into_response());
    }
    let entered = Entered { stage, day, note, request: None };
    let ids: Vec<SentinelId> = std::iter::once(id).chain(others).collect();
    let devices = store::lock(&tx, &ids).await?;
    for found in &devices {
        current.acts_for_plant(found.row.member_id, found.row.plant_id)?;
        if let Err((field, why)) = fits(found, &entered) {
            drop(tx);
            form.refuse(field, why);
            // What somebody else entered meanwhile is why it does not fit.
            let device = acted_on(&state, &current, id).await?;
            return again(&state, &current, device, form).await;
        }
    }
    store::enter_all(&tx, &devices, &entered).await?;
    tx.commit().await?;
    Ok(flash::redirect(&here, &Message::of("sentinels.entered")))
}

/// Whether it fits a device; else the field and the sentence.
fn fits(device: &Device, entered: &Entered) -> Result<(), (&'static str, Message)> {
    device.life().allows(entered.stage).map_err(|why| ("stage", why))?;
    if device.events.last().is_some_and(|last| entered.day < last.day) {
        return Err(("day", Message::of("sentinels.devices.wrong.before_last")));
    }
    Ok(())
}

/// The others that were ticked, each once.
pub fn together(form: &Form, name: &str) -> Vec<SentinelId> {
    let mut ids: Vec<SentinelId> = form.values(name).filter_map(|id| id.parse().ok()).take(MAX_TOGETHER).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

async fn again(state: &AppState, current: &Current, device: Device, form: Form) -> Result<Response> {
    answer(state, current, device, Forms { move_: form, ..Forms::blank() }).await
}

/// The step that may be taken back: the last one, if it was entered for itself. One that came of a request, of an
/// acceptance or of a fault is settled there, and while an acceptance waits for its outcome the device stays as it is.
pub fn last_step<'a>(device: &'a Device, acceptances: &[Part]) -> Option<&'a Event> {
    let last = device.events.last()?;
    let apart = |part: &Part| part.row.recorded_at.is_some_and(|at| at != last.at);
    let by_itself = last.request_id.is_none() && acceptances.iter().all(apart);
    Some(last).filter(|_| by_itself && device.life().may_go_back())
}

/// Whether this is the step that may be taken back now.
async fn may_go(
    conn: &impl ConnectionTrait,
    current: &Current,
    device: &Device,
    step: SentinelEventId,
) -> Result<bool> {
    let acceptances = acceptance::store::of_device(conn, &scope(current), device.row.id).await?;
    Ok(last_step(device, &acceptances).is_some_and(|last| last.id == step))
}

#[derive(Deserialize)]
pub struct StepPath {
    device: SentinelId,
    step: SentinelEventId,
}

pub async fn take_back(
    State(state): State<AppState>,
    current: Current,
    Path(at): Path<StepPath>,
    form: Form,
) -> Result<Response> {
    let device = acted_on(&state, &current, at.device).await?;
    if device.events.iter().chain(&device.taken_back).all(|event| event.id != at.step) {
        return Err(AppError::NotFound);
    }
    let here = path(at.device);
    let too_late = || flash::redirect(&here, &Message::of("sentinels.devices.take_back.too_late"));
    if !may_go(state.db.reader(), &current, &device, at.step).await? {
        return Ok(too_late());
    }
    let mut form = form.scoped(TAKE_BACK);
    let why = form.required("mistake", MAX_WHY);
    if form.has_errors() {
        return answer(&state, &current, device, Forms { taken_back: form, ..Forms::blank() }).await;
    }
    let tx = state.begin(&current).await?;
    let device = store::lock(&tx, &[at.device]).await?.pop().ok_or(AppError::NotFound)?;
    current.acts_for_plant(device.row.member_id, device.row.plant_id)?;
    if !may_go(&*tx, &current, &device, at.step).await? {
        return Ok(too_late());
    }
    if store::take_back(&tx, &device, &why).await? == Written::Taken {
        drop(tx);
        form.refuse("mistake", Message::of("sentinels.devices.take_back.serial"));
        return answer(&state, &current, device, Forms { taken_back: form, ..Forms::blank() }).await;
    }
    tx.commit().await?;
    Ok(flash::redirect(&here, &Message::of("sentinels.devices.take_back.done")))
}
