//! Which image of an upload goes to which entrance, as a person left or corrected it.

use std::collections::HashMap;

use super::{
    model::{self, Cause, OLDER},
    store::{Item, Row},
};
use crate::{
    form::Form,
    ids::{EntranceId, FileId},
    place_codes::naming,
    text::Message,
    time::Day,
};

/// Characters of a typed name that are repeated to who typed it.
const LONGEST_NAME: usize = 60;

/// The field of the image that stands there in the upload.
pub fn field(at: i32) -> String {
    format!("place.{at}")
}

/// An image and the entrance that it goes to.
pub struct Chosen<'a> {
    pub at: i32,
    pub row: &'a Row,
    pub file: FileId,
    pub payload: &'a str,
}

/// The entrance as people type it where there are too many to list beside every image.
pub fn typed_name(row: &Row) -> String {
    format!("{} {}", row.plant.name, row.entrance.name)
}

/// Entrances by their id and, where only one is called so, by their name.
struct Known<'a> {
    by_id: HashMap<EntranceId, &'a Row>,
    by_name: HashMap<String, Option<&'a Row>>,
}

impl<'a> Known<'a> {
    fn of(rows: &'a [Row]) -> Self {
        let mut by_name: HashMap<String, Option<&Row>> = HashMap::new();
        for row in rows {
            by_name.entry(naming::key(&typed_name(row))).and_modify(|found| *found = None).or_insert(Some(row));
        }
        Self { by_id: rows.iter().map(|row| (row.entrance.id, row)).collect(), by_name }
    }

    /// The entrance that a field names.
    fn named(&self, typed: &str) -> Result<&'a Row, Message> {
        match typed.parse::<EntranceId>() {
            Ok(id) => self.by_id.get(&id).copied().ok_or(Message::of("place_codes.refused.closed")),
            Err(_) => {
                let found = self.by_name.get(&naming::key(typed)).copied().flatten();
                let typed: String = typed.chars().take(LONGEST_NAME).collect();
                found.ok_or_else(|| Message::of("place_codes.batch.unknown").with("name", typed))
            }
        }
    }
}

/// What was chosen; what was left open stays out.
pub fn chosen<'a>(form: &mut Form, items: &'a [Item], entrances: &'a [Row]) -> Vec<Chosen<'a>> {
    let known = Known::of(entrances);
    let mut chosen: Vec<Chosen<'a>> = Vec::new();
    for item in items {
        let (Some(file), Some(payload)) = (item.file_id, item.payload.as_deref()) else { continue };
        let field = field(item.at);
        let typed = form.value(&field).trim();
        if typed.is_empty() {
            continue;
        }
        let row = match known.named(typed) {
            Ok(row) => row,
            Err(why) => {
                form.refuse(&field, why);
                continue;
            }
        };
        if chosen.iter().any(|other| other.row.entrance.id == row.entrance.id) {
            form.refuse(&field, Message::of("place_codes.batch.twice").with("name", &row.entrance.name));
        }
        chosen.push(Chosen { at: item.at, row, file, payload });
    }
    if chosen.is_empty() && !form.has_errors() {
        form.refuse("issued_on", Message::of("place_codes.batch.nothing"));
    }
    chosen
}

/// What is said in a batch, where the cause is one for all: an image that is older stays out and goes in by the page of
/// its entrance.
pub fn in_batch(why: Message) -> Message {
    let key = if why.key == OLDER { "place_codes.batch.older" } else { why.key };
    Message { key, ..why }
}

/// Says of each image whose entrance has a code that was issued later that it does not take that one's place; the
/// others are not concerned.
pub fn refuse_older(form: &mut Form, chosen: &[Chosen<'_>], issued_on: Day, cause: Option<Cause>) {
    for one in chosen {
        let current = one.row.code.as_ref().map(|code| (code.number.as_str(), code.issued_on));
        if let Err(why) = model::may_follow(current, issued_on, cause == Some(Cause::Corrected)) {
            form.refuse(&field(one.at), in_batch(why));
        }
    }
}
