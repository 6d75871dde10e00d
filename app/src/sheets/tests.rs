//! What people send, and what must not happen with it.

use std::{io::Write, path::PathBuf};

use rust_xlsxwriter::{Format, Formula, Workbook};
use time::macros::date;

use super::{Column, Content, Kind, Limits, Sheet, Table, Value, cell_name, read};
use crate::{text::Message, time::Instant};

const LIMITS: Limits = Limits { rows: 100, said: 90, columns: 20 };

/// A file that is gone when the test ends.
struct Temporary(PathBuf);

impl Temporary {
    fn with(bytes: &[u8]) -> Self {
        let path = std::env::temp_dir().join(format!("{}.xlsx", uuid::Uuid::now_v7()));
        std::fs::write(&path, bytes).expect("written");
        Self(path)
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

fn read_bytes(bytes: &[u8]) -> Result<Sheet, Message> {
    read(&Temporary::with(bytes).0, LIMITS)
}

fn read_book(mut book: Workbook) -> Result<Sheet, Message> {
    read_bytes(&book.save_to_buffer().expect("a workbook"))
}

fn text(sheet: &Sheet, row: usize, column: u32) -> Result<String, Message> {
    sheet.rows[row].cell(column).text()
}

#[test]
fn what_is_written_is_read_back_and_nothing_is_a_formula() {
    let table = Table {
        title: "会员/名册".to_owned(),
        columns: vec![
            Column::new("电话", Kind::Text, 16),
            Column::new("日期", Kind::Date, 12),
            Column::new("吨", Kind::Whole, 10),
            Column::new("时间", Kind::Time, 18),
        ],
        rows: vec![
            vec!["=1+1".into(), Value::Day(date!(2026 - 03 - 09)), Value::Whole(1200), Value::Time(Instant(0))],
            vec!["013800000101".into(), Value::Empty, Value::Number(0.5), Value::Empty],
            vec!["@SUM(A1)".into(), Value::Empty, Value::Empty, Value::Empty],
        ],
    };
    let bytes = table.bytes().expect("bytes");
    let sheet = read_bytes(&bytes).expect("readable");
    assert_eq!(sheet.name, "会员名册");
    assert_eq!(text(&sheet, 0, 0), Ok("电话".to_owned()));
    assert_eq!(text(&sheet, 1, 0), Ok("=1+1".to_owned()));
    assert_eq!(sheet.rows[1].cell(1).content, Content::Day(date!(2026 - 03 - 09)));
    assert_eq!(sheet.rows[1].cell(2).content, Content::Number(1200.0));
    assert_eq!(text(&sheet, 2, 0), Ok("013800000101".to_owned()));
    assert_eq!(text(&sheet, 3, 0), Ok("@SUM(A1)".to_owned()));

    let file = Temporary::with(&bytes);
    let mut archive = zip::ZipArchive::new(std::fs::File::open(&file.0).expect("file")).expect("archive");
    let part = std::io::read_to_string(archive.by_name("xl/worksheets/sheet1.xml").expect("sheet")).expect("text");
    assert!(!part.contains("<f>") && part.contains("state=\"frozen\""), "{part}");
}

#[test]
fn a_formula_counts_by_its_saved_value_and_an_error_is_named() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write_formula(0, 0, Formula::new("=\"上海\"&\"示范\"").set_result("上海示范")).expect("formula");
    sheet.write_formula(0, 1, Formula::new("=6*7").set_result("42")).expect("formula");
    sheet.write_formula(0, 2, Formula::new("=1/0").set_result("#DIV/0!")).expect("formula");
    let sheet = read_book(book).expect("readable");
    assert_eq!(text(&sheet, 0, 0), Ok("上海示范".to_owned()));
    assert_eq!(sheet.rows[0].cell(1).content, Content::Number(42.0));
    let error = text(&sheet, 0, 2).expect_err("an error");
    assert_eq!(error.key, "sheets.error_value");
    assert!(error.args.contains(&("cell", "C1".to_owned())));
}

#[test]
fn cells_merged_downwards_count_for_every_row_and_merged_across_are_named() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.merge_range(0, 0, 2, 0, "示范水泥", &Format::new()).expect("merged");
    sheet.write_string(2, 1, "三号").expect("text");
    sheet.merge_range(3, 0, 3, 2, "合计", &Format::new()).expect("merged");
    let sheet = read_book(book).expect("readable");
    assert_eq!(text(&sheet, 2, 0), Ok("示范水泥".to_owned()));
    assert_eq!(text(&sheet, 1, 0), Ok("示范水泥".to_owned()));
    let error = text(&sheet, 3, 2).expect_err("merged across");
    assert_eq!((error.key, error.args[0].1.as_str(), error.args[1].1.as_str()), ("sheets.merged", "C4", "A4:C4"));
}

#[test]
fn numbers_give_their_exact_digits_or_none() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let scientific = Format::new().set_num_format("0.00E+00");
    sheet.write_number_with_format(0, 0, 13_800_000_101.0, &scientific).expect("number");
    sheet.write_number(0, 1, 913_101_180_000_000_144.0).expect("number");
    let sheet = read_book(book).expect("readable");
    assert_eq!(text(&sheet, 0, 0), Ok("13800000101".to_owned()));
    let lost = Message::of("sheets.digits_lost").with("cell", "B1");
    assert_eq!(text(&sheet, 0, 1), Err(lost));
}

#[test]
fn a_bomb_is_refused_also_when_its_directory_lies() {
    let mut honest = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    honest.start_file("xl/worksheets/sheet1.xml", zip::write::SimpleFileOptions::default()).expect("part");
    for _ in 0..40 {
        honest.write_all(&vec![b' '; 1024 * 1024]).expect("spaces");
    }
    let mut bytes = honest.finish().expect("archive").into_inner();
    assert!(bytes.len() < 1024 * 1024);
    assert_eq!(read_bytes(&bytes).expect_err("too large").key, "sheets.bomb");

    let real = (40_u32 * 1024 * 1024).to_le_bytes();
    let places: Vec<usize> = (0..bytes.len() - 3).filter(|at| bytes[*at..at + 4] == real).collect();
    assert!(!places.is_empty());
    for at in places {
        bytes[at..at + 4].copy_from_slice(&100_u32.to_le_bytes());
    }
    let refused = read_bytes(&bytes).expect_err("refused").key;
    assert!(["sheets.bomb", "sheets.unreadable"].contains(&refused), "{refused}");
}

#[test]
fn a_part_of_any_name_counts_and_pictures_do_not() {
    for (name, refused) in [("xl/sheet.bin", "sheets.bomb"), ("xl/media/image1.png", "sheets.unreadable")] {
        let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        archive.start_file(name, zip::write::SimpleFileOptions::default()).expect("part");
        for _ in 0..40 {
            archive.write_all(&vec![b' '; 1024 * 1024]).expect("spaces");
        }
        let bytes = archive.finish().expect("archive").into_inner();
        assert_eq!(read_bytes(&bytes).expect_err("refused").key, refused, "{name}");
    }
}

#[test]
fn a_text_that_stands_in_many_cells_counts_in_each() {
    let text = "水".repeat(30_000);
    let filled = |cells: u32| {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        for n in 0..cells {
            sheet.write_string(n / 10, (n % 10) as u16, &text).expect("text");
        }
        read_book(book)
    };
    assert!(filled(300).is_ok());
    assert_eq!(filled(400).expect_err("36 MB").key, "sheets.bomb");

    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for column in 0..10 {
        sheet.merge_range(0, column, 89, column, &text, &Format::new()).expect("merged");
    }
    sheet.write_string(89, 11, "x").expect("text");
    assert_eq!(read_book(book).expect_err("81 MB in copies").key, "sheets.bomb");
}

#[test]
fn a_text_longer_than_any_cell_is_marked() {
    let longest = "a".repeat(32_767);
    let mut book = Workbook::new();
    book.add_worksheet().write_string(0, 0, &longest).expect("text");
    let mut bytes = book.save_to_buffer().expect("a workbook");
    assert_eq!(text(&read_bytes(&bytes).expect("readable"), 0, 0), Ok(longest.clone()));

    bytes = with_part(&bytes, "xl/sharedStrings.xml", |part| part.replace(&longest, &format!("{longest}a")));
    let error = text(&read_bytes(&bytes).expect("readable"), 0, 0).expect_err("too long");
    assert_eq!((error.key, error.args[0].1.as_str()), ("sheets.too_long", "A1"));
}

#[test]
fn areas_that_overlap_without_end_are_refused() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.merge_range(0, 0, 1, 1, "x", &Format::new()).expect("merged");
    sheet.write_string(99, 0, "y").expect("text");
    let bytes = book.save_to_buffer().expect("a workbook");
    let area = "<mergeCell ref=\"A1:B2\"/>";
    let bytes = with_part(&bytes, "xl/worksheets/sheet1.xml", |part| {
        assert!(part.contains(area), "{part}");
        part.replace(area, &area.replace("B2", "T100").repeat(1_000))
    });
    assert_eq!(read_bytes(&bytes).expect_err("overlapping").key, "sheets.bomb");
}

/// The same workbook with one part changed.
fn with_part(book: &[u8], name: &str, change: impl Fn(String) -> String) -> Vec<u8> {
    let mut old = zip::ZipArchive::new(std::io::Cursor::new(book)).expect("archive");
    let mut new = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for at in 0..old.len() {
        let part = old.by_index(at).expect("part");
        let (part_name, text) = (part.name().expect("name").into_owned(), std::io::read_to_string(part).expect("text"));
        new.start_file(&part_name, zip::write::SimpleFileOptions::default()).expect("part");
        let text = if part_name == name { change(text) } else { text };
        new.write_all(text.as_bytes()).expect("written");
    }
    new.finish().expect("archive").into_inner()
}

#[test]
fn foreign_and_endless_sheets_are_refused() {
    assert_eq!(read_bytes(b"%PDF-1.7 not a sheet").expect_err("a pdf").key, "sheets.unreadable");
    let mut book = Workbook::new();
    book.add_worksheet().write_string(LIMITS.rows, 0, "x").expect("text");
    assert_eq!(read_book(book).expect_err("long"), Message::of("sheets.too_many_rows").with("max", 90));
    let mut book = Workbook::new();
    book.add_worksheet().write_string(0, LIMITS.columns as u16, "x").expect("text");
    assert_eq!(read_book(book).expect_err("wide").key, "sheets.too_many_columns");
}

#[test]
fn cells_have_the_names_that_people_see() {
    for (column, expected) in [(0, "A12"), (25, "Z12"), (26, "AA12"), (701, "ZZ12"), (702, "AAA12")] {
        assert_eq!(cell_name(11, column), expected);
    }
}
