//! Tables in. The first sheet that can be seen is read cell by cell: a formula counts by the value that was
//! saved with it, a cell merged downwards counts for every row it covers, and what a person could not read
//! either is marked at its cell. Reading blocks; call it on a blocking thread.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{BufReader, Cursor, Read, Seek},
    path::Path,
};

use calamine::{DataRef, Dimensions, Reader, SheetType, SheetVisible, Xlsx};

use super::{
    archive::{self, MOST_BYTES},
    cell::{self, Cell, Content},
};
use crate::text::Message;

/// What a sheet may hold; a larger one is refused.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    pub rows: u32,
    /// How many rows a person is told; without the room for headings.
    pub said: u32,
    pub columns: u32,
}

/// A sheet that was read.
#[derive(Debug, PartialEq)]
pub struct Sheet {
    pub name: String,
    /// Rows that hold something, in order.
    pub rows: Vec<Row>,
}

#[derive(Debug, PartialEq)]
pub struct Row {
    /// Counted from 0.
    pub at: u32,
    /// The cells that hold something, in order.
    pub cells: Vec<Cell>,
}

impl Row {
    /// The cell of a column, empty when there is none.
    pub fn cell(&self, column: u32) -> Cell {
        let found = self.cells.iter().find(|cell| cell.column == column).cloned();
        found.unwrap_or(Cell { row: self.at, column, content: Content::Empty })
    }
}

/// Longest text of a cell, in characters; spreadsheet programs write none that is longer.
const LONGEST_TEXT: usize = 32_767;

/// The cells that hold something. A text may stand in many cells and be kept in the file once, so the bytes of
/// all cells are counted here as well.
struct Cells {
    found: BTreeMap<(u32, u32), Content>,
    left: u64,
}

impl Cells {
    fn new() -> Self {
        Self { found: BTreeMap::new(), left: MOST_BYTES }
    }

    /// Puts a value where none stands yet.
    fn put(&mut self, at: (u32, u32), content: Content) -> Result<(), Message> {
        if self.found.contains_key(&at) {
            return Ok(());
        }
        let bytes = match &content {
            Content::Text(text) => text.len(),
            Content::Bad(message) => message.args.iter().map(|(_, value)| value.len()).sum(),
            _ => 0,
        };
        self.left = self.left.checked_sub(bytes as u64).ok_or_else(archive::too_large)?;
        self.found.insert(at, content);
        Ok(())
    }
}

/// Reads the file at `path`. The portal itself reads what it holds in memory; this looks into what was downloaded.
///
/// # Errors
/// Why the whole file is refused.
pub fn read(path: &Path, limits: Limits) -> Result<Sheet, Message> {
    let open = || File::open(path).map(BufReader::new).map_err(|_| Message::of("sheets.unreadable"));
    archive::check(open()?)?;
    first_sheet(open()?, limits)
}

/// Reads a file that is in memory.
///
/// # Errors
/// Why the whole file is refused.
pub fn read_bytes(bytes: &[u8], limits: Limits) -> Result<Sheet, Message> {
    archive::check(Cursor::new(bytes))?;
    first_sheet(Cursor::new(bytes), limits)
}

fn first_sheet(file: impl Read + Seek, limits: Limits) -> Result<Sheet, Message> {
    let unreadable = |_| Message::of("sheets.unreadable");
    let mut book = Xlsx::new(file).map_err(unreadable)?;
    let visible =
        |sheet: &&calamine::Sheet| sheet.typ == SheetType::WorkSheet && sheet.visible == SheetVisible::Visible;
    let name = book.sheets_metadata().iter().find(visible).map(|sheet| sheet.name.clone());
    let name = name.ok_or_else(|| Message::of("sheets.no_sheet"))?;
    let merged = book.merge_cells_by_sheet_name(&name).map_err(unreadable)?;
    let mut cells = Cells::new();
    let mut reader = book.worksheet_cells_reader(&name).map_err(unreadable)?;
    while let Some(found) = reader.next_cell_with_formula_metadata().map_err(unreadable)? {
        let content = content(found.pos, &found.value, found.formula.is_some());
        if content == Content::Empty {
            continue;
        }
        within(limits, found.pos)?;
        cells.put(found.pos, content)?;
    }
    spread(&mut cells, &merged, limits)?;
    Ok(Sheet { name, rows: rows(cells) })
}

fn content(at: (u32, u32), value: &DataRef<'_>, formula: bool) -> Content {
    let cell = || cell::name(at.0, at.1);
    match value {
        DataRef::Empty if formula => Content::Bad(Message::of("sheets.formula_without_value").with("cell", cell())),
        DataRef::Empty => Content::Empty,
        DataRef::Int(number) => Content::Number(*number as f64),
        DataRef::Float(number) => Content::Number(*number),
        DataRef::String(text) => written(text, cell),
        DataRef::SharedString(text) => written(text, cell),
        DataRef::Bool(yes) => Content::Text(if *yes { "TRUE" } else { "FALSE" }.to_owned()),
        DataRef::DateTime(at) => {
            let (year, month, day, ..) = at.to_ymd_hms_milli();
            cell::day(year, month, day).filter(|_| at.is_datetime()).map_or(Content::Number(at.as_f64()), Content::Day)
        }
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => written(text, cell),
        DataRef::Error(error) => {
            Content::Bad(Message::of("sheets.error_value").with("cell", cell()).with("error", error))
        }
    }
}

/// A text that a person can have written.
fn written(text: &str, cell: impl Fn() -> String) -> Content {
    // Characters are counted only where the bytes leave it open, and no further than needed.
    if text.len() > 4 * LONGEST_TEXT || text.chars().nth(LONGEST_TEXT).is_some() {
        return Content::Bad(Message::of("sheets.too_long").with("cell", cell()).with("max", LONGEST_TEXT));
    }
    Content::Text(text.to_owned())
}

fn within(limits: Limits, (row, column): (u32, u32)) -> Result<(), Message> {
    if row >= limits.rows {
        Err(Message::of("sheets.too_many_rows").with("max", limits.said))
    } else if column >= limits.columns {
        Err(Message::of("sheets.too_many_columns").with("cell", cell::name(row, column)).with("max", limits.columns))
    } else {
        Ok(())
    }
}

/// A value merged downwards stands in every row that it covers. Merged over columns, it is unclear what it
/// belongs to: a single line of that kind is a heading and stays, more than that is marked.
fn spread(cells: &mut Cells, merged: &[Dimensions], limits: Limits) -> Result<(), Message> {
    // Areas of a sound sheet do not overlap, so together they cover no more than it has cells.
    let mut room = u64::from(limits.rows) * u64::from(limits.columns);
    let mut covers = || room.checked_sub(1).map(|less| room = less).ok_or_else(archive::too_large);
    let last = cells.found.keys().next_back().map_or(0, |(row, _)| *row);
    for area in merged {
        let (top, left) = area.start;
        let Some(value) = cells.found.get(&(top, left)).cloned() else { continue };
        let (bottom, right) = (area.end.0.min(last), area.end.1.min(limits.columns - 1));
        if left == right {
            for row in top + 1..=bottom {
                covers()?;
                cells.put((row, left), value.clone())?;
            }
        } else {
            let area = format!("{}:{}", cell::name(top, left), cell::name(area.end.0, area.end.1));
            for row in top..=bottom {
                for column in left..=right {
                    covers()?;
                    let message =
                        Message::of("sheets.merged").with("cell", cell::name(row, column)).with("area", &area);
                    if (row, column) != (top, left) {
                        cells.put((row, column), Content::Bad(message))?;
                    }
                }
            }
        }
    }
    Ok(())
}

fn rows(cells: Cells) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    for ((row, column), content) in cells.found {
        let cell = Cell { row, column, content };
        match rows.last_mut() {
            Some(last) if last.at == row => last.cells.push(cell),
            _ => rows.push(Row { at: row, cells: vec![cell] }),
        }
    }
    rows
}
