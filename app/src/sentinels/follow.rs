//! What is entered by hand after the mail: the operator's answers, and the vendor's confirmations. The request's devices
//! follow.

use axum::{
    extract::{Path, State},
    response::Response,
};

use super::{
    devices,
    model::Act,
    request_page::{Refused, SCOPE},
    routes::{self, acted_on, path},
    store, whole,
};
use crate::{
    audit, conversations,
    current::Current,
    error::{AppError, Result},
    flash,
    form::Form,
    ids::{InboundMailId, InstallRequestId},
    once,
    state::AppState,
    text::Message,
    time::show_day,
};

/// Characters in a remark.
const MAX_REMARK: usize = 500;

pub async fn enter(
    State(state): State<AppState>,
    current: Current,
    Path(id): Path<InstallRequestId>,
    form: Form,
) -> Result<Response> {
    let case = acted_on(&state, &current, id).await?;
    let mut form = form.scoped(SCOPE);
    let act = form.choice::<Act>("act").filter(|act| !matches!(act, Act::Submit | Act::Resend));
    let remark = form.optional("remark", MAX_REMARK);
    let day = match act {
        Some(Act::Schedule) => form.day("day"),
        _ => form.optional_day("day"),
    };
    if act == Some(Act::TurnDown) && remark.is_none() {
        form.refuse("remark", Message::of("sentinels.entry.reason_missing"));
    }
    if matches!(act, Some(Act::ConfirmSpecification | Act::ConfirmDocking)) && remark.is_none() {
        form.refuse("remark", Message::of("sentinels.entry.source_missing"));
    }
    if act == Some(Act::Install) && day.is_some_and(|day| day > current.now.day()) {
        form.refuse("day", Message::of("sentinels.entry.not_yet"));
    }
    let Some(act) = act.filter(|_| !form.has_errors() && case.request.submitted_at.is_some()) else {
        return again(&state, &current, &case, form).await;
    };
    let tx = state.begin(&current).await?;
    if once::claim(&tx, &form, &path(id, "")).await?.is_some() {
        return Ok(flash::redirect(&path(id, ""), &Message::of("sentinels.entered")));
    }
    let case = store::lock(&tx, id).await?;
    let fits = if whole::acts_for_all(&*tx, &current, &case).await? {
        case.known.allows(act)
    } else {
        Err(Message::of("sentinels.request.several_plants"))
    };
    if let Err(why) = fits {
        drop(tx);
        form.refuse("act", why);
        return again(&state, &current, &case, form).await;
    }
    store::add_event(&tx, id, act, day, remark.clone()).await?;
    if let Ok(mail) = form.value("mail").parse::<InboundMailId>() {
        conversations::answered(&tx, id.into(), mail).await?;
    }
    let after = store::case(&*tx, id).await?;
    let left_out = devices::feed::follow(&tx, &after, act).await?;
    if after.known.is_settled() {
        store::settle(&tx, id, tx.now).await?;
    }
    let entry = audit::Entry::new("install_request.entered", store::KIND).subject(id).member(case.request.member_id);
    let entered = serde_json::json!({ "state": after.state(), "act": act, "day": day.map(show_day), "remark": remark });
    audit::record(&tx, entry.before(&serde_json::json!({ "state": case.state() })).after(&entered)).await?;
    tx.commit().await?;
    let said = match left_out {
        0 => Message::of("sentinels.entered"),
        n => Message::of("sentinels.entered_of_others_not").with("n", n),
    };
    Ok(flash::redirect(&path(id, ""), &said))
}

/// Enters the devices of a request that is older than the register.
pub async fn enter_devices(
    State(state): State<AppState>,
    current: Current,
    Path(id): Path<InstallRequestId>,
    form: Form,
) -> Result<Response> {
    acted_on(&state, &current, id).await?;
    let here = path(id, "");
    let tx = state.begin(&current).await?;
    if once::claim(&tx, &form, &here).await?.is_none() {
        let case = store::lock(&tx, id).await?;
        if !whole::acts_for_all(&*tx, &current, &case).await? {
            return Err(AppError::Refused(Message::of("sentinels.request.several_plants")));
        }
        if !devices::feed::catch_up(&tx, &case).await? {
            return Err(AppError::Refused(Message::of("sentinels.request.no_devices_to_enter")));
        }
        tx.commit().await?;
    }
    Ok(flash::redirect(&here, &Message::of("sentinels.request.devices_entered")))
}

async fn again(state: &AppState, current: &Current, case: &store::Case, mut form: Form) -> Result<Response> {
    if !form.has_errors() {
        form.refuse("act", Message::of("sentinels.move.already_submitted"));
    }
    routes::again(state, current, case, Refused::Entry(form)).await
}
