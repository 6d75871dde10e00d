//! Spreadsheets out and in. A `Table` becomes an .xlsx that opens cleanly in Excel and WPS and in which no
//! cell is ever a formula; `read` takes what people send, within bounds that no file can break, and says of
//! every cell that it cannot read what is wrong with it.

mod archive;
mod cell;
mod download;
mod read;
#[cfg(test)]
mod tests;
mod write;

pub use cell::{Cell, Content, name as cell_name};
pub use download::{MOST_ROWS, download, download_table};
pub use read::{Limits, Row, Sheet, read, read_bytes};
pub use write::{Column, Kind, Table, Value, bytes};
