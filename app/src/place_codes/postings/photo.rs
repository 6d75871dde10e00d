//! A photo of a posting on its way from a form into an event: read in turns, turned upright, reduced and stripped of
//! its metadata before anything is kept, and compared with the entrance's codes in the transaction of the act. One
//! that was received is not lost over an error elsewhere in its form: it waits, and the form names it.

use axum::{
    extract::{Path, Request, State},
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use tokio::sync::Semaphore;

use super::{
    acts::PHOTO,
    model::{self, What},
    store::{self, Seen},
};
use crate::{
    current::Current,
    db::Tx,
    error::{AppError, Result},
    files::{self, FileKind, Kept, MAX_FILE, Received, Upload},
    form::Form,
    guides::open,
    ids::{EntranceId, FileId, PlaceCodeId, PostingPhotoId},
    members::store as register,
    pictures,
    place_codes::codes::store as codes,
    state::AppState,
    text::Message,
    time::Day,
};

/// The field of the file, and the one that names a photo that waits.
pub const FIELD: &str = "photo";
pub const WAITING: &str = "waiting_photo";
/// Ticked where the photo that waits is not the one.
pub const NOT_THIS: &str = "not_this";
/// Photos that are read at the same time: each holds its bytes and its pixels.
static TURNS: Semaphore = Semaphore::const_new(2);

/// A photo that was read.
#[derive(Clone, Debug)]
pub struct Photo {
    from: Source,
    /// The last of those that waited for its form; it takes their place.
    last: Option<PostingPhotoId>,
    /// Hashes of the payloads in it.
    codes: Vec<String>,
}

#[derive(Clone, Debug)]
enum Source {
    /// It came with this form.
    Form(Kept),
    /// It came before.
    Waiting(PostingPhotoId, FileId),
}

/// The photo of a form, if there is one: the file that came with it, else the one that it names. What is wrong with it
/// is noted at its field.
pub async fn of_form(
    state: &AppState,
    current: &Current,
    entrance: EntranceId,
    received: &[Received],
    form: &mut Form,
) -> Result<Option<Photo>> {
    let mut named = form.value(WAITING).parse::<PostingPhotoId>().ok();
    if form.ticked(NOT_THIS) {
        if let Some(last) = named.take() {
            let tx = state.begin(current).await?;
            store::forget(&tx, entrance, current.person()?.id, last).await?;
            tx.commit().await?;
        }
        form.set(NOT_THIS, "");
        form.set(WAITING, "");
    }
    if let Some(file) = received.iter().find(|file| file.field == FIELD) {
        return match read(state, file).await? {
            Ok((kept, codes)) => Ok(Some(Photo { from: Source::Form(kept), last: named, codes })),
            Err(why) => {
                form.refuse(FIELD, why);
                Ok(None)
            }
        };
    }
    let Some(id) = named else { return Ok(None) };
    match store::photo(state.db.reader(), id, current.person()?.id).await? {
        Some(row) if row.entrance_id == entrance => {
            let codes = serde_json::from_str(&row.codes).map_err(AppError::internal)?;
            Ok(Some(Photo { from: Source::Waiting(row.id, row.file_id), last: named, codes }))
        }
        _ => {
            form.set(WAITING, "");
            form.refuse(FIELD, Message::of("postings.photo.gone"));
            Ok(None)
        }
    }
}

/// The pixels of a file, kept, and the hashes of the payloads in it.
async fn read(state: &AppState, file: &Received) -> Result<std::result::Result<(Kept, Vec<String>), Message>> {
    let _turn = TURNS.acquire().await.map_err(AppError::internal)?;
    let bytes = file.bytes().await?;
    let seen = match pictures::read(bytes).await {
        Ok(seen) => seen,
        Err(trouble) => return Ok(Err(trouble.message())),
    };
    let codes = seen.codes.iter().map(|code| codes::hash(&code.payload)).collect();
    let kept = files::keep_made(&state.files, NAME, FileKind::Jpg, seen.kept.into()).await?;
    Ok(Ok((kept, codes)))
}

/// What a photo is called when it is saved; what the phone called it may tell more than the photo.
const NAME: &str = "photo.jpg";

/// Keeps a photo before its form comes, and says by which id the form names it. The page answers what is wrong with it
/// when the form itself is sent.
pub async fn keep(
    State(state): State<AppState>,
    current: Current,
    Path(id): Path<EntranceId>,
    request: Request,
) -> Result<Response> {
    open(&current)?;
    let plant = register::plant(state.db.reader(), register::entrance(state.db.reader(), id).await?.plant_id).await?;
    current.acts_for_plant(plant.member_id, plant.id)?;
    let upload = Upload::within(request, &state, MAX_FILE).await?;
    let mut form = Form::new(PHOTO);
    let photo = of_form(&state, &current, id, &upload.files, &mut form).await?;
    wait(&state, &current, id, photo.as_ref(), &mut form).await?;
    if photo.is_none() {
        let why = form.error(FIELD).cloned().unwrap_or_else(|| Message::of("postings.photo.none"));
        return Err(AppError::Refused(why));
    }
    Ok(form.value(WAITING).to_owned().into_response())
}

/// Lets a photo wait for the form that it came with, which is shown again.
pub async fn wait(
    state: &AppState,
    current: &Current,
    entrance: EntranceId,
    photo: Option<&Photo>,
    form: &mut Form,
) -> Result<()> {
    let Some(photo) = photo else { return Ok(()) };
    let id = match &photo.from {
        Source::Waiting(id, _) => *id,
        Source::Form(kept) => {
            let tx = state.begin(current).await?;
            tx.bears_on_entrances(false);
            let file = files::add(&tx, kept).await?;
            let id = store::keep(&tx, entrance, current.person()?.id, file, &photo.codes).await?;
            tx.commit().await?;
            id
        }
    };
    form.set(WAITING, id);
    Ok(())
}

/// The photo as what was seen of a copy at the entrance, compared in this transaction; nothing when another form took
/// it in the meantime.
pub async fn seen(tx: &Tx, entrance: EntranceId, photo: &Photo, day: Day) -> Result<Option<Seen>> {
    let file = match &photo.from {
        Source::Form(kept) => files::add(tx, kept).await?,
        Source::Waiting(id, file) => {
            if !store::take(tx, *id).await? {
                return Ok(None);
            }
            *file
        }
    };
    if let (Some(person), Some(last)) = (tx.actor.person, photo.last) {
        // What waited before was sent for the same form; what came later is another's.
        store::forget(tx, entrance, person, last).await?;
    }
    let (what, code) = compared(tx, entrance, photo).await?;
    Ok(Some(Seen { what, day, file: Some(file), code, note: None }))
}

/// What the photo says of a copy at the entrance now.
pub async fn compared(tx: &Tx, entrance: EntranceId, photo: &Photo) -> Result<(What, Option<PlaceCodeId>)> {
    let found = store::seen_codes(&**tx, &photo.codes).await?;
    let now = codes::current_of(&**tx, &[entrance]).await?.remove(&entrance).map(|code| code.id);
    Ok(model::compare(entrance, now, &found, !photo.codes.is_empty()))
}

/// A photo that waits, for whoever sent it.
pub async fn show_waiting(
    State(state): State<AppState>,
    current: Current,
    Path(id): Path<PostingPhotoId>,
    asked: HeaderMap,
) -> Result<Response> {
    open(&current)?;
    let conn = state.db.reader();
    let photo = store::photo(conn, id, current.person()?.id).await?.ok_or(AppError::NotFound)?;
    files::download(&state, &asked, &files::find(conn, photo.file_id).await?).await
}
