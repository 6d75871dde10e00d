//! What the secretariat sets: the duty of each kind of plant with the hour, the free days and the bands,
//! and a plant's own duty where it differs.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};

use crate::{
    current::Current,
    error::Result,
    flash,
    form::Form,
    ids::TextEnum,
    members::plant_kind::PlantKind,
    settings,
    state::AppState,
    supply::{
        calendar::{Cadence, Days, WorkCalendar},
        duty::{Duty, Rules, read_time},
        page,
        store::{self, duty::Anew},
    },
    text::Message,
};

const SCOPE: &str = "supply.settings.field";

pub async fn show(State(state): State<AppState>, current: Current) -> Result<Response> {
    let saved = settings::load::<Rules>(state.db.reader()).await?;
    let form = filled(&saved.value, saved.row_version);
    Ok(page::settings::rules(&state, &current, &form, StatusCode::OK))
}

fn filled(rules: &Rules, row_version: i32) -> Form {
    let mut form = Form::new(SCOPE);
    for kind in PlantKind::ALL.iter().copied() {
        let duty = rules.duty_of(kind);
        form.set(&page::settings::cadence_of(kind), duty.cadence);
        form.set(&page::settings::days_of(kind), duty.days);
    }
    form.set("due_at", &rules.due_at);
    form.set("holidays", &rules.holidays);
    form.set("make_up_days", &rules.make_up_days);
    form.set("high", rules.high);
    form.set("low", rules.low);
    form.set("row_version", row_version);
    form
}

pub async fn save(State(state): State<AppState>, current: Current, form: Form) -> Result<Response> {
    let mut form = form.scoped(SCOPE);
    let Some(rules) = read(&mut form) else {
        return Ok(page::settings::rules(&state, &current, &form, StatusCode::UNPROCESSABLE_ENTITY));
    };
    let tx = state.begin(&current).await?;
    let row_version = form.value("row_version").parse().unwrap_or(0);
    let before = store::duty::rules(&*tx).await?;
    if !settings::save(&tx, &rules, row_version).await? {
        drop(tx);
        let theirs = settings::load::<Rules>(state.db.reader()).await?;
        form.set("row_version", theirs.row_version);
        return Ok(page::settings::overtaken(&state, &current, &form, &filled(&theirs.value, theirs.row_version)));
    }
    // Whoever is asked for more is asked from now on.
    store::duty::begin(&tx, Anew::Kinds(&rules.kinds_beyond(&before))).await?;
    tx.commit().await?;
    Ok(flash::redirect("/supply/settings", &Message::of("supply.settings.saved")))
}

fn read(form: &mut Form) -> Option<Rules> {
    let mut rules = Rules::default();
    for kind in PlantKind::ALL.iter().copied() {
        let cadence = form.choice::<Cadence>(&page::settings::cadence_of(kind));
        let days = form.choice::<Days>(&page::settings::days_of(kind));
        if let (Some(cadence), Some(days)) = (cadence, days) {
            rules.duties.insert(kind, Duty { cadence, days });
        }
    }
    let hour = read_time(form.value("due_at"));
    match hour {
        Some(hour) => rules.due_at = format!("{:02}:{:02}", hour.hour(), hour.minute()),
        None => form.refuse("due_at", Message::of("supply.settings.no_time")),
    }
    rules.holidays = form.optional("holidays", 20_000).unwrap_or_default();
    rules.make_up_days = form.optional("make_up_days", 20_000).unwrap_or_default();
    for (name, first, second) in [("holidays", &*rules.holidays, ""), ("make_up_days", "", &*rules.make_up_days)] {
        if let Err(message) = WorkCalendar::parse(first, second) {
            form.refuse(name, message);
        }
    }
    let both = WorkCalendar::parse(&rules.holidays, &rules.make_up_days);
    if let (Err(message), None) = (both, form.error("holidays")) {
        form.refuse("make_up_days", message);
    }
    rules.low = form.whole("low", 0, 99).unwrap_or_default();
    rules.high = form.whole("high", 1, 100).unwrap_or_default();
    if rules.low >= rules.high {
        form.refuse("low", Message::of("supply.settings.bands"));
    }
    (!form.has_errors()).then_some(rules)
}

pub async fn show_duty(State(state): State<AppState>, current: Current, Path(id): Path<String>) -> Result<Response> {
    let plant = super::plant::plant_of(&state, &current, &id).await?;
    let (own, row_version) = store::duty::own_duty(state.db.reader(), plant.id).await?;
    let rules = store::duty::rules(state.db.reader()).await?;
    Ok(page::settings::duty(&state, &current, &plant, &rules, &filled_duty(own, row_version), None))
}

fn filled_duty(own: Option<Duty>, row_version: i32) -> Form {
    let mut form = Form::new(SCOPE);
    form.set("cadence", own.map_or("", |duty| duty.cadence.word()));
    form.set("days", own.map_or(Days::AllDays, |duty| duty.days));
    form.set("row_version", row_version);
    form
}

pub async fn save_duty(
    State(state): State<AppState>,
    current: Current,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response> {
    let plant = super::plant::plant_of(&state, &current, &id).await?;
    let mut form = form.scoped(SCOPE);
    let own = match form.value("cadence") {
        "" => None,
        _ => form.choice::<Cadence>("cadence").zip(form.choice::<Days>("days")),
    };
    let mut theirs = None;
    if !form.has_errors() {
        let row_version = form.value("row_version").parse().unwrap_or(0);
        let own = own.map(|(cadence, days)| Duty { cadence, days });
        let tx = state.begin(&current).await?;
        let rules = store::duty::rules(&*tx).await?;
        if store::duty::set_own_duty(&tx, &rules, &plant, own, row_version).await? {
            tx.commit().await?;
            let back = format!("/plants/{}/supply", plant.id);
            return Ok(flash::redirect(&back, &Message::of("supply.settings.saved")));
        }
        drop(tx);
        let (stored, row_version) = store::duty::own_duty(state.db.reader(), plant.id).await?;
        form.set("row_version", row_version);
        theirs = Some(filled_duty(stored, row_version));
    }
    let rules = store::duty::rules(state.db.reader()).await?;
    Ok(page::settings::duty(&state, &current, &plant, &rules, &form, theirs.as_ref()))
}
