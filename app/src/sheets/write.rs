//! Tables out: a header that stays in sight, codes and phones as text, dates as real dates. Text is always
//! stored as text, and what would begin a formula is marked as text for good, so that editing the cell does
//! not bring it to life.

use rust_xlsxwriter::{ExcelDateTime, Format, FormatAlign, Workbook, Worksheet, XlsxError};

use crate::{
    error::{AppError, Result},
    time::{Day, Instant},
};

/// What stands in a column; empty cells below the rows are prepared for it too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Words, codes, phone numbers: never taken for a number.
    Text,
    /// A day.
    Date,
    /// A day and a time of Shanghai.
    Time,
    Number,
    Whole,
}

#[derive(Clone, Debug)]
pub struct Column {
    pub heading: String,
    pub kind: Kind,
    /// In characters of the Latin alphabet.
    pub width: u16,
}

impl Column {
    pub fn new(heading: impl Into<String>, kind: Kind, width: u16) -> Self {
        Self { heading: heading.into(), kind, width }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Empty,
    Text(String),
    Day(Day),
    Time(Instant),
    Number(f64),
    Whole(i64),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Empty, Into::into)
    }
}

/// A sheet to be written.
#[derive(Clone, Debug)]
pub struct Table {
    pub title: String,
    pub columns: Vec<Column>,
    pub rows: Vec<Vec<Value>>,
}

/// Most characters that a cell can hold.
const LONGEST_TEXT: usize = 32_767;
/// Most characters of a sheet's name.
const LONGEST_NAME: usize = 31;

impl Table {
    /// The file.
    pub fn bytes(&self) -> Result<Vec<u8>> {
        bytes(std::slice::from_ref(self))
    }
}

/// A file with a sheet for each table.
pub fn bytes(tables: &[Table]) -> Result<Vec<u8>> {
    let mut book = Workbook::new();
    for table in tables {
        write(table, book.add_worksheet()).map_err(AppError::internal)?;
    }
    book.save_to_buffer().map_err(AppError::internal)
}

fn write(table: &Table, sheet: &mut Worksheet) -> std::result::Result<(), XlsxError> {
    let heading = Format::new().set_bold().set_text_wrap().set_align(FormatAlign::Top);
    let text = Format::new().set_num_format("@").set_align(FormatAlign::Top);
    let inert = text.clone().set_quote_prefix();
    sheet.set_name(sheet_name(&table.title))?.set_freeze_panes(1, 0)?;
    for (at, column) in (0..).zip(&table.columns) {
        sheet.set_column_width(at, column.width)?.set_column_format(at, &format_of(column.kind))?;
        sheet.write_string_with_format(0, at, &column.heading, &heading)?;
    }
    for (row, values) in (1..).zip(&table.rows) {
        for (at, value) in (0..).zip(values) {
            match value {
                Value::Empty => {}
                Value::Text(words) => {
                    let format = if begins_formula(words) { &inert } else { &text };
                    sheet.write_string_with_format(row, at, bounded(words), format)?;
                }
                Value::Day(day) => {
                    let day = ExcelDateTime::from_ymd(year(*day), day.month().into(), day.day())?;
                    sheet.write_datetime_with_format(row, at, day, &format_of(Kind::Date))?;
                }
                Value::Time(instant) => {
                    let local = instant.shanghai();
                    let day = ExcelDateTime::from_ymd(year(local.date()), local.month().into(), local.day())?;
                    let time = day.and_hms(local.hour().into(), local.minute(), f64::from(local.second()))?;
                    sheet.write_datetime_with_format(row, at, time, &format_of(Kind::Time))?;
                }
                Value::Number(number) => {
                    sheet.write_number_with_format(row, at, *number, &format_of(Kind::Number))?;
                }
                Value::Whole(number) => {
                    sheet.write_number_with_format(row, at, *number as f64, &format_of(Kind::Whole))?;
                }
            }
        }
    }
    if !table.rows.is_empty() && !table.columns.is_empty() {
        sheet.autofilter(0, 0, table.rows.len() as u32, (table.columns.len() - 1) as u16)?;
    }
    Ok(())
}

fn format_of(kind: Kind) -> Format {
    let format = Format::new().set_align(FormatAlign::Top);
    match kind {
        Kind::Text => format.set_num_format("@"),
        Kind::Date => format.set_num_format("yyyy-mm-dd"),
        Kind::Time => format.set_num_format("yyyy-mm-dd hh:mm"),
        Kind::Number => format.set_num_format("#,##0.###"),
        Kind::Whole => format.set_num_format("#,##0"),
    }
}

fn year(day: Day) -> u16 {
    u16::try_from(day.year()).unwrap_or(0)
}

/// What a spreadsheet takes for the beginning of a formula.
fn begins_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'])
}

fn bounded(text: &str) -> String {
    if text.chars().count() <= LONGEST_TEXT {
        return text.to_owned();
    }
    text.chars().take(LONGEST_TEXT - 1).chain(['…']).collect()
}

/// A name that spreadsheets accept.
fn sheet_name(title: &str) -> String {
    let name: String = title.chars().filter(|c| !"[]:*?/\\'".contains(*c) && !c.is_control()).collect();
    let name: String = name.trim().chars().take(LONGEST_NAME).collect();
    if name.is_empty() { "Sheet1".to_owned() } else { name }
}
