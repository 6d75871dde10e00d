//! The lines of the sheet that was uploaded, in the columns that an import knows, with what is wrong in a column of
//! its own at the front. Mended, the sheet can be uploaded as it is: that column is passed over. Not mended, it says again what is wrong.

use std::{collections::BTreeMap, ops::RangeInclusive};

use super::{
    columns::{Field, Header, REASONS},
    model::{At, KeptNote},
    records::LIMITS,
    template::width,
    value::UNREADABLE,
};
use crate::{
    error::{AppError, Result},
    sheets::{self, Column, Content, Kind, Row, Table, Value},
    text::Locale,
};

/// The years of days that a spreadsheet can hold; a time without a day is read as one of before.
const DAYS: RangeInclusive<i32> = 1900..=9999;

/// The file. Blocks; call it on a blocking thread.
pub fn make(bytes: &[u8], notes: &[KeptNote], l: Locale) -> Result<Vec<u8>> {
    let refused = |message| AppError::Refused(message);
    let sheet = sheets::read_bytes(bytes, LIMITS).map_err(refused)?;
    let header = Header::find(&sheet, &mut Vec::new()).map_err(refused)?;
    let mut columns = vec![Column::new(l.t(REASONS), Kind::Text, 60)];
    columns.extend(header.columns().iter().map(|(_, field)| Column::new(field.heading(l), Kind::Text, width(*field))));
    let mut said: BTreeMap<u32, Vec<&KeptNote>> = BTreeMap::new();
    for note in notes {
        said.entry(note.at.row).or_default().push(note);
    }
    let lines: Vec<&Row> = sheet.rows.iter().filter(|row| row.at > header.row).collect();
    let rows = (1..).zip(lines).map(|(at, row)| {
        let notes = said.get(&row.at).map_or(&[][..], Vec::as_slice);
        let mut cells = vec![reasons(notes, &header, at, l)];
        cells.extend(header.columns().iter().map(|(column, field)| as_it_was(row, *column, *field)));
        cells
    });
    Table { title: l.t("imports.sheet.errors"), columns, rows: rows.collect() }.bytes()
}

/// What is said about a line, with the cells where they stand in this sheet.
fn reasons(notes: &[&KeptNote], header: &Header, row: u32, l: Locale) -> Value {
    let lines: Vec<String> = notes
        .iter()
        .map(|note| {
            let place = header.columns().iter().position(|(column, _)| *column == note.at.column);
            let cell = place.and_then(|n| u32::try_from(n + 1).ok()).map(|column| At { row, column }.name());
            let words = [Some(&note.reason), note.suggestion.as_ref()];
            let words: Vec<String> = words.into_iter().flatten().filter_map(|kept| l.say_kept(kept)).collect();
            format!("{} {}", cell.unwrap_or_default(), words.join(l.t("imports.between").as_str()))
        })
        .collect();
    if lines.is_empty() { Value::Empty } else { Value::Text(lines.join("\n")) }
}

/// The cell as text where it has one, so that what is mended keeps its digits. A day stays a day, and a value that
/// was lost is marked, so that neither passes for a text that somebody typed.
fn as_it_was(row: &Row, column: u32, field: Field) -> Value {
    let cell = row.cell(column);
    match (&cell.content, cell.text()) {
        (Content::Empty, _) => Value::Empty,
        (Content::Day(day), _) if DAYS.contains(&day.year()) => Value::Day(*day),
        (Content::Day(_), _) => UNREADABLE.into(),
        (Content::Number(number), _) if matches!(field, Field::Silo | Field::Output) => Value::Number(*number),
        (_, Ok(text)) => Value::Text(text),
        (Content::Number(number), Err(_)) => Value::Text(format!("{UNREADABLE} {number:e}")),
        (_, Err(_)) => UNREADABLE.into(),
    }
}
