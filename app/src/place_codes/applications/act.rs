//! What people note about an application: that it was handed in, and what the city said of each entrance.

use std::collections::HashSet;

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};

use super::{
    again,
    forms::{self, FILING, OUTCOMES, SEEN},
    model::{Act, LineState, Outcome},
    page::show,
    routes::{acted_on, path, shown},
    sheet::Sheet,
    store::{self, Case, Filing, Line},
    ways::{self, Handing},
};
use crate::{
    audit,
    current::Current,
    db::ConnectionTrait,
    error::{AppError, Result},
    flash,
    form::Form,
    guides::{
        facts::{Certificate, Facts, Route},
        open,
    },
    ids::{ApplicationId, TextEnum},
    members::store as register,
    once, settings,
    state::AppState,
    text::Message,
    time::show_day,
};

const DISCARDED: &str = "place_code_application.discarded";
/// Characters in the city's reason.
const MAX_REASON: usize = 300;

pub async fn file(
    State(state): State<AppState>,
    current: Current,
    Path(id): Path<ApplicationId>,
    form: Form,
) -> Result<Response> {
    acted_on(&state, &current, id).await?;
    let mut form = form.scoped(FILING);
    let tx = state.begin(&current).await?;
    if once::claim(&tx, &form, &path(id, "")).await?.is_some() {
        return Ok(Redirect::to(&path(id, "")).into_response());
    }
    let case = store::lock(&tx, id).await?;
    may_all(&case, Act::File)?;
    let sheet = Sheet::of(&*tx, &case).await?;
    if sheet.places.is_empty() {
        return Err(AppError::Refused(Message::of("place_codes.move.nothing_left")));
    }
    let filing = read_filing(&*tx, &current, &mut form, &sheet).await?;
    let member = register::member(&*tx, case.application.member_id).await?;
    again::check(&*tx, &member, &sheet, "on", &mut form).await?;
    let as_seen = !form.has_errors() && form.value(SEEN) == sheet.hash();
    let Some(filing) = filing.filter(|_| as_seen) else {
        drop(tx);
        if !form.has_errors() {
            form.refuse("on", Message::of("place_codes.filing.changed"));
        }
        form.set(SEEN, sheet.hash());
        return Ok(show(&state, &current, &shown(&state, case).await?, Some(&form)));
    };
    let gone: Vec<_> = case.lines.iter().filter(|line| line.state == LineState::Gone).map(|line| line.row.id).collect();
    store::file(&tx, id, &sheet, &filing, &gone).await?;
    let entry = audit::Entry::new("place_code_application.filed", store::KIND).subject(id);
    let after = serde_json::json!({
        "number": case.application.number, "day": show_day(filing.on), "route": filing.route,
        "certificates": filing.certificate, "handler": filing.handler, "places": sheet.places.len(),
    });
    audit::record(&tx, entry.member(case.application.member_id).after(&after)).await?;
    tx.commit().await?;
    Ok(flash::redirect(&path(id, ""), &Message::of("place_codes.filing.done")))
}

/// Whether the act fits every entrance.
fn may_all(case: &Case, act: Act) -> Result<()> {
    // An entrance that is settled does not stand in the way of handing in the others.
    let rest = case.lines.iter().filter(|line| !line.state.is_settled() || case.application.filed_at.is_some());
    let refused = rest.filter_map(|line| line.state.allows(act).err()).next();
    refused.map_or(Ok(()), |why| Err(AppError::Refused(why)))
}

async fn read_filing(
    conn: &impl ConnectionTrait,
    current: &Current,
    form: &mut Form,
    sheet: &Sheet,
) -> Result<Option<Filing>> {
    let on = form.day("on");
    let route = form.choice::<Route>("route");
    let handler = form.required("handler", 40);
    let certificate = match route {
        // A phone knows its owner; what was ticked before the route was changed does not count.
        Some(Route::Phone) => None,
        _ => form.optional_choice::<Certificate>("certificate"),
    };
    if on.is_some_and(|on| on > current.now.day()) {
        form.refuse("on", Message::of("place_codes.filing.not_yet"));
    }
    let (Some(on), Some(route)) = (on, route) else { return Ok(None) };
    let facts = settings::load::<Facts>(conn).await?.value;
    let local = ways::is_local(&sheet.credit_code);
    let handing = Handing { route, certificate, codes: sheet.places.len(), local };
    if let Err((field, why)) = ways::allowed(&facts.applying, handing) {
        form.refuse(field, why);
    }
    Ok((!form.has_errors()).then_some(Filing { on, route, certificate, handler }))
}

pub async fn outcomes(
    State(state): State<AppState>,
    current: Current,
    Path(id): Path<ApplicationId>,
    form: Form,
) -> Result<Response> {
    acted_on(&state, &current, id).await?;
    let mut form = form.scoped(OUTCOMES);
    let tx = state.begin(&current).await?;
    if once::claim(&tx, &form, &path(id, "")).await?.is_some() {
        return Ok(Redirect::to(&path(id, "")).into_response());
    }
    let case = store::lock(&tx, id).await?;
    let day = forms::day_field(forms::is_correction(&form));
    let on = form.day(day);
    let filed_on = case.application.filed_on;
    if on.is_some_and(|on| on > current.now.day() || filed_on.is_some_and(|filed| on < filed)) {
        form.refuse(day, Message::of("place_codes.outcome.day"));
    }
    let said = read_outcomes(&mut form, &case, day);
    let Some(on) = on.filter(|_| !form.has_errors()) else {
        drop(tx);
        return Ok(show(&state, &current, &shown(&state, case).await?, Some(&form)));
    };
    let rows = said.iter().map(|one| (one.line.row.id, one.outcome, one.reason.clone()));
    store::add_outcomes(&tx, on, rows).await?;
    let entries = said.iter().map(|one| {
        let entry = audit::Entry::new("place_code_application.outcome", store::KIND).subject(id);
        let before = serde_json::json!({ "state": one.line.state });
        let after = serde_json::json!({
            "number": case.application.number, "entrance": one.line.entrance.name, "state": one.outcome,
            "day": show_day(on), "reason": one.reason,
        });
        entry.member(case.application.member_id).before(&before).after(&after)
    });
    audit::record_all(&tx, entries).await?;
    tx.commit().await?;
    Ok(flash::redirect(&path(id, ""), &Message::of("place_codes.outcome.done").with("n", said.len())))
}

struct SaidNow<'a> {
    line: &'a Line,
    outcome: Outcome,
    reason: Option<String>,
}

/// What was ticked, entrance by entrance; or that all that wait were approved. What is ticked of an entrance that has
/// moved on since the page was opened is not taken and said at `day`, for its own field may be gone.
fn read_outcomes<'a>(form: &mut Form, case: &'a Case, day: &str) -> Vec<SaidNow<'a>> {
    let all = form.value("all") == "approved";
    let mut said = Vec::new();
    for line in &case.lines {
        let [field, because, seen] = ["outcome", "reason", "state"].map(|part| forms::line_field(line.row.id, part));
        let seen = LineState::from_word(form.value(&seen));
        let waits = seen.unwrap_or(line.state) == LineState::Waiting;
        let outcome = form.optional_choice::<Outcome>(&field).or((all && waits).then_some(Outcome::Approved));
        let Some(outcome) = outcome else { continue };
        if seen.is_some_and(|seen| seen != line.state) {
            let state = format!("@place_codes.line.{}", line.state.word());
            let moved = Message::of("place_codes.outcome.moved").with("name", name(line)).with("state", state);
            form.refuse_each(day, moved);
            continue;
        }
        let reason = form.optional(&because, MAX_REASON).filter(|_| outcome == Outcome::Refused);
        if outcome == Outcome::Refused && reason.is_none() {
            form.refuse(&because, Message::of("place_codes.outcome.reason_missing").with("name", name(line)));
        }
        let act = if outcome == Outcome::Approved { Act::Approve } else { Act::Refuse };
        if let Err(why) = line.state.allows(act) {
            form.refuse(&field, why);
        }
        said.push(SaidNow { line, outcome, reason });
    }
    let known: HashSet<String> = case.lines.iter().map(|line| forms::line_field(line.row.id, "outcome")).collect();
    if form.pairs().iter().any(|(name, _)| forms::is_outcome(name) && !known.contains(name)) {
        form.refuse_each(day, Message::of("place_codes.outcome.unknown"));
    }
    if said.is_empty() {
        form.refuse(day, Message::of("place_codes.outcome.nothing"));
    }
    said
}

fn name(line: &Line) -> String {
    format!("{} {}", line.plant.name, line.entrance.name)
}

pub async fn discard(
    State(state): State<AppState>,
    current: Current,
    Path(id): Path<ApplicationId>,
) -> Result<Response> {
    match acted_on(&state, &current, id).await {
        Err(AppError::NotFound) => return discarded_before(&state, &current, id).await,
        found => found?,
    };
    let tx = state.begin(&current).await?;
    let case = store::lock(&tx, id).await?;
    may_all(&case, Act::Discard)?;
    store::discard(&tx, id).await?;
    let entry = audit::Entry::new(DISCARDED, store::KIND).subject(id).member(case.application.member_id);
    let before = serde_json::json!({ "number": case.application.number, "places": case.lines.len() });
    audit::record(&tx, entry.before(&before)).await?;
    tx.commit().await?;
    Ok(discarded())
}

/// A second click leads on as the first one did; to anybody else an application that is gone was never there.
async fn discarded_before(state: &AppState, current: &Current, id: ApplicationId) -> Result<Response> {
    open(current)?;
    let own = audit::did(state.db.reader(), current.person()?.id, DISCARDED, id).await?;
    if own { Ok(discarded()) } else { Err(AppError::NotFound) }
}

fn discarded() -> Response {
    flash::redirect("/place-codes/applications", &Message::of("place_codes.discarded"))
}
