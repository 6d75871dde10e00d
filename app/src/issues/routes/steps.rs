//! One step of an issue: its page, and taking it. A form carries the version of the issue that it was
//! made for; when somebody moved the issue meanwhile, the page says what happened and keeps what was typed.

use axum::{
    extract::{Path, Request, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};

use super::{SCOPE, add, inspect, keep, receive, seen_by};
use crate::{
    accounts,
    current::Current,
    error::{AppError, Result},
    flash,
    form::Form,
    ids::IssueId,
    issues::{
        act::{self, Step},
        model::{Act, State as IssueState, apply},
        page, reach,
        said::Said,
        store::{
            Issue, Letter,
            issue::{self, Details},
            letter,
        },
    },
    once,
    state::AppState,
    text::Message,
};

/// How many recent letters a form offers.
const RECENT_LETTERS: u64 = 30;

/// Becoming the owner needs no page. A second click of the owner finds it done.
pub async fn take(State(state): State<AppState>, current: Current, Path(id): Path<IssueId>) -> Result<Response> {
    let tx = state.begin(&current).await?;
    let found = issue::find(&*tx, id).await?;
    let step = Step { act: Act::Take, by_office: true, details: Details::default(), files: &[] };
    if found.owner_id.is_none() && act::perform(&state, &tx, &found, &step).await? {
        tx.commit().await?;
        return Ok(flash::redirect(&format!("/issues/{id}"), &done(Act::Take, &found)));
    }
    let owner = issue::find(&*tx, id).await?.owner_id;
    if owner == Some(current.person()?.id) {
        return Ok(flash::redirect(&format!("/issues/{id}"), &done(Act::Take, &found)));
    }
    let name = accounts::store::known(&*tx, owner.as_slice()).await?.into_iter().next().map(|owner| owner.name);
    Err(AppError::Refused(match name {
        Some(name) => Message::of("issues.taken_by").with("name", name),
        None => Message::of("issues.move.already_taken"),
    }))
}

pub async fn show(
    act: Act,
    State(state): State<AppState>,
    current: Current,
    Path(id): Path<IssueId>,
) -> Result<Response> {
    let found = seen_by(&state, &current, id).await?;
    reach::acts(&current, &found)?;
    apply(found.state(), act).map_err(AppError::Refused)?;
    let mut form = Form::new(SCOPE);
    form.set("seen", found.row_version);
    let offered = offered(&state, act, &found).await?;
    for (other, _) in &offered.also {
        form.add("also", other);
    }
    Ok(page::step::show(&state, &current, act, &found, &form, offered, StatusCode::OK))
}

pub async fn take_step(
    act: Act,
    State(state): State<AppState>,
    current: Current,
    Path(id): Path<IssueId>,
    request: Request,
) -> Result<Response> {
    let found = seen_by(&state, &current, id).await?;
    reach::acts(&current, &found)?;
    let mut upload = receive(&state, request).await?;
    // Somebody of the secretariat whose own it is too answers it as the secretariat.
    let own = reach::is_own(&current, &found);
    let by_office = !(own && matches!(act, Act::Reply | Act::Reopen));
    let said = Said::read(&mut upload.form, act, by_office, current.now.day());
    let kinds = inspect(&mut upload.form, &upload.files);
    if upload.form.has_errors() {
        return wrong(&state, &current, act, &found, &upload.form).await;
    }
    let kept = keep(&state, &upload.files, kinds).await?;
    let tx = state.begin(&current).await?;
    let location = format!("/issues/{id}");
    if let Some(first) = once::claim(&tx, &upload.form, &location).await? {
        return Ok(Redirect::to(&first).into_response());
    }
    let found = issue::find(&*tx, id).await?;
    if upload.form.value("seen") != found.row_version.to_string() {
        drop(tx);
        return moved_meanwhile(&state, &current, act, id, &mut upload.form).await;
    }
    if !said.fits_owner(&accounts::store::staff(&*tx).await?) {
        drop(tx);
        upload.form.refuse("owner", Message::of("issues.handing_over.nobody_now"));
        return wrong(&state, &current, act, &found, &upload.form).await;
    }
    let Some(new_letter) = said.letter(&tx).await? else {
        drop(tx);
        upload.form.refuse("letter_number", Message::of("issues.letter.taken"));
        return wrong(&state, &current, act, &found, &upload.form).await;
    };
    let files = add(&tx, &kept).await?;
    let mut all = vec![found];
    if let Some(letter) = all[0].letter_id.filter(|_| !said.also.is_empty()) {
        let others = letter::issues_of(&*tx, &[letter]).await?.into_iter();
        all.extend(
            others.filter(|other| {
                other.id != id && said.also.contains(&other.id) && other.state() == IssueState::Forwarded
            }),
        );
    }
    let step = Step { act, by_office, details: said.details(new_letter), files: &files };
    for issue in &all {
        if !act::perform(&state, &tx, issue, &step).await? {
            drop(tx);
            return moved_meanwhile(&state, &current, act, id, &mut upload.form).await;
        }
    }
    tx.commit().await?;
    Ok(flash::redirect(&location, &done(act, &all[0])))
}

/// The form once more, with what is wrong in it.
async fn wrong(state: &AppState, current: &Current, act: Act, found: &Issue, form: &Form) -> Result<Response> {
    let offered = offered(state, act, found).await?;
    Ok(page::step::show(state, current, act, found, form, offered, StatusCode::UNPROCESSABLE_ENTITY))
}

/// The form once more, under what somebody else did; sending it again is then a step from there.
async fn moved_meanwhile(
    state: &AppState,
    current: &Current,
    act: Act,
    id: IssueId,
    form: &mut Form,
) -> Result<Response> {
    let found = issue::find(state.db.reader(), id).await?;
    form.set("seen", found.row_version);
    let mut offered = offered(state, act, &found).await?;
    let last = issue::events(state.db.reader(), id, !current.is_office()).await?.into_iter().next();
    if let Some(last) = last {
        let person = accounts::store::known(state.db.reader(), last.person_id.as_slice()).await?;
        offered.meanwhile = Some((last, person.into_iter().next().map(|person| person.name)));
    }
    offered.no_longer = apply(found.state(), act).err();
    Ok(page::step::show(state, current, act, &found, form, offered, StatusCode::CONFLICT))
}

/// What the page of a step offers to choose from.
async fn offered(state: &AppState, act: Act, found: &Issue) -> Result<page::step::Offered> {
    let reader = state.db.reader();
    let mut offered = page::step::Offered::default();
    match act {
        Act::HandOver => {
            let staff = accounts::store::staff(reader).await?.into_iter();
            let others = staff.filter(|person| Some(person.id) != found.owner_id);
            offered.owners = others.map(|person| (person.id.to_string(), person.name)).collect();
        }
        Act::Forward => {
            let words = |letter: &Letter| format!("{} · {}", letter.number, letter.department);
            let letters = letter::page(reader, None, RECENT_LETTERS).await?;
            offered.letters = letters.iter().map(|letter| (letter.id.to_string(), words(letter))).collect();
        }
        Act::Answer => {
            if let Some(letter) = found.letter_id {
                let others = letter::issues_of(reader, &[letter]).await?.into_iter();
                let others = others.filter(|other| other.id != found.id && other.state() == IssueState::Forwarded);
                offered.also = others.map(|o| (o.id.to_string(), format!("{} {}", o.number, o.title))).collect();
            }
        }
        _ => {}
    }
    Ok(offered)
}

/// What is said after a step.
fn done(act: Act, issue: &Issue) -> Message {
    let key = match act {
        Act::Take => "issues.done.take",
        Act::HandOver => "issues.done.hand_over",
        Act::AskBack => "issues.done.ask_back",
        Act::Reply => "issues.done.reply",
        Act::Forward => "issues.done.forward",
        Act::Answer => "issues.done.answer",
        Act::Close => "issues.done.close",
        Act::Reopen => "issues.done.reopen",
        Act::Remark => "issues.done.remark",
    };
    Message::of(key).with("number", &issue.number)
}
