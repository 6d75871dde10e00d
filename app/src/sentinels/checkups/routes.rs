//! Recording a check-up of a device, and of others that stand beside it.

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};

use super::{
    model::{Found, can_be_checked},
    store::{self, Checked},
};
use crate::{
    access::{Route, Who},
    current::Current,
    error::Result,
    flash,
    form::Form,
    ids::SentinelId,
    once,
    sentinels::devices::{
        model::Stage,
        moves::together,
        page::Forms,
        routes::{acted_on, answer, path},
        store::{self as devices, Device, Entered},
    },
    state::AppState,
    text::Message,
};

pub const SCOPE: &str = "sentinels.checkup.field";
/// The field of the others that were checked too.
pub const TOGETHER: &str = "checked_also";
const MAX_NOTE: usize = 500;

pub fn routes() -> Vec<Route> {
    vec![Route::post("/sentinels/devices/{device}/checkups", Who::MemberOrStaff, enter)]
}

async fn enter(
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
    let found = form.choice::<Found>("found");
    let day = form.day("checked_on");
    if day.is_some_and(|day| day > current.now.day()) {
        form.refuse("checked_on", Message::of("sentinels.devices.wrong.future"));
    }
    let note = form.optional("finding", MAX_NOTE);
    if found == Some(Found::Failed) && note.is_none() {
        form.refuse("finding", Message::of("sentinels.devices.wrong.say_why"));
    }
    let ids: Vec<SentinelId> = std::iter::once(id).chain(together(&form, TOGETHER)).collect();
    let (Some(found), Some(day), false) = (found, day, form.has_errors()) else {
        return answer(&state, &current, device, Forms { checkup: form, ..Forms::blank() }).await;
    };
    let tx = state.begin(&current).await?;
    if let Some(made) = once::claim(&tx, &form, &here).await? {
        return Ok(Redirect::to(&made).into_response());
    }
    let locked = devices::lock(&tx, &ids).await?;
    for device in &locked {
        current.acts_for_plant(device.row.member_id, device.row.plant_id)?;
        if let Err((field, why)) = fits(device, found, day) {
            drop(tx);
            form.refuse(field, why);
            let device = acted_on(&state, &current, id).await?;
            return answer(&state, &current, device, Forms { checkup: form, ..Forms::blank() }).await;
        }
    }
    store::record(&tx, &locked, &Checked { day, found, note: note.clone() }).await?;
    if found == Found::Failed {
        devices::enter_all(&tx, &locked, &Entered { stage: Stage::Faulty, day, note, request: None }).await?;
    }
    tx.commit().await?;
    Ok(flash::redirect(&here, &Message::of("sentinels.checkup.recorded")))
}

/// Whether a check-up fits a device; else the field and the sentence.
fn fits(device: &Device, found: Found, day: crate::time::Day) -> Result<(), (&'static str, Message)> {
    if !can_be_checked(device.stage()) {
        return Err(("found", Message::of("sentinels.checkup.not_there")));
    }
    if found == Found::Failed && device.events.last().is_some_and(|last| day < last.day) {
        return Err(("checked_on", Message::of("sentinels.devices.wrong.before_last")));
    }
    Ok(())
}
