//! Recording a copy: where it hangs, what it is like, with a photo at once or later. The copy that hangs in the place
//! of another is recorded the same way, with what is known of that one filled in.

use axum::{
    extract::{Path, Request, State},
    response::{IntoResponse, Redirect, Response},
};

use super::{
    form::{BASE, SCOPE, fresh, read},
    model::What,
    one,
    photo::{self, Photo},
    record_page,
    store::{self, Posting},
};
use crate::{
    current::Current,
    error::{AppError, Result},
    files::{MAX_FILE, Upload},
    flash,
    form::Form,
    guides::{
        facts::{Facts, Poster},
        open,
    },
    ids::{EntranceId, PostingId, TextEnum},
    members::store as register,
    once,
    place_codes::{
        applications::store::lock_entrances,
        codes::store::{self as codes, Row},
    },
    settings,
    state::AppState,
    text::Message,
};

/// For which entrance a copy is recorded, and in whose place.
pub struct Asked {
    pub place: Row,
    pub old: Option<Posting>,
    pub poster: Poster,
}

impl Asked {
    /// The page of the form.
    pub fn path(&self) -> String {
        match &self.old {
            Some(old) => format!("{}/replace", one::path(old.row.id)),
            None => path(self.place.entrance.id),
        }
    }
}

/// Where a copy of an entrance's code is recorded.
pub fn path(entrance: EntranceId) -> String {
    format!("/place-codes/entrances/{entrance}/post")
}

async fn asked(state: &AppState, current: &Current, id: EntranceId, old: Option<Posting>) -> Result<Asked> {
    open(current)?;
    let conn = state.db.reader();
    let entrance = register::entrance(conn, id).await?;
    let place = codes::rows(conn, vec![entrance]).await?.pop().ok_or(AppError::NotFound)?;
    current.acts_for_plant(place.member.id, place.plant.id)?;
    let poster = settings::load::<Facts>(conn).await?.value.poster;
    Ok(Asked { place, old, poster })
}

pub async fn ask(State(state): State<AppState>, current: Current, Path(id): Path<EntranceId>) -> Result<Response> {
    let asked = asked(&state, &current, id, None).await?;
    let form = fresh(&state, &current, &asked).await?;
    Ok(record_page::show(&state, &current, &asked, &form))
}

pub async fn post(
    State(state): State<AppState>,
    current: Current,
    Path(id): Path<EntranceId>,
    request: Request,
) -> Result<Response> {
    let asked = asked(&state, &current, id, None).await?;
    let upload = Upload::within(request, &state, MAX_FILE).await?;
    record(&state, &current, asked, upload).await
}

/// The copy that is to be replaced, or the page of the one that hangs in its place already.
async fn replaced(state: &AppState, current: &Current, id: PostingId) -> Result<std::result::Result<Asked, Response>> {
    let old = one::acted_on(state, current, id).await?;
    if old.row.removed_at.is_some() {
        return Ok(Err(Redirect::to(&one::path(id)).into_response()));
    }
    if let Some(other) = store::replacement_of(state.db.reader(), id).await? {
        return Ok(Err(Redirect::to(&one::path(other.id)).into_response()));
    }
    Ok(Ok(asked(state, current, old.entrance.id, Some(old)).await?))
}

pub async fn ask_replace(
    State(state): State<AppState>,
    current: Current,
    Path(id): Path<PostingId>,
) -> Result<Response> {
    let asked = match replaced(&state, &current, id).await? {
        Ok(asked) => asked,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let form = fresh(&state, &current, &asked).await?;
    Ok(record_page::show(&state, &current, &asked, &form))
}

pub async fn replace(
    State(state): State<AppState>,
    current: Current,
    Path(id): Path<PostingId>,
    request: Request,
) -> Result<Response> {
    let asked = match replaced(&state, &current, id).await? {
        Ok(asked) => asked,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let upload = Upload::within(request, &state, MAX_FILE).await?;
    record(&state, &current, asked, upload).await
}

async fn record(state: &AppState, current: &Current, asked: Asked, upload: Upload) -> Result<Response> {
    let entrance = asked.place.entrance.id;
    let mut form = upload.form.scoped(SCOPE);
    if let Some(made) = once::made(state.db.reader(), &form).await? {
        return Ok(Redirect::to(&made).into_response());
    }
    let photo = photo::of_form(state, current, entrance, &upload.files, &mut form).await?;
    let replaces = asked.old.as_ref().map(|old| old.row.id);
    let Some(copy) = read(current, &asked.poster, replaces, &mut form) else {
        return again(state, current, asked, photo.as_ref(), form).await;
    };
    let tx = state.begin(current).await?;
    let id = PostingId::new();
    if let Some(made) = once::claim(&tx, &form, &one::path(id)).await? {
        return Ok(Redirect::to(&made).into_response());
    }
    lock_entrances(&tx, &[entrance]).await?;
    // As it is now; what was read before may have been closed or replaced since.
    let place = codes::rows(&*tx, vec![register::entrance(&*tx, entrance).await?]).await?.pop();
    let place = place.ok_or(AppError::NotFound)?;
    let closed = place.entrance.closed_at.is_some() || place.plant.closed_at.is_some();
    let (false, Some(code)) = (closed, &place.code) else {
        drop(tx);
        form.refuse("spot", Message::of(if closed { "postings.wrong.closed" } else { "postings.wrong.no_code" }));
        return again(state, current, asked, photo.as_ref(), form).await;
    };
    let told_of = form.value(BASE);
    if !told_of.is_empty() && told_of != code.id.to_string() {
        // What was put up may be a copy of the version that the form told of: whoever looks says so.
        drop(tx);
        form.set(BASE, code.id);
        form.refuse("spot", Message::of("postings.wrong.new_code").with("number", &code.number));
        return again(state, current, Asked { place, ..asked }, photo.as_ref(), form).await;
    }
    if let Some(old) = &asked.old {
        let still = store::lock(&tx, old.row.id).await?.row.removed_at.is_none();
        if !still || store::replacement_of(&*tx, old.row.id).await?.is_some() {
            return Ok(Redirect::to(&one::path(old.row.id)).into_response());
        }
    }
    let number = store::add(&tx, id, (&place.plant, &place.entrance, code), &copy).await?;
    let mut what = None;
    if let Some(photo) = &photo {
        let Some(seen) = photo::seen(&tx, entrance, photo, current.now.day()).await? else {
            drop(tx);
            form.set(photo::WAITING, "");
            form.refuse(photo::FIELD, Message::of("postings.photo.gone"));
            return again(state, current, asked, None, form).await;
        };
        store::note(&tx, id, &seen).await?;
        what = Some(seen.what);
    }
    tx.commit().await?;
    Ok(flash::redirect(&one::path(id), &said(what).with("number", number)))
}

/// Whether the page says that the copy of this number was just recorded.
pub fn just_recorded(current: &Current, number: &str) -> bool {
    let mut outcomes = [None].into_iter().chain(What::ALL.iter().copied().map(Some));
    let says = |flash: &String| outcomes.any(|what| *flash == current.locale.say(&said(what).with("number", number)));
    current.flash.as_ref().is_some_and(says)
}

/// What the next page says of a copy that was recorded.
fn said(what: Option<What>) -> Message {
    Message::of(match what {
        None => "postings.recorded.no_photo",
        Some(What::Right) => "postings.recorded.right",
        Some(What::Unreadable) => "postings.recorded.unreadable",
        Some(_) => "postings.recorded.wrong",
    })
}

/// The form again, with everything typed and the photo that came.
async fn again(
    state: &AppState,
    current: &Current,
    asked: Asked,
    photo: Option<&Photo>,
    mut form: Form,
) -> Result<Response> {
    photo::wait(state, current, asked.place.entrance.id, photo, &mut form).await?;
    Ok(record_page::show(state, current, &asked, &form))
}
