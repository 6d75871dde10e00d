//! What is done to a posting: another photo, a look where the photo cannot be read, a report that it is damaged or
//! lost, and that it is there no longer. Each is one event or end of its own; what was noted before stays.

use axum::{
    extract::{Path, Request, State},
    response::{IntoResponse, Redirect, Response},
};

use super::{
    form::MAX_REMARK,
    model::{State as Standing, What, Why},
    one::{acted_on, answer, path},
    photo,
    store::{self, Posting, Seen},
};
use crate::{
    current::Current,
    error::{AppError, Result},
    files::{MAX_FILE, Upload},
    flash,
    form::Form,
    ids::PostingId,
    once,
    place_codes::applications::store::lock_entrances,
    state::AppState,
    text::Message,
    time::show_day,
};

/// Where the labels of the forms stand.
pub const PHOTO: &str = "postings.field";
pub const BY_EYE: &str = "postings.by_eye";
pub const REPORT: &str = "postings.report";
pub const REMOVE: &str = "postings.remove";

/// Why a copy is taken off by hand; one that is replaced goes by its photo.
pub const WHYS: [Why; 4] = [Why::NotNeeded, Why::Damaged, Why::Lost, Why::Mistaken];

/// Whether anything may still be done to it.
pub fn is_there(posting: &Posting) -> Result<()> {
    if posting.row.removed_at.is_some() {
        return Err(AppError::Refused(Message::of("postings.wrong.removed")));
    }
    if !posting.in_use() {
        return Err(AppError::Refused(Message::of("postings.wrong.closed")));
    }
    Ok(())
}

pub async fn photograph(
    State(state): State<AppState>,
    current: Current,
    Path(id): Path<PostingId>,
    request: Request,
) -> Result<Response> {
    let posting = acted_on(&state, &current, id).await?;
    let upload = Upload::within(request, &state, MAX_FILE).await?;
    let mut form = upload.form.scoped(PHOTO);
    if let Some(made) = once::made(state.db.reader(), &form).await? {
        return Ok(Redirect::to(&made).into_response());
    }
    is_there(&posting)?;
    let entrance = posting.entrance.id;
    let photo = photo::of_form(&state, &current, entrance, &upload.files, &mut form).await?;
    let Some(photo) = photo.filter(|_| !form.has_errors()) else {
        form.refuse(photo::FIELD, Message::of("postings.photo.none"));
        return answer(&state, &current, posting, Some(&form)).await;
    };
    let tx = state.begin(&current).await?;
    if let Some(made) = once::claim(&tx, &form, &path(id)).await? {
        return Ok(Redirect::to(&made).into_response());
    }
    lock_entrances(&tx, &[entrance]).await?;
    let now = store::lock(&tx, id).await?;
    is_there(&now)?;
    let (what, _) = photo::compared(&tx, entrance, &photo).await?;
    if what == What::Right && !now.is_current() {
        // Another copy hangs there already: it is recorded with this photo, and this one goes.
        drop(tx);
        photo::wait(&state, &current, entrance, Some(&photo), &mut form).await?;
        return Ok(flash::redirect(&format!("{}/replace", path(id)), &Message::of("postings.photo.is_new")));
    }
    let Some(seen) = photo::seen(&tx, entrance, &photo, current.now.day()).await? else {
        return Ok(Redirect::to(&path(id)).into_response());
    };
    store::note(&tx, id, &seen).await?;
    tx.commit().await?;
    let stays_wrong = what == What::Unreadable && now.state().is_wrong();
    let words = if stays_wrong { "postings.seen.still_wrong" } else { said(what) };
    Ok(flash::redirect(&path(id), &Message::of(words)))
}

fn said(what: What) -> &'static str {
    match what {
        What::Right | What::ByEye => "postings.seen.right",
        What::Unreadable => "postings.seen.unreadable",
        _ => "postings.seen.wrong",
    }
}

/// Somebody compared a copy whose photo cannot be read with their own eyes.
pub async fn by_eye(
    State(state): State<AppState>,
    current: Current,
    Path(id): Path<PostingId>,
    form: Form,
) -> Result<Response> {
    let posting = acted_on(&state, &current, id).await?;
    let mut form = form.scoped(BY_EYE);
    let remark = form.required("note", MAX_REMARK);
    if form.has_errors() {
        return answer(&state, &current, posting, Some(&form)).await;
    }
    let tx = state.begin(&current).await?;
    if let Some(made) = once::claim(&tx, &form, &path(id)).await? {
        return Ok(Redirect::to(&made).into_response());
    }
    lock_entrances(&tx, &[posting.entrance.id]).await?;
    let now = store::lock(&tx, id).await?;
    is_there(&now)?;
    if !may_be_confirmed(&now) {
        return Err(AppError::Refused(Message::of("postings.wrong.not_by_eye")));
    }
    let code = Some(now.code.id);
    let seen = Seen { what: What::ByEye, day: current.now.day(), file: None, code, note: Some(remark) };
    store::note(&tx, id, &seen).await?;
    tx.commit().await?;
    Ok(flash::redirect(&path(id), &Message::of(said(What::ByEye))))
}

/// Whether eyes may say what the photo does not: it is unreadable, and nothing else speaks for replacing the copy.
pub fn may_be_confirmed(posting: &Posting) -> bool {
    posting.state() == Standing::Unreadable
}

/// It is damaged or lost: another is to hang there.
pub async fn report(
    State(state): State<AppState>,
    current: Current,
    Path(id): Path<PostingId>,
    form: Form,
) -> Result<Response> {
    let posting = acted_on(&state, &current, id).await?;
    let mut form = form.scoped(REPORT);
    let what = form.choice::<What>("what").filter(|what| matches!(what, What::Damaged | What::Lost));
    if what.is_none() {
        form.refuse("what", Message::of("form.choose").with("label", "@postings.report.what"));
    }
    let day = form.day("day");
    if day.is_some_and(|day| day > current.now.day()) {
        form.refuse("day", Message::of("postings.wrong.future"));
    }
    let posted_on = posting.row.posted_on;
    if day.is_some_and(|day| day < posted_on) {
        form.refuse("day", Message::of("postings.wrong.before_posting").with("day", show_day(posted_on)));
    }
    let remark = form.optional("note", MAX_REMARK);
    let (Some(what), Some(day), false) = (what, day, form.has_errors()) else {
        return answer(&state, &current, posting, Some(&form)).await;
    };
    let tx = state.begin(&current).await?;
    if let Some(made) = once::claim(&tx, &form, &path(id)).await? {
        return Ok(Redirect::to(&made).into_response());
    }
    let now = store::lock(&tx, id).await?;
    is_there(&now)?;
    store::note(&tx, id, &Seen { what, day, file: None, code: None, note: remark }).await?;
    tx.commit().await?;
    Ok(flash::redirect(&path(id), &Message::of("postings.report.done")))
}

/// It hangs there no longer, and nothing is to hang in its place.
pub async fn remove(
    State(state): State<AppState>,
    current: Current,
    Path(id): Path<PostingId>,
    form: Form,
) -> Result<Response> {
    let posting = acted_on(&state, &current, id).await?;
    let mut form = form.scoped(REMOVE);
    let why = form.choice::<Why>("why").filter(|why| WHYS.contains(why));
    let Some(why) = why else {
        form.refuse("why", Message::of("form.choose").with("label", "@postings.remove.why"));
        return answer(&state, &current, posting, Some(&form)).await;
    };
    let tx = state.begin(&current).await?;
    if store::remove(&tx, id, why).await? {
        tx.commit().await?;
    }
    Ok(flash::redirect(&path(id), &Message::of("postings.remove.done")))
}
