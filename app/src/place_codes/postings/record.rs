//! Recording a copy: where it hangs, what it is like, with a photo at once or later. The copy that hangs in the place
//! of another is recorded the same way, with what is known of that one filled in.

use axum::{
    extract::{Path, Request, State},
    response::{IntoResponse, Redirect, Response},
};

use super::{
    model::What,
    one,
    photo::{self, Photo},
    record_page,
    store::{self, Copy, Posting},
};
use crate::{
    current::Current,
    documents::code_sheet::SheetSize,
    error::{AppError, Result},
    files::{MAX_FILE, Upload},
    flash,
    form::Form,
    guides::{
        facts::{Facts, Poster, Size},
        open,
    },
    ids::{EntranceId, PostingId, TextEnum},
    members::store as register,
    once,
    place_codes::{
        applications::store::lock_entrances,
        codes::store::{self as codes, Row},
        printing::model::{papers, recommended},
    },
    settings,
    state::AppState,
    text::Message,
    time::show_day,
};

pub const SCOPE: &str = "postings.field";
/// The word of a size that is none of the usual papers.
pub const OTHER: &str = "other";
/// Characters in a spot and in a name; in a remark.
pub const MAX_NAME: usize = 60;
pub const MAX_REMARK: usize = 200;
/// Millimetres.
const SIDES: (i64, i64) = (20, 2_000);

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

/// The form with what is known: the usual paper, or the copy that is replaced; and a photo that waits.
async fn fresh(state: &AppState, current: &Current, asked: &Asked) -> Result<Form> {
    let mut form = Form::new(SCOPE);
    let person = current.person()?;
    form.set("posted_on", show_day(current.now.day()));
    form.set("posted_by", &person.name);
    match &asked.old {
        Some(old) => {
            let size = Size::new(side(old.row.width), side(old.row.height));
            form.set("spot", &old.row.spot);
            set_size(&mut form, &asked.poster, size);
            form.set("setting", setting(old.row.outdoors));
            if old.row.laminated {
                form.set("laminated", "yes");
            }
        }
        None => {
            form.set("size", recommended(&asked.poster));
            form.set("setting", setting(asked.place.entrance.outdoors));
        }
    }
    if let Some(photo) = store::waiting_for(state.db.reader(), asked.place.entrance.id, person.id).await? {
        form.set(photo::WAITING, photo.id);
    }
    Ok(form)
}

pub fn side(stored: i32) -> u16 {
    u16::try_from(stored).unwrap_or_default()
}

fn set_size(form: &mut Form, poster: &Poster, size: Size) {
    let paper = papers(poster).into_iter().find(|paper| paper.mm() == (size.width, size.height));
    match paper {
        Some(paper) => form.set("size", paper),
        None => {
            form.set("size", OTHER);
            form.set("width", size.width);
            form.set("height", size.height);
        }
    }
}

fn setting(outdoors: bool) -> &'static str {
    if outdoors { "outdoors" } else { "indoors" }
}

/// The copy that the form tells of; what is wrong is noted at its field.
fn read(current: &Current, asked: &Asked, form: &mut Form) -> Option<Copy> {
    let spot = form.required("spot", MAX_NAME);
    let size = read_size(asked, form);
    let outdoors = match form.value("setting") {
        "outdoors" => Some(true),
        "indoors" => Some(false),
        _ => {
            form.refuse("setting", Message::of("form.choose").with("label", "@postings.field.setting"));
            None
        }
    };
    let posted_on = form.day("posted_on");
    if posted_on.is_some_and(|day| day > current.now.day()) {
        form.refuse("posted_on", Message::of("postings.wrong.future"));
    }
    let posted_by = form.required("posted_by", MAX_NAME);
    let remark = form.optional("remark", MAX_REMARK);
    if form.has_errors() {
        return None;
    }
    Some(Copy {
        replaces: asked.old.as_ref().map(|old| old.row.id),
        spot,
        size: size?,
        outdoors: outdoors?,
        laminated: form.ticked("laminated"),
        posted_on: posted_on?,
        posted_by,
        remark,
    })
}

fn read_size(asked: &Asked, form: &mut Form) -> Option<Size> {
    let chosen = form.value("size").to_owned();
    if chosen == OTHER {
        let mut side = |name| form.whole(name, SIDES.0, SIDES.1).and_then(|side| u16::try_from(side).ok());
        let (width, height) = (side("width"), side("height"));
        return Some(Size::new(width?, height?));
    }
    let paper = SheetSize::from_word(&chosen).filter(|size| papers(&asked.poster).contains(size));
    if paper.is_none() {
        form.refuse("size", Message::of("form.choose").with("label", "@postings.field.size"));
    }
    paper.map(|paper| Size::new(paper.mm().0, paper.mm().1))
}

async fn record(state: &AppState, current: &Current, asked: Asked, upload: Upload) -> Result<Response> {
    let entrance = asked.place.entrance.id;
    let mut form = upload.form.scoped(SCOPE);
    if let Some(made) = once::made(state.db.reader(), &form).await? {
        return Ok(Redirect::to(&made).into_response());
    }
    let photo = photo::of_form(state, current, entrance, &upload.files, &mut form).await?;
    let Some(copy) = read(current, &asked, &mut form) else {
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
    if let Some(old) = &asked.old {
        let still = store::lock(&tx, old.row.id).await?.row.removed_at.is_none();
        if !still || store::replacement_of(&*tx, old.row.id).await?.is_some() {
            return Ok(Redirect::to(&one::path(old.row.id)).into_response());
        }
    }
    let number = store::add(&tx, id, (&place.plant, &place.entrance, code), &copy).await?;
    let mut what = None;
    if let Some(photo) = &photo {
        let Some(seen) = photo::seen(&tx, entrance, photo, copy.posted_on).await? else {
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
