//! The evidence that a device is a sentinel: a file or a written reference for each of the three demands, for one
//! device or for several of them. Evidence is withdrawn with a reason and never removed.

use axum::{
    extract::{Path, Request, State},
    http::HeaderMap,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{
    model::Proof,
    moves::together,
    page::Forms,
    routes::{acted_on, answer, path, seen},
    store::{self, Device, Shown},
};
use crate::{
    current::Current,
    error::{AppError, Result},
    files::{self, FileKind, Upload},
    flash,
    form::Form,
    ids::{SentinelId, SentinelProofId},
    once,
    state::AppState,
    text::Message,
};

pub const SCOPE: &str = "sentinels.devices.proof.field";
const WITHDRAW: &str = "sentinels.devices.proof";
/// The field of the others that it proves too; both forms of the page have one.
pub const TOGETHER: &str = "proves_also";
/// Characters in a reference and in the reason of a withdrawal.
pub const MAX_REFERENCE: usize = 300;

pub async fn record(
    State(state): State<AppState>,
    current: Current,
    Path(id): Path<SentinelId>,
    request: Request,
) -> Result<Response> {
    let device = acted_on(&state, &current, id).await?;
    let Upload { form, files } = Upload::within(request, &state, files::MAX_FILE).await?;
    let mut form = form.scoped(SCOPE);
    let here = path(id);
    if let Some(made) = once::made(state.db.reader(), &form).await? {
        return Ok(Redirect::to(&made).into_response());
    }
    let proofs = form.choices::<Proof>("proofs");
    if proofs.is_empty() {
        form.refuse("proofs", Message::of("form.choose").with("label", "@sentinels.devices.proof.field.proofs"));
    }
    let day = form.day("evidence_day");
    if day.is_some_and(|day| day > current.now.day()) {
        form.refuse("evidence_day", Message::of("sentinels.devices.wrong.future"));
    }
    let reference = form.optional("reference", MAX_REFERENCE);
    let mut kind = None;
    if let Some(file) = files.first() {
        match files::inspect(file, &[FileKind::Pdf, FileKind::Png, FileKind::Jpg]) {
            Ok(found) => kind = Some(found),
            Err(message) => form.refuse("file", message),
        }
    } else if reference.is_none() && form.error("file").is_none() {
        form.refuse("reference", Message::of("sentinels.devices.wrong.no_evidence"));
    }
    let ids: Vec<SentinelId> = std::iter::once(id).chain(together(&form, TOGETHER)).collect();
    let (Some(day), false) = (day, form.has_errors()) else {
        if kind.is_some() {
            form.refuse("file", Message::of("sentinels.devices.wrong.file_again"));
        }
        return answer(&state, &current, device, Forms { proof: form, ..Forms::blank() }).await;
    };
    let kept = match (files.first(), kind) {
        (Some(file), Some(kind)) => Some(files::keep(&state.files, file, kind).await?),
        _ => None,
    };
    let tx = state.begin(&current).await?;
    if let Some(made) = once::claim(&tx, &form, &here).await? {
        return Ok(Redirect::to(&made).into_response());
    }
    let devices = store::lock(&tx, &ids).await?;
    for device in &devices {
        current.acts_for_plant(device.row.member_id, device.row.plant_id)?;
    }
    let file = match &kept {
        Some(kept) => Some(files::add(&tx, kept).await?),
        None => None,
    };
    store::prove(&tx, &devices, &Shown { proofs: &proofs, reference: reference.as_deref(), file, day }).await?;
    tx.commit().await?;
    Ok(flash::redirect(&here, &Message::of("sentinels.devices.proof.recorded")))
}

#[derive(Deserialize)]
pub struct ProofPath {
    device: SentinelId,
    proof: SentinelProofId,
}

pub async fn file(
    State(state): State<AppState>,
    current: Current,
    headers: HeaderMap,
    Path(at): Path<ProofPath>,
) -> Result<Response> {
    let device: Device = seen(&state, &current, at.device).await?;
    let stored = store::file(state.db.reader(), device.row.id, at.proof).await?;
    files::download(&state, &headers, &stored).await
}

pub async fn withdraw(
    State(state): State<AppState>,
    current: Current,
    Path(at): Path<ProofPath>,
    form: Form,
) -> Result<Response> {
    let device = acted_on(&state, &current, at.device).await?;
    let here = path(at.device);
    let found = device.proofs.iter().find(|own| own.id == at.proof).ok_or(AppError::NotFound)?;
    if found.withdrawn_at.is_some() {
        return Ok(flash::redirect(&here, &Message::of("sentinels.devices.proof.withdrawn_before")));
    }
    let mut form = form.scoped(WITHDRAW);
    let why = form.optional("why", MAX_REFERENCE);
    if why.is_none() {
        form.refuse("why", Message::of("sentinels.devices.wrong.say_why"));
    }
    let (Some(why), false) = (why, form.has_errors()) else {
        return answer(&state, &current, device, Forms { withdrawn: Some((at.proof, form)), ..Forms::blank() }).await;
    };
    let tx = state.begin(&current).await?;
    let locked = store::lock(&tx, &[at.device]).await?;
    let device = locked.first().ok_or(AppError::NotFound)?;
    if !store::withdraw(&tx, device, at.proof, &why).await? {
        return Ok(flash::redirect(&here, &Message::of("sentinels.devices.proof.withdrawn_before")));
    }
    tx.commit().await?;
    Ok(flash::redirect(&here, &Message::of("sentinels.devices.proof.withdrawn")))
}
