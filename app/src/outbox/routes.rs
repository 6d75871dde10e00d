//! The pages of 发送情况 and what staff do there.

use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use serde::Deserialize;

use super::{
    DeliveryState, PauseReason, Schedule, eml, export, is_personal, page,
    store::{self, Cause, Filter, From},
    suppressed, to_me,
};
use crate::{
    access::{Route, Who},
    current::Current,
    db::{ConnectionTrait, Tx, words},
    error::{AppError, Result},
    flash,
    form::Form,
    groups,
    ids::{DeliveryId, TextEnum},
    members::email::Email,
    notices, once, sentinels, sheets,
    state::AppState,
    text::Message,
    time::Instant,
};

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/outbox", Who::Office, list),
        Route::get("/outbox.xlsx", Who::Office, as_sheet),
        Route::post("/mail-to-me", Who::SignedIn, to_me::send),
        Route::post("/outbox/pause", Who::Staff, pause),
        Route::post("/outbox/resume", Who::Staff, resume),
        Route::get("/outbox/suppressed", Who::Office, suppressed::list),
        Route::post("/outbox/suppressed/{suppressed}/lift", Who::Staff, suppressed::lift),
        Route::get("/outbox/{delivery}", Who::Office, show),
        Route::get("/outbox/{delivery}/mail.eml", Who::Staff, eml::download),
        Route::post("/outbox/{delivery}/resend", Who::Staff, resend),
        Route::post("/outbox/{delivery}/cancel", Who::Staff, cancel),
        Route::post("/outbox/{delivery}/try-now", Who::Staff, try_now),
        Route::post("/outbox/{delivery}/handled", Who::Staff, handled),
    ]
}

const SCOPE: &str = "outbox.field";

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    state: String,
    #[serde(default)]
    after: String,
    #[serde(default)]
    before: String,
    /// What failures have in common, as `Cause` writes it.
    #[serde(default)]
    is: String,
    #[serde(default)]
    code: String,
    enhanced: Option<String>,
    server: Option<String>,
}

impl Asked {
    fn filter(&self) -> Filter {
        match self.state.as_str() {
            "waiting" => Filter::Waiting,
            "failed" => self.cause().map_or(Filter::Failed, Filter::FailedAs),
            word => DeliveryState::from_word(word).map_or(Filter::All, Filter::In),
        }
    }

    fn cause(&self) -> Option<Cause> {
        Some(Cause {
            state: DeliveryState::from_word(&self.is)?,
            code: self.code.parse().ok(),
            enhanced: self.enhanced.as_deref().map(|code| words(code, 20)),
            server: self.server.as_deref().map(|name| words(name, 300)),
        })
    }

    fn from(&self) -> From {
        From::asked(&self.after, &self.before)
    }
}

/// The same deliveries as a spreadsheet, all pages of them.
async fn as_sheet(State(state): State<AppState>, current: Current, Query(asked): Query<Asked>) -> Result<Response> {
    let found = store::everything(state.db.reader(), &asked.filter(), sheets::MOST_ROWS as u64 + 1).await?;
    let table = export::table(&current, &found);
    sheets::download_table(current.locale, &table.title.clone(), table).await
}

async fn list(State(state): State<AppState>, current: Current, Query(asked): Query<Asked>) -> Result<Response> {
    let conn = state.db.reader();
    let (filter, from) = (asked.filter(), asked.from());
    let cause = if let Filter::FailedAs(cause) = &filter { Some(cause.clone()) } else { None };
    let word = if filter == Filter::All { String::new() } else { asked.state };
    let pause = store::pause(conn).await?;
    let overview = if filter == Filter::All && from == From::Start {
        Some(overview(conn, current.now, pause.is_some()).await?)
    } else {
        None
    };
    let causes = if filter == Filter::Failed { store::causes(conn).await? } else { Default::default() };
    let silent = store::nobody_sends(conn, current.now).await?;
    let listing = page::Listing {
        listed: store::list(conn, &filter, from).await?,
        count: store::count(conn, &filter).await?,
        query: cause.as_ref().map_or_else(|| format!("state={word}"), page::query),
        nobody_sends: if silent { Some(store::last_heard(conn).await?) } else { None },
        filter: word,
        cause,
        causes,
        pause,
        overview,
    };
    Ok(page::list(&state, &current, listing))
}

async fn overview(conn: &impl ConnectionTrait, now: Instant, paused: bool) -> Result<page::Overview> {
    let rates = store::rates(conn, now).await?;
    Ok(page::Overview {
        waiting: store::count(conn, &Filter::Waiting).await?,
        oldest: store::oldest_waiting(conn).await?,
        failed: store::count(conn, &Filter::Failed).await?,
        progress: page::Progress::new(store::mailings(conn, None).await?, &rates, paused),
        causes: store::causes(conn).await?,
        workers: store::alive(conn, now).await?,
        last_heard: store::last_heard(conn).await?,
        rates,
    })
}

async fn show(State(state): State<AppState>, current: Current, Path(id): Path<DeliveryId>) -> Result<Response> {
    let shown = shown(&state, id).await?;
    let mut form = Form::new(SCOPE);
    form.set("email", &shown.found.delivery.email);
    Ok(page::one(&state, &current, &shown, &form))
}

async fn shown(state: &AppState, id: DeliveryId) -> Result<page::Shown> {
    let conn = state.db.reader();
    let found = store::whole(conn, id).await?;
    let refused = store::refusal(conn, &found.delivery.email).await?;
    Ok(page::Shown { found, newer: store::superseded_by(conn, id).await?, refused })
}

async fn resend(
    State(state): State<AppState>,
    current: Current,
    Path(id): Path<DeliveryId>,
    form: Form,
) -> Result<Response> {
    let mut form = form.scoped(SCOPE);
    let shown = shown(&state, id).await?;
    if is_personal(&shown.found.message.about_kind) {
        return Err(AppError::Refused(Message::of("outbox.refused.personal")));
    }
    if shown.found.delivery.settled_at.is_none() {
        return Err(AppError::Refused(Message::of("outbox.refused.still_waits")));
    }
    if shown.found.message.text_removed_at.is_some() {
        return Err(AppError::Refused(Message::of("outbox.refused.text_removed")));
    }
    let Some(email) = address(&shown.found, &mut form) else {
        return Ok(page::one(&state, &current, &shown, &form));
    };
    let tx = state.begin(&current).await?;
    let here = format!("/outbox/{id}");
    if let Some(location) = once::claim(&tx, &form, &here).await? {
        return Ok(flash::redirect(&location, &Message::of("outbox.done.resent")));
    }
    if let Some(group) = shown.found.delivery.group_id
        && !groups::store::find(&*tx, group).await?.active
    {
        return Err(AppError::Refused(Message::of("groups.refused.inactive")));
    }
    let (message, newer) = store::resend(&tx, &shown.found, &email).await?;
    notices::mail_resent(&tx, shown.found.message.id, message).await?;
    sentinels::mail_resent(&tx, &shown.found.delivery, message, &email).await?;
    tx.commit().await?;
    Ok(flash::redirect(&format!("/outbox/{newer}"), &Message::of("outbox.done.resent")))
}

/// Where it goes the second time: to the address that was typed, or to the group where it went before.
fn address(found: &store::Whole, form: &mut Form) -> Option<String> {
    if found.delivery.group_id.is_some() {
        return Some(String::new());
    }
    match Email::parse(&form.required("email", 254)) {
        Ok(email) => Some(email.as_str().to_owned()),
        Err(error) => {
            form.refuse("email", error.message());
            None
        }
    }
}

async fn cancel(State(state): State<AppState>, current: Current, Path(id): Path<DeliveryId>) -> Result<Response> {
    let tx = state.begin(&current).await?;
    let done = store::cancel(&tx, id).await?;
    answer(tx, id, done, "outbox.done.cancelled", "outbox.refused.too_late").await
}

async fn try_now(State(state): State<AppState>, current: Current, Path(id): Path<DeliveryId>) -> Result<Response> {
    let tx = state.begin(&current).await?;
    let done = store::try_now(&tx, id).await?;
    let mail_is_on_hold =
        store::pause(&*tx).await?.is_some() && store::whole(&*tx, id).await?.delivery.group_id.is_none();
    let yes = if mail_is_on_hold { "outbox.done.hastened_on_hold" } else { "outbox.done.hastened" };
    answer(tx, id, done, yes, "outbox.refused.too_late").await
}

async fn handled(State(state): State<AppState>, current: Current, Path(id): Path<DeliveryId>) -> Result<Response> {
    let tx = state.begin(&current).await?;
    let done = store::handle(&tx, id).await?;
    answer(tx, id, done, "outbox.done.handled", "outbox.refused.handled").await
}

/// Commits what was done and says so; else says why it could not be done.
async fn answer(tx: Tx, id: DeliveryId, done: bool, yes: &'static str, no: &'static str) -> Result<Response> {
    store::whole(&*tx, id).await?;
    if !done {
        return Err(AppError::Refused(Message::of(no)));
    }
    tx.commit().await?;
    Ok(flash::redirect(&format!("/outbox/{id}"), &Message::of(yes)))
}

async fn pause(State(state): State<AppState>, current: Current) -> Result<Response> {
    let name = current.person()?.name.clone();
    let tx = state.begin(&current).await?;
    let paused = store::pause_queue(&tx, PauseReason::ByHand, &name, &Schedule::default()).await?;
    tx.commit().await?;
    let said = if paused { "outbox.done.paused" } else { "outbox.done.paused_before" };
    Ok(flash::redirect("/outbox", &Message::of(said)))
}

async fn resume(State(state): State<AppState>, current: Current) -> Result<Response> {
    let tx = state.begin(&current).await?;
    let resumed = store::resume_queue(&tx).await?;
    tx.commit().await?;
    let said = if resumed { "outbox.done.resumed" } else { "outbox.done.resumed_before" };
    Ok(flash::redirect("/outbox", &Message::of(said)))
}
