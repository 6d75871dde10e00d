//! One cell as it was read. Whoever knows what belongs into the column asks for it: `text` for codes and
//! phones gives the exact digits or says why there are none.

use time::Month;

use crate::{text::Message, time::Day};

/// What a cell holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    Empty,
    Text(String),
    Number(f64),
    Day(Day),
    /// Something that no person could read either; the sentence says what.
    Bad(Message),
}

/// A cell and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// Both counted from 0.
    pub row: u32,
    pub column: u32,
    pub content: Content,
}

/// Numbers up to here are exact to the last digit in a spreadsheet, which keeps fifteen of them.
const EXACT: f64 = 999_999_999_999_999.0;

impl Cell {
    /// The cell's name, such as `C12`.
    pub fn name(&self) -> String {
        name(self.row, self.column)
    }

    /// The text without outer white space; empty for an empty cell. A number gives its digits.
    ///
    /// # Errors
    /// A cell that cannot be read, and a number whose last digits the spreadsheet has lost.
    pub fn text(&self) -> Result<String, Message> {
        match &self.content {
            Content::Empty => Ok(String::new()),
            Content::Text(text) => Ok(text.trim_matches(is_blank).to_owned()),
            Content::Number(number) if number.abs() > EXACT => {
                Err(Message::of("sheets.digits_lost").with("cell", self.name()))
            }
            Content::Number(number) => Ok(number.to_string()),
            Content::Day(day) => Ok(crate::time::show_day(*day)),
            Content::Bad(message) => Err(message.clone()),
        }
    }

    pub fn is_empty(&self) -> bool {
        match &self.content {
            Content::Empty => true,
            Content::Text(text) => text.trim_matches(is_blank).is_empty(),
            _ => false,
        }
    }
}

/// `C12` for row 11 and column 2, counted from 0.
pub fn name(row: u32, column: u32) -> String {
    let mut letters = Vec::new();
    let mut left = u64::from(column) + 1;
    while left > 0 {
        left -= 1;
        letters.push(b'A' + (left % 26) as u8);
        left /= 26;
    }
    letters.reverse();
    format!("{}{}", String::from_utf8_lossy(&letters), u64::from(row) + 1)
}

pub(super) fn day(year: u16, month: u8, day: u8) -> Option<Day> {
    Day::from_calendar_date(i32::from(year), Month::try_from(month).ok()?, day).ok()
}

fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}')
}
