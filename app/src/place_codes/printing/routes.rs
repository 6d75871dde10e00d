//! The routes of printing: choosing how, one sheet at once, many as a job.

use axum::{
    Extension,
    extract::{Path, Query, State},
    http::{HeaderMap, HeaderName, HeaderValue, header},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{
    model::{MOST, Outdated, PrintState, Wish, papers, usual},
    notes::Notes,
    page,
    sheet::{self, Around},
    store::{self, Print},
};
use crate::{
    access::{Route, Who},
    audit,
    current::Current,
    documents::code_sheet::{SheetFault, SheetKind, SheetSize},
    error::{AppError, Result},
    files::{self, FileName},
    flash,
    form::Form,
    guides::{
        facts::{Facts, Poster},
        open,
    },
    ids::{EntranceId, MemberId, PlaceCodeId, PlantId, PrintId, TextEnum},
    members::store as register,
    once,
    place_codes::{
        codes::store::{self as codes, Filter, Row},
        reach::Reach,
    },
    settings,
    state::AppState,
    text::Message,
};

pub const SCOPE: &str = "place_codes.print";
pub const HERE: &str = "/place-codes/print";
/// How soon a page of something that is under way is asked for again, in seconds.
const REFRESH: &str = "2";

pub fn routes() -> Vec<Route> {
    use Who::MemberOrStaff;
    vec![
        Route::get("/place-codes/print", MemberOrStaff, ask),
        Route::post("/place-codes/print", MemberOrStaff, many),
        Route::get("/place-codes/entrances/{entrance}/sheet.pdf", MemberOrStaff, one),
        Route::get("/place-codes/prints/{print}", MemberOrStaff, show),
        Route::get("/place-codes/prints/{print}/sheets.pdf", MemberOrStaff, download),
    ]
}

/// What is to be printed: an entrance, or all of a plant or of a member.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub struct Which {
    pub entrance: Option<EntranceId>,
    pub plant: Option<PlantId>,
    pub member: Option<MemberId>,
}

impl Which {
    fn of(form: &Form) -> Self {
        Self {
            entrance: form.value("entrance").parse().ok(),
            plant: form.value("plant").parse().ok(),
            member: form.value("member").parse().ok(),
        }
    }

    /// The page on which it is asked for.
    pub fn address(self) -> String {
        let asked = [
            ("entrance", self.entrance.map(|id| id.to_string())),
            ("plant", self.plant.map(|id| id.to_string())),
            ("member", self.member.map(|id| id.to_string())),
        ];
        let asked = asked.into_iter().filter_map(|(name, id)| Some(format!("{name}={}", id?)));
        format!("{HERE}?{}", asked.collect::<Vec<_>>().join("&"))
    }

    /// The entrances with codes that this person acts for; one more than are printed at a time, where there are more.
    async fn rows(self, state: &AppState, current: &Current) -> Result<Vec<Row>> {
        let conn = state.db.reader();
        let mut rows = match self {
            Self { entrance: Some(entrance), .. } => {
                codes::rows(conn, vec![register::entrance(conn, entrance).await?]).await?
            }
            Self { plant: None, member: None, .. } => return Err(AppError::NotFound),
            Self { plant, member, .. } => {
                let filter = Filter { plant, member, with_code: true, ..Filter::default() };
                codes::whole(conn, &Reach::of(current), &filter, MOST as u64 + 1).await?
            }
        };
        for row in &rows {
            current.sees_plant(row.member.id, row.plant.id)?;
        }
        // What is closed hangs nowhere.
        rows.retain(|row| row.entrance.closed_at.is_none() && row.plant.closed_at.is_none());
        rows.retain(|row| row.code.is_some() && current.acts_for_plant(row.member.id, row.plant.id).is_ok());
        if rows.is_empty() { Err(AppError::NotFound) } else { Ok(rows) }
    }
}

/// The sizes of the guides.
async fn poster(state: &AppState) -> Result<Poster> {
    Ok(settings::load::<Facts>(state.db.reader()).await?.value.poster)
}

fn wish(form: &Form, poster: &Poster) -> Option<Wish> {
    Some(Wish {
        size: SheetSize::from_word(form.value("size")).filter(|size| papers(poster).contains(size))?,
        kind: SheetKind::from_word(form.value("kind"))?,
        redrawn: form.value("code") == "redrawn",
    })
}

async fn ask(State(state): State<AppState>, current: Current, Query(which): Query<Which>) -> Result<Response> {
    open(&current)?;
    let rows = which.rows(&state, &current).await?;
    let mut form = Form::new(SCOPE);
    let poster = poster(&state).await?;
    let (kind, size) = match &rows[..] {
        [only] => usual(&poster, Some(only.entrance.passage)),
        _ => usual(&poster, None),
    };
    form.set("size", size);
    form.set("kind", kind);
    form.set("code", "issued");
    ask_how(&state, &current, which, &rows, &form, &poster).await
}

/// The page on which it is said how the sheets are to be.
async fn ask_how(
    state: &AppState,
    current: &Current,
    which: Which,
    rows: &[Row],
    form: &Form,
    poster: &Poster,
) -> Result<Response> {
    let notes = Notes::of(state.db.reader(), rows).await?;
    Ok(page::ask(state, current, which, (rows, &notes), form, poster))
}

/// The sheet of one entrance, at once.
async fn one(
    State(state): State<AppState>,
    current: Current,
    Path(id): Path<EntranceId>,
    Query(asked): Query<Vec<(String, String)>>,
) -> Result<Response> {
    open(&current)?;
    let which = Which { entrance: Some(id), ..Which::default() };
    let rows = which.rows(&state, &current).await?;
    let mut form = Form::from_pairs(asked).scoped(SCOPE);
    let poster = poster(&state).await?;
    let (Some(row), Some(wish)) = (rows.first(), wish(&form, &poster)) else { return Err(AppError::NotFound) };
    let code = row.code.as_ref().ok_or(AppError::NotFound)?;
    let sheet = Around::of(state.db.reader(), &rows).await?.sheet(&state, row, code, wish).await?;
    let made = match sheet::make(&state, sheet).await? {
        Ok(made) => made,
        Err(faults) => {
            for fault in &faults {
                form.refuse_each("size", SheetFault::message(fault));
            }
            return ask_how(&state, &current, which, &rows, &form, &poster).await;
        }
    };
    let name = format!("{}-{}.pdf", code.number, row.entrance.name);
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/pdf")),
        (header::CONTENT_DISPOSITION, files::disposition("inline", &name)?),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((Extension(FileName(name)), headers, made.pdf).into_response())
}

async fn many(State(state): State<AppState>, current: Current, form: Form) -> Result<Response> {
    open(&current)?;
    let mut form = form.scoped(SCOPE);
    let which = Which::of(&form);
    let rows = which.rows(&state, &current).await?;
    if rows.len() > MOST {
        form.refuse("size", Message::of("place_codes.print.too_many").with("most", MOST));
    }
    let poster = poster(&state).await?;
    let Some(wish) = wish(&form, &poster).filter(|_| !form.has_errors()) else {
        form.refuse("size", Message::of("place_codes.print.choose"));
        return ask_how(&state, &current, which, &rows, &form, &poster).await;
    };
    let Some(member) = rows.first().map(|row| row.member.id) else { return Err(AppError::NotFound) };
    let wanted: Vec<PlaceCodeId> = rows.iter().filter_map(|row| row.code.as_ref()).map(|code| code.id).collect();
    let id = PrintId::new();
    let here = path(id);
    let tx = state.begin(&current).await?;
    if let Some(made) = once::claim(&tx, &form, &here).await? {
        return Ok(Redirect::to(&made).into_response());
    }
    // One at a time of each person, or a few fresh forms would fill the queue of all.
    if let Some(open) = store::open_of(&*tx, current.person()?.id).await? {
        return Ok(flash::redirect(&path(open), &Message::of("place_codes.print.one_at_a_time")));
    }
    store::add(&tx, id, member, wish, &wanted).await?;
    let entry = audit::Entry::new("place_code_print.asked", store::KIND).subject(id).member(member);
    let after = serde_json::json!({ "count": wanted.len(), "size": wish.size, "redrawn": wish.redrawn });
    audit::record(&tx, entry.after(&after)).await?;
    tx.commit().await?;
    state.prints.notify_one();
    Ok(Redirect::to(&here).into_response())
}

fn path(id: PrintId) -> String {
    format!("/place-codes/prints/{id}")
}

/// Whoever asked for it sees it while they work for all of its plants, and staff.
async fn seen(state: &AppState, current: &Current, id: PrintId) -> Result<Print> {
    open(current)?;
    let print = store::find(state.db.reader(), id).await?;
    current.acts_for_member(print.member_id)?;
    let own = print.asked_by == Some(current.person()?.id);
    if !own && !current.is_staff() {
        return Err(AppError::NotFound);
    }
    for plant in store::plants_of(state.db.reader(), &print).await? {
        current.acts_for_plant(print.member_id, plant)?;
    }
    Ok(print)
}

async fn show(State(state): State<AppState>, current: Current, Path(id): Path<PrintId>) -> Result<Response> {
    let print = seen(&state, &current, id).await?;
    let member = register::member(state.db.reader(), print.member_id).await?;
    let busy = print.state() == PrintState::Working;
    // Asked for every other second while it is under way, when nothing is handed out yet.
    let (outdated, plant) =
        if busy { (None, None) } else { (outdated(&state, &print).await?, plant_of(&state, &print).await?) };
    let mut response = page::show(&state, &current, &print, (&member, plant), outdated);
    if busy {
        // The page asks for itself again, with scripts or without.
        response.headers_mut().insert(HeaderName::from_static("refresh"), HeaderValue::from_static(REFRESH));
    }
    Ok(response)
}

/// The plant whose sheets a print holds, where it is one alone.
async fn plant_of(state: &AppState, print: &Print) -> Result<Option<PlantId>> {
    let plants = store::plants_of(state.db.reader(), print).await?;
    Ok(if let [only] = plants.as_slice() { Some(*only) } else { None })
}

/// What became of the codes of the print, unless every one is still the current one of its entrance.
async fn outdated(state: &AppState, print: &Print) -> Result<Option<Outdated>> {
    let (conn, wanted) = (state.db.reader(), print.codes()?);
    let current = store::still_current(conn, &wanted).await?;
    Ok(Outdated::of(wanted.len() as u64, current, store::taken_back(conn, &wanted).await?))
}

/// The sheets; not those of codes that were replaced or taken back since.
async fn download(
    State(state): State<AppState>,
    current: Current,
    Path(id): Path<PrintId>,
    asked: HeaderMap,
) -> Result<Response> {
    let print = seen(&state, &current, id).await?;
    let file = print.file_id.ok_or(AppError::NotFound)?;
    if let Some(outdated) = outdated(&state, &print).await? {
        return Err(AppError::Refused(outdated.message()));
    }
    files::download(&state, &asked, &files::find(state.db.reader(), file).await?).await
}
