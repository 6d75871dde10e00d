//! Recording what was found: the outcomes of every device, and where that leads it, in one act.

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};

use super::{
    model::{Failing, Outcome, Reached, Trial, Trials, Verdict, leads},
    routes::{acted_on, answer, path},
    store::{self, Recorded},
};
use crate::{
    current::Current,
    error::Result,
    flash,
    form::Form,
    guides::facts::Ability,
    ids::{AcceptanceId, SentinelId, TextEnum},
    once,
    sentinels::devices::{
        model::Stage,
        store::{self as devices, Device, Entered},
    },
    state::AppState,
    text::Message,
    time::{Day, show_day},
};

pub const SCOPE: &str = "sentinels.acceptance.field";
const MAX_TESTER: usize = 60;
const MAX_NOTE: usize = 300;

/// The name of a field of the device at a place, counted from 0.
pub fn field(place: usize, part: &str) -> String {
    format!("lines.{place}.{part}")
}

/// The form before anything is typed: what a device cannot do is not applicable.
pub fn blank(devices: &[Device], today: Day) -> Form {
    let mut form = Form::new(SCOPE);
    for (n, device) in devices.iter().enumerate() {
        let abilities = device.row.abilities();
        for (trial, ability) in [(Trial::Card, Ability::IdCardReader), (Trial::Speak, Ability::Voice)] {
            if !abilities.contains(&ability) {
                form.set(&field(n, trial.word()), Outcome::NotApplicable);
            }
        }
    }
    form.set("day", show_day(today));
    form.set("reached", Reached::Accepted);
    form.set("failing", Failing::Faulty);
    form
}

/// Whether a device is still there to be tested.
pub fn is_there(device: &Device) -> bool {
    device.stage() != Stage::Removed
}

/// What was typed.
struct Typed {
    found: Recorded,
    reached: Reached,
    failing: Failing,
}

fn read(form: &mut Form, devices: &[Device], today: Day) -> Option<Typed> {
    let day = form.day("day");
    if day.is_some_and(|day| day > today) {
        form.refuse("day", Message::of("sentinels.devices.wrong.future"));
    }
    let tester = form.required("tester", MAX_TESTER);
    let remark = form.optional("remark", MAX_NOTE);
    let (reached, failing) = (form.choice::<Reached>("reached"), form.choice::<Failing>("failing"));
    let rest_passed = form.ticked("rest_passed");
    let mut lines = Vec::new();
    for (n, device) in devices.iter().enumerate().filter(|(_, device)| is_there(device)) {
        let outcome = |form: &mut Form, trial: &Trial| {
            let name = field(n, trial.word());
            if form.value(&name).is_empty() && rest_passed {
                Some(Outcome::Passed)
            } else {
                form.choice::<Outcome>(&name)
            }
        };
        let mut trials = Trials::default();
        for (place, trial) in trials.0.iter_mut().zip(Trial::ALL) {
            *place = outcome(form, trial);
        }
        let note = form.optional(&field(n, "note"), MAX_NOTE);
        let complete = trials.0.iter().all(Option::is_some);
        match trials.verdict() {
            None if complete => form.refuse(&field(n, "scan"), Message::of("sentinels.acceptance.nothing_tried")),
            Some(Verdict::Failed) if note.is_none() => {
                form.refuse(&field(n, "note"), Message::of("sentinels.devices.wrong.say_why"));
            }
            _ => {}
        }
        lines.push((device.row.id, trials, note));
    }
    if form.has_errors() {
        return None;
    }
    Some(Typed { found: Recorded { day: day?, tester, remark, lines }, reached: reached?, failing: failing? })
}

pub async fn enter(
    State(state): State<AppState>,
    current: Current,
    Path(id): Path<AcceptanceId>,
    form: Form,
) -> Result<Response> {
    let (batch, devices) = acted_on(&state, &current, id).await?;
    let mut form = form.scoped(SCOPE);
    if let Some(made) = once::made(state.db.reader(), &form).await? {
        return Ok(Redirect::to(&made).into_response());
    }
    if batch.row.recorded_at.is_some() {
        form.refuse("day", Message::of("sentinels.acceptance.recorded_before"));
        return answer(&state, &current, batch, devices, form).await;
    }
    let Some(typed) = read(&mut form, &devices, current.now.day()) else {
        return answer(&state, &current, batch, devices, form).await;
    };
    let tx = state.begin(&current).await?;
    if let Some(made) = once::claim(&tx, &form, &path(id)).await? {
        return Ok(Redirect::to(&made).into_response());
    }
    let locked = store::lock(&tx, id).await?;
    let ids: Vec<SentinelId> = locked.lines.iter().map(|line| line.sentinel_id).collect();
    let now = devices::lock(&tx, &ids).await?;
    let moved = moves(&now, &typed, &locked.row.number);
    let wrong = if locked.row.recorded_at.is_some() {
        Some("sentinels.acceptance.recorded_before")
    } else if now.iter().filter(|device| is_there(device)).count() != typed.found.lines.len() {
        Some("sentinels.acceptance.moved_on")
    } else {
        let early = |(device, entered): &(Device, Entered)| device.events.last().is_some_and(|l| entered.day < l.day);
        moved.iter().any(early).then_some("sentinels.acceptance.before_last")
    };
    if let Some(why) = wrong {
        drop(tx);
        form.refuse("day", Message::of(why));
        let (batch, devices) = acted_on(&state, &current, id).await?;
        return answer(&state, &current, batch, devices, form).await;
    }
    store::record(&tx, &locked, &typed.found, &now, &current.site.association.name).await?;
    devices::enter_each(&tx, &moved).await?;
    tx.commit().await?;
    Ok(flash::redirect(&path(id), &Message::of("sentinels.acceptance.recorded")))
}

/// Where what was found leads the devices.
fn moves(now: &[Device], typed: &Typed, number: &str) -> Vec<(Device, Entered)> {
    let lead = |device: &Device| {
        let (_, trials, note) = typed.found.lines.iter().find(|(id, ..)| *id == device.row.id)?;
        let stage = leads(&device.life(), trials.verdict()?, typed.reached, typed.failing)?;
        let note = note.as_ref().map_or_else(|| number.to_owned(), |note| format!("{number} {note}"));
        Some((device.clone(), Entered { stage, day: typed.found.day, note: Some(note), request: None }))
    };
    now.iter().filter_map(lead).collect()
}
