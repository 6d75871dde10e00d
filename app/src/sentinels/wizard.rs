//! The steps of the wizard after the place: questions, devices, contact. Each is a form of its own that
//! saves its part of the draft; what was typed wrongly comes back as typed.

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::{
    answers::{self, Answers, Contact},
    offer::Offer,
    routes::{acted_on, path},
    steps_page::{self, SCOPE},
    store::{self, Case},
};
use crate::{
    accounts, audit,
    current::Current,
    documents::MAX_LISTED_LINES,
    error::Result,
    form::Form,
    guides::facts::Facts,
    hex::hex,
    ids::{EntranceId, InstallRequestId},
    members::{
        model::{Duty, Passage},
        store as register,
    },
    numbers, settings,
    state::AppState,
};

/// The form field that says which version of the step's answers was seen.
const SEEN: &str = "seen";

/// Where a draft goes on: the first step that is missing, or checking it all.
pub fn next(case: &Case) -> Result<String> {
    let answers = store::answers(&case.request)?;
    let step = if answers.scene.is_none() {
        "scene"
    } else if answers.devices.is_none() {
        "devices"
    } else if answers.contact.is_none() {
        "contact"
    } else {
        "check"
    };
    Ok(path(case.request.id, step))
}

/// The draft and its answers; a request that was sent has no steps any more.
async fn draft(state: &AppState, current: &Current, id: InstallRequestId) -> Result<Option<(Case, Answers)>> {
    let case = acted_on(state, current, id).await?;
    if case.request.submitted_at.is_some() {
        return Ok(None);
    }
    let answers = store::answers(&case.request)?;
    Ok(Some((case, answers)))
}

fn sent(id: InstallRequestId) -> Response {
    Redirect::to(&path(id, "")).into_response()
}

fn mark(part: &impl Serialize) -> String {
    let bytes = serde_json::to_vec(part).unwrap_or_default();
    hex(&Sha256::digest(bytes)[..12])
}

/// Saves a part of the answers unless somebody else changed that part since it was shown.
/// `Ok(None)`: somebody did, or the request was sent.
async fn save(
    state: &AppState,
    current: &Current,
    id: InstallRequestId,
    unchanged: impl FnOnce(&Answers) -> bool,
    change: impl FnOnce(&mut Answers),
) -> Result<Option<Response>> {
    let tx = state.begin(current).await?;
    let mut case = store::lock(&tx, id).await?;
    let mut answers = store::answers(&case.request)?;
    if case.request.submitted_at.is_some() {
        return Ok(Some(sent(id)));
    }
    if !unchanged(&answers) {
        return Ok(None);
    }
    let before = answers::summary(&answers);
    change(&mut answers);
    store::save_answers(&tx, id, &answers).await?;
    let complete = answers.scene.is_some() && answers.devices.is_some() && answers.contact.is_some();
    if complete && case.request.number.is_none() {
        let number = numbers::next(&tx, numbers::Series::InstallRequest).await?;
        store::set_number(&tx, id, &number.to_string()).await?;
    }
    let entry = audit::Entry::new("install_request.changed", store::KIND).subject(id).member(case.request.member_id);
    audit::record(&tx, entry.before(&before).after(&answers::summary(&answers))).await?;
    tx.commit().await?;
    case.request.answers = serde_json::to_string(&answers).map_err(crate::error::AppError::internal)?;
    Ok(Some(Redirect::to(&next(&case)?).into_response()))
}

pub async fn scene(
    State(state): State<AppState>,
    current: Current,
    Path(id): Path<InstallRequestId>,
) -> Result<Response> {
    let Some((case, answers)) = draft(&state, &current, id).await? else { return Ok(sent(id)) };
    let mut form = Form::new(SCOPE);
    form.set(SEEN, mark(&answers.scene));
    match &answers.scene {
        Some(scene) => answers::fill_scene(&mut form, scene),
        None => {
            let entrance = register::entrance(state.db.reader(), case.request.entrance_id).await?;
            form.set("vehicles", if entrance.passage == Passage::People { "no" } else { "yes" });
        }
    }
    Ok(steps_page::scene(&state, &current, &case, &form, None))
}

pub async fn save_scene(
    State(state): State<AppState>,
    current: Current,
    Path(id): Path<InstallRequestId>,
    form: Form,
) -> Result<Response> {
    let Some((case, _)) = draft(&state, &current, id).await? else { return Ok(sent(id)) };
    let mut form = form.scoped(SCOPE);
    let Some(scene) = answers::read_scene(&mut form) else {
        return Ok(steps_page::scene(&state, &current, &case, &form, None));
    };
    let seen = form.value(SEEN).to_owned();
    let unchanged = |answers: &Answers| mark(&answers.scene) == seen;
    if let Some(done) = save(&state, &current, id, unchanged, |answers| answers.scene = Some(scene)).await? {
        return Ok(done);
    }
    let Some((case, answers)) = draft(&state, &current, id).await? else { return Ok(sent(id)) };
    form.set(SEEN, mark(&answers.scene));
    let mut stored = Form::new(SCOPE);
    if let Some(scene) = &answers.scene {
        answers::fill_scene(&mut stored, scene);
    }
    Ok(steps_page::scene(&state, &current, &case, &form, Some(&stored)))
}

pub async fn devices(
    State(state): State<AppState>,
    current: Current,
    Path(id): Path<InstallRequestId>,
) -> Result<Response> {
    let Some((case, answers)) = draft(&state, &current, id).await? else { return Ok(sent(id)) };
    let Some(scene) = answers.scene else { return Ok(Redirect::to(&next(&case)?).into_response()) };
    let rules = settings::load::<Facts>(state.db.reader()).await?.value.installing;
    let offer = Offer::of(&state, &current, &case, scene, rules).await?;
    let mut form = Form::new(SCOPE);
    form.set(SEEN, mark(&answers.devices));
    match &answers.devices {
        Some(devices) => answers::fill_devices(&mut form, devices),
        None => {
            for (n, advice) in offer.advice.iter().enumerate() {
                form.set(&format!("lines.{n}.form"), advice.form);
                if let Some(needed) = advice.needed {
                    form.set(&format!("lines.{n}.quantity"), needed);
                }
            }
        }
    }
    offer.stand(&mut form, case.request.entrance_id);
    Ok(steps_page::devices(&state, &current, &case, &form, &offer, None))
}

pub async fn save_devices(
    State(state): State<AppState>,
    current: Current,
    Path(id): Path<InstallRequestId>,
    form: Form,
) -> Result<Response> {
    let Some((case, answers)) = draft(&state, &current, id).await? else { return Ok(sent(id)) };
    let Some(scene) = answers.scene else { return Ok(Redirect::to(&next(&case)?).into_response()) };
    let rules = settings::load::<Facts>(state.db.reader()).await?.value.installing;
    let own = case.request.entrance_id;
    let offer = Offer::of(&state, &current, &case, scene, rules).await?;
    let mut form = form.scoped(SCOPE);
    answers::take_from_catalogue(&mut form, &offer.models);
    if form.contains("more") {
        let lines = answers::lines_shown(&form);
        if lines < MAX_LISTED_LINES {
            form.set(&format!("lines.{lines}.form"), offer.suits.form);
        }
        offer.stand(&mut form, own);
        return Ok(steps_page::devices(&state, &current, &case, &form, &offer, None));
    }
    let entrances: Vec<EntranceId> = offer.entrances.iter().map(|entrance| entrance.id).collect();
    let Some(devices) = answers::read_devices(&mut form, own, &entrances) else {
        return Ok(steps_page::devices(&state, &current, &case, &form, &offer, None));
    };
    let seen = form.value(SEEN).to_owned();
    let unchanged = |answers: &Answers| mark(&answers.devices) == seen;
    if let Some(done) = save(&state, &current, id, unchanged, |answers| answers.devices = Some(devices)).await? {
        return Ok(done);
    }
    let Some((case, answers)) = draft(&state, &current, id).await? else { return Ok(sent(id)) };
    form.set(SEEN, mark(&answers.devices));
    let mut stored = Form::new(SCOPE);
    if let Some(devices) = &answers.devices {
        answers::fill_devices(&mut stored, devices);
    }
    offer.stand(&mut stored, own);
    Ok(steps_page::devices(&state, &current, &case, &form, &offer, Some(&stored)))
}

pub async fn contact(
    State(state): State<AppState>,
    current: Current,
    Path(id): Path<InstallRequestId>,
) -> Result<Response> {
    let Some((case, answers)) = draft(&state, &current, id).await? else { return Ok(sent(id)) };
    let mut form = Form::new(SCOPE);
    form.set(SEEN, mark(&answers.contact));
    match &answers.contact {
        Some(contact) => answers::fill_contact(&mut form, contact),
        None => answers::fill_contact(&mut form, &known_contact(&state, &current, &case).await?),
    }
    Ok(steps_page::contact(&state, &current, &case, &form, None))
}

/// What the portal already knows: the member's contact for codes and devices, and the e-mail of whoever
/// asks, or of that contact when staff ask for the member.
async fn known_contact(state: &AppState, current: &Current, case: &Case) -> Result<Contact> {
    let conn = state.db.reader();
    let members = [case.request.member_id];
    let mut contacts = register::contacts_for(conn, &members, Duty::Codes).await?;
    contacts.extend(register::contacts_for(conn, &members, Duty::General).await?);
    let first = contacts.into_iter().next();
    let own = match &current.person {
        Some(person) if !current.is_staff() => accounts::store::email_of(conn, person.id).await?,
        _ => None,
    };
    let phone = first.as_ref().and_then(|contact| contact.phone.clone()).unwrap_or_default();
    Ok(Contact {
        name: first.as_ref().map(|contact| contact.name.clone()).unwrap_or_default(),
        site_phone: phone.clone(),
        phone,
        copy_to: own.or_else(|| first.and_then(|contact| contact.email)),
        remarks: String::new(),
    })
}

pub async fn save_contact(
    State(state): State<AppState>,
    current: Current,
    Path(id): Path<InstallRequestId>,
    form: Form,
) -> Result<Response> {
    let Some((case, _)) = draft(&state, &current, id).await? else { return Ok(sent(id)) };
    let mut form = form.scoped(SCOPE);
    let Some(contact) = answers::read_contact(&mut form) else {
        return Ok(steps_page::contact(&state, &current, &case, &form, None));
    };
    let seen = form.value(SEEN).to_owned();
    let unchanged = |answers: &Answers| mark(&answers.contact) == seen;
    if let Some(done) = save(&state, &current, id, unchanged, |answers| answers.contact = Some(contact)).await? {
        return Ok(done);
    }
    let Some((case, answers)) = draft(&state, &current, id).await? else { return Ok(sent(id)) };
    form.set(SEEN, mark(&answers.contact));
    let mut stored = Form::new(SCOPE);
    if let Some(contact) = &answers.contact {
        answers::fill_contact(&mut stored, contact);
    }
    Ok(steps_page::contact(&state, &current, &case, &form, Some(&stored)))
}
