//! The routes of faults: the list, telling the vendor, and how one ended. A fault is seen on its device's page.

use axum::{
    extract::{Path, Query, State},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{
    export, list_page,
    model::{End, Standing, Way},
    store::{self, Case, Filter, Told},
};
use crate::{
    access::{Route, Who},
    current::Current,
    db::words,
    error::{AppError, Result},
    flash,
    form::Form,
    guides::open,
    ids::{FaultId, TextEnum},
    once,
    paging::From,
    sentinels::{
        devices::{
            model::Stage,
            page::Forms,
            routes::{answer, path},
            store::{self as devices, Entered},
        },
        routes::scope,
    },
    sheets,
    state::AppState,
    text::Message,
};

pub const LIST: &str = "/sentinels/faults";
pub const TELL: &str = "sentinels.fault.told";
pub const END: &str = "sentinels.fault.end";
const MAX_TICKET: usize = 60;
const MAX_NOTE: usize = 500;

pub fn routes() -> Vec<Route> {
    use Who::{MemberOrStaff, SignedIn};
    vec![
        Route::get("/sentinels/faults", SignedIn, list),
        Route::get("/sentinels/faults.xlsx", SignedIn, as_sheet),
        Route::post("/sentinels/faults/{fault}/told", MemberOrStaff, tell),
        Route::post("/sentinels/faults/{fault}/end", MemberOrStaff, end),
    ]
}

/// A fault whose device this person may act on.
async fn acted_on(state: &AppState, current: &Current, id: FaultId) -> Result<Case> {
    open(current)?;
    let case = store::find(state.db.reader(), id).await?;
    current.acts_for_plant(case.device.row.member_id, case.device.row.plant_id)?;
    Ok(case)
}

#[derive(Deserialize)]
struct ListQuery {
    state: Option<String>,
    q: Option<String>,
    after: Option<FaultId>,
    before: Option<FaultId>,
}

impl ListQuery {
    fn filter(&self) -> Filter {
        let word = |value: &Option<String>| value.clone().unwrap_or_default();
        Filter { standing: TextEnum::from_word(&word(&self.state)), text: words(&word(&self.q), 60) }
    }
}

async fn list(State(state): State<AppState>, current: Current, Query(query): Query<ListQuery>) -> Result<Response> {
    open(&current)?;
    let conn = state.db.reader();
    let clock = store::clock(conn, current.now).await?;
    let from = From::of(query.after, query.before);
    let listed = store::list(conn, &scope(&current), &query.filter(), clock, from).await?;
    let all: Vec<_> = listed.cases.iter().map(|case| case.device.clone()).collect();
    let names = devices::names(conn, &all).await?;
    Ok(list_page::show(&state, &current, &query.filter(), clock, &listed, &names))
}

/// The same faults as a spreadsheet, all pages of them.
async fn as_sheet(State(state): State<AppState>, current: Current, Query(query): Query<ListQuery>) -> Result<Response> {
    open(&current)?;
    let conn = state.db.reader();
    let clock = store::clock(conn, current.now).await?;
    let most = sheets::MOST_ROWS as u64 + 1;
    let cases = store::everything(conn, &scope(&current), &query.filter(), clock, most).await?;
    let all: Vec<_> = cases.iter().map(|case| case.device.clone()).collect();
    let names = devices::names(conn, &all).await?;
    let l = current.locale;
    sheets::download_table(l, &l.t("sentinels.fault.title"), export::table(&current, &cases, clock, &names)).await
}

async fn tell(
    State(state): State<AppState>,
    current: Current,
    Path(id): Path<FaultId>,
    form: Form,
) -> Result<Response> {
    let case = acted_on(&state, &current, id).await?;
    let mut form = form.scoped(TELL);
    let here = path(case.device.row.id);
    let at = form.optional_instant("told_at");
    if at.is_none() && form.error("told_at").is_none() {
        form.refuse("told_at", Message::of("form.required").with("label", "@sentinels.fault.told.told_at"));
    }
    if at.is_some_and(|at| at > current.now.plus(crate::time::Instant::MINUTE)) {
        form.refuse("told_at", Message::of("sentinels.devices.wrong.future"));
    }
    if at.is_some_and(|at| at.day() < case.fault.since) {
        form.refuse("told_at", Message::of("sentinels.fault.before_it_broke"));
    }
    let way = form.choice::<Way>("way");
    let ticket = form.optional("ticket", MAX_TICKET);
    let promised = form.optional_day("promised");
    if promised.zip(at).is_some_and(|(day, at)| day < at.day()) {
        form.refuse("promised", Message::of("sentinels.fault.promised_before"));
    }
    let version = form.value("row_version").parse().unwrap_or(0);
    let (Some(at), Some(way), false) = (at, way, form.has_errors()) else {
        return answer(&state, &current, case.device, Forms { told: form, ..Forms::blank() }).await;
    };
    let tx = state.begin(&current).await?;
    let before = store::find(&*tx, id).await?;
    if !store::tell(&tx, &before.fault, version, &Told { at, way, ticket, promised }).await? {
        drop(tx);
        form.refuse("told_at", Message::of("sentinels.fault.changed"));
        form.set("row_version", before.fault.row_version);
        return answer(&state, &current, before.device, Forms { told: form, ..Forms::blank() }).await;
    }
    tx.commit().await?;
    Ok(flash::redirect(&here, &Message::of("sentinels.fault.told.saved")))
}

async fn end(State(state): State<AppState>, current: Current, Path(id): Path<FaultId>, form: Form) -> Result<Response> {
    let case = acted_on(&state, &current, id).await?;
    let mut form = form.scoped(END);
    let here = path(case.device.row.id);
    if let Some(made) = once::made(state.db.reader(), &form).await? {
        return Ok(Redirect::to(&made).into_response());
    }
    let outcome = form.choice::<End>("outcome");
    let day = form.day("ended_on");
    if day.is_some_and(|day| day > current.now.day()) {
        form.refuse("ended_on", Message::of("sentinels.devices.wrong.future"));
    }
    let note = form.optional("ended_note", MAX_NOTE);
    if matches!(outcome, Some(End::Replaced | End::GivenUp)) && note.is_none() {
        form.refuse("ended_note", Message::of("sentinels.devices.wrong.say_why"));
    }
    let (Some(outcome), Some(day), false) = (outcome, day, form.has_errors()) else {
        return answer(&state, &current, case.device, Forms { ended: form, ..Forms::blank() }).await;
    };
    // Whoever replaced a device goes on to enter the new one.
    let next = match outcome {
        End::Replaced => format!("/sentinels/devices/new?plant={}", case.device.row.plant_id),
        _ => here,
    };
    let tx = state.begin(&current).await?;
    if let Some(made) = once::claim(&tx, &form, &next).await? {
        return Ok(Redirect::to(&made).into_response());
    }
    let device = devices::lock(&tx, &[case.device.row.id]).await?.pop().ok_or(AppError::NotFound)?;
    let is_open = store::find(&*tx, id).await?.fault.ended_at.is_none();
    let wrong = if !is_open || device.stage() != Stage::Faulty {
        Some(("outcome", "sentinels.fault.ended_before"))
    } else {
        let early = device.events.last().is_some_and(|last| day < last.day);
        early.then_some(("ended_on", "sentinels.devices.wrong.before_last"))
    };
    if let Some((field, why)) = wrong {
        drop(tx);
        form.refuse(field, Message::of(why));
        return answer(&state, &current, device, Forms { ended: form, ..Forms::blank() }).await;
    }
    let stage = match outcome {
        End::Repaired => device.life().before_fault().unwrap_or(Stage::Tested),
        End::Replaced | End::GivenUp => Stage::Removed,
    };
    let entered = Entered { stage, day, note, request: None };
    devices::enter_ended(&tx, &[(device, entered)], Some(outcome)).await?;
    tx.commit().await?;
    Ok(flash::redirect(&next, &Message::of("sentinels.fault.end.saved")))
}

/// The list narrowed to where faults stand.
pub fn narrowed(standing: Standing) -> String {
    format!("{LIST}?state={standing}")
}
