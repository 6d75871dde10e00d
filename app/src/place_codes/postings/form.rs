//! The form of a copy: filled with what is known, and read.

use super::{
    photo,
    record::Asked,
    store::{self, Copy, Row},
};
use crate::{
    current::Current,
    documents::code_sheet::SheetSize,
    error::Result,
    form::Form,
    guides::facts::{Poster, Size},
    ids::{PostingId, TextEnum},
    place_codes::printing::model::{papers, recommended},
    state::AppState,
    text::Message,
    time::show_day,
};

pub const SCOPE: &str = "postings.field";
/// The code in force when the form was shown.
pub const BASE: &str = "base";
/// The version of the copy that is corrected.
pub const VERSION: &str = "row_version";
/// The word of a size that is none of the usual papers.
pub const OTHER: &str = "other";
/// Characters in a spot and in a name; in a remark.
pub const MAX_NAME: usize = 60;
pub const MAX_REMARK: usize = 200;
/// Millimetres.
const SIDES: (i64, i64) = (20, 2_000);

/// The form with what is known: the usual paper, or the copy that is replaced; and a photo that waits.
pub async fn fresh(state: &AppState, current: &Current, asked: &Asked) -> Result<Form> {
    let mut form = Form::new(SCOPE);
    let person = current.person()?;
    if let Some(code) = &asked.place.code {
        form.set(BASE, code.id);
    }
    form.set("posted_on", show_day(current.now.day()));
    form.set("posted_by", &person.name);
    match &asked.old {
        Some(old) => describe(&mut form, &asked.poster, &old.row),
        None => {
            form.set("size", recommended(&asked.poster));
            form.set("setting", setting(asked.place.entrance.outdoors));
        }
    }
    if let Some(photo) = store::waiting_for(state.db.reader(), asked.place.entrance.id, person.id, current.now).await? {
        form.set(photo::WAITING, photo.id);
    }
    Ok(form)
}

/// The form with what is recorded of a copy.
pub fn filled(poster: &Poster, row: &Row) -> Form {
    let mut form = Form::new(SCOPE);
    describe(&mut form, poster, row);
    form.set("posted_on", show_day(row.posted_on));
    form.set("posted_by", &row.posted_by);
    if let Some(remark) = &row.remark {
        form.set("remark", remark);
    }
    form.set(VERSION, row.row_version);
    form
}

/// Where a copy hangs and what it is like.
fn describe(form: &mut Form, poster: &Poster, row: &Row) {
    form.set("spot", &row.spot);
    set_size(form, poster, row.size());
    form.set("setting", setting(row.outdoors));
    if row.laminated {
        form.set("laminated", "yes");
    }
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

/// The copy that the form tells of, in the place of this one; what is wrong is noted at its field.
pub fn read(current: &Current, poster: &Poster, replaces: Option<PostingId>, form: &mut Form) -> Option<Copy> {
    let spot = form.required("spot", MAX_NAME);
    let size = read_size(poster, form);
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
        replaces,
        spot,
        size: size?,
        outdoors: outdoors?,
        laminated: form.ticked("laminated"),
        posted_on: posted_on?,
        posted_by,
        remark,
    })
}

fn read_size(poster: &Poster, form: &mut Form) -> Option<Size> {
    let chosen = form.value("size").to_owned();
    if chosen == OTHER {
        let mut side = |name| form.whole(name, SIDES.0, SIDES.1).and_then(|side| u16::try_from(side).ok());
        let (width, height) = (side("width"), side("height"));
        return Some(Size::new(width?, height?));
    }
    let paper = SheetSize::from_word(&chosen).filter(|size| papers(poster).contains(size));
    if paper.is_none() {
        form.refuse("size", Message::of("form.choose").with("label", "@postings.field.size"));
    }
    paper.map(|paper| Size::new(paper.mm().0, paper.mm().1))
}
