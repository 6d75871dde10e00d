//! The columns of the sheet, and finding them in what was uploaded: by their headings in either language, in any
//! order, below a title if there is one. Columns that are not known are left alone and said.

use std::collections::HashMap;

use unicode_normalization::UnicodeNormalization;

use super::model::{At, Note, Subject};
use crate::{
    ids::{TextEnum, text_enum},
    sheets::{Content, Sheet},
    text::{Locale, Message},
};

text_enum! {
    /// A column of the sheet, in the order of the template.
    pub enum Field {
        Name = "name",
        Code = "code",
        ShortName = "short_name",
        Plant = "plant",
        Kind = "kind",
        /// A whole address on one line, instead of its parts.
        Address = "address",
        District = "district",
        Town = "town",
        Road = "road",
        Lane = "lane",
        Number = "number",
        Building = "building",
        Floor = "floor",
        Room = "room",
        Province = "province",
        City = "city",
        County = "county",
        Detail = "detail",
        Silo = "silo",
        Output = "output",
        Entrance = "entrance",
        Passage = "passage",
        Place = "place",
        Contact = "contact",
        Title = "title",
        Phone = "phone",
        Email = "email",
        Duties = "duties",
    }
}

/// The reasons in an error sheet; read again, they are passed over.
pub const REASONS: &str = "imports.column.reasons";

/// Headings are looked for in this many rows.
const FIRST_ROWS: u32 = 10;

impl Field {
    /// The parts of an address.
    pub const ADDRESS: [Self; 12] = [
        Self::District,
        Self::Town,
        Self::Road,
        Self::Lane,
        Self::Number,
        Self::Building,
        Self::Floor,
        Self::Room,
        Self::Province,
        Self::City,
        Self::County,
        Self::Detail,
    ];

    pub fn heading(self, l: Locale) -> String {
        l.t(&format!("imports.column.{}", self.word()))
    }

    /// What belongs into the column, for the second sheet of the template.
    pub fn explanation(self, l: Locale) -> String {
        l.t(&format!("imports.explain.{}", self.word()))
    }

    /// Its label within a sentence.
    pub fn label(self) -> String {
        format!("@imports.column.{}", self.word())
    }

    pub fn subject(self) -> Subject {
        match self {
            Self::Name | Self::Code | Self::ShortName => Subject::Member,
            Self::Entrance | Self::Passage | Self::Place => Subject::Entrance,
            Self::Contact | Self::Title | Self::Phone | Self::Email | Self::Duties => Subject::Contact,
            _ => Subject::Plant,
        }
    }

    pub fn is_address(self) -> bool {
        self == Self::Address || Self::ADDRESS.contains(&self)
    }

    /// Other headings that people give the column.
    fn also_called(self) -> &'static [&'static str] {
        match self {
            Self::Name => &["会员名称", "企业名称", "公司名称", "单位全称", "名称"],
            Self::Code => &["信用代码", "社会信用代码", "统一代码", "税号"],
            Self::Plant => &["厂区", "工厂名称", "站点名称"],
            Self::Kind => &["厂区类别", "类型", "类别"],
            Self::Address => &["地址", "厂区地址"],
            Self::Town => &["街道", "镇", "街镇"],
            Self::Road => &["道路"],
            Self::Number => &["门牌号"],
            Self::Contact => &["姓名", "联系人姓名"],
            Self::Phone => &["电话", "手机", "手机号", "手机号码", "联系方式"],
            Self::Email => &["邮箱", "e-mail", "电子邮件"],
            Self::Duties => &["职责", "负责"],
            _ => &[],
        }
    }
}

/// Where the columns are.
#[derive(Debug)]
pub struct Header {
    /// The row of the headings.
    pub row: u32,
    columns: Vec<(u32, Field)>,
}

impl Header {
    /// Finds the headings; what is strange about them goes to `notes`.
    ///
    /// # Errors
    /// The sheet has no headings, or one of them twice.
    pub fn find(sheet: &Sheet, notes: &mut Vec<Note>) -> Result<Self, Message> {
        let known = known_headings();
        let first = sheet.rows.first().map_or(0, |row| row.at);
        let lines = sheet.rows.iter().take_while(|row| row.at < first + FIRST_ROWS);
        for line in lines {
            let found: Vec<(At, Option<&Heading>)> = line
                .cells
                .iter()
                .filter_map(|cell| match &cell.content {
                    Content::Text(text) if !cell.is_empty() => {
                        Some((At { row: cell.row, column: cell.column }, known.get(&folded(text))))
                    }
                    _ => None,
                })
                .collect();
            let has = |field| found.iter().any(|(_, heading)| *heading == Some(&Heading::Field(field)));
            if has(Field::Code) && (has(Field::Name) || has(Field::Plant) || has(Field::Contact)) {
                return Self::of(line.at, &found, notes);
            }
        }
        Err(Message::of("imports.no_header").with("code", Field::Code.label()).with("name", Field::Name.label()))
    }

    fn of(row: u32, found: &[(At, Option<&Heading>)], notes: &mut Vec<Note>) -> Result<Self, Message> {
        let mut columns: Vec<(u32, Field)> = Vec::new();
        for (at, heading) in found {
            match heading {
                Some(Heading::Field(field)) => {
                    if let Some((other, _)) = columns.iter().find(|(_, known)| known == field) {
                        let other = At { row, column: *other }.name();
                        return Err(Message::of("imports.heading_twice")
                            .with("label", field.label())
                            .with("first", other)
                            .with("second", at.name()));
                    }
                    columns.push((at.column, *field));
                }
                Some(Heading::Reasons) => {}
                None => notes.push(Note::remark(*at, Message::of("imports.remark.column"))),
            }
        }
        Ok(Self { row, columns })
    }

    pub fn columns(&self) -> &[(u32, Field)] {
        &self.columns
    }

    /// Where a field stands in a row; a field without a column is spoken of at its subject's name.
    pub fn at(&self, row: u32, field: Field) -> At {
        let column = |field| self.columns.iter().find(|(_, known)| *known == field).map(|(column, _)| *column);
        let name = match field.subject() {
            Subject::Member => Field::Code,
            Subject::Plant => Field::Plant,
            Subject::Entrance => Field::Entrance,
            Subject::Contact => Field::Contact,
        };
        At { row, column: column(field).or_else(|| column(name)).or_else(|| column(Field::Code)).unwrap_or(0) }
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Heading {
    Field(Field),
    Reasons,
}

fn known_headings() -> HashMap<String, Heading> {
    let mut known = HashMap::new();
    for field in Field::ALL {
        for other in field.also_called() {
            known.insert(folded(other), Heading::Field(*field));
        }
    }
    // The template's own headings come last: nothing else may stand for them.
    for l in Locale::ALL {
        known.insert(folded(&l.t(REASONS)), Heading::Reasons);
        for field in Field::ALL {
            known.insert(folded(&field.heading(l)), Heading::Field(*field));
        }
    }
    known
}

/// A heading without white space, marks of required columns and units in brackets.
fn folded(heading: &str) -> String {
    let plain: String = heading.chars().take(100).nfkc().collect();
    let plain = plain.split('(').next().unwrap_or_default();
    plain
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '*' | ':' | '\u{feff}'))
        .collect::<String>()
        .to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheets::{Cell, Row};

    fn sheet(rows: &[(u32, &[&str])]) -> Sheet {
        let rows = rows.iter().map(|(at, texts)| Row {
            at: *at,
            cells: (0..)
                .zip(*texts)
                .map(|(column, text)| Cell { row: *at, column, content: Content::Text((*text).to_owned()) })
                .collect(),
        });
        Sheet { name: String::new(), rows: rows.collect() }
    }

    #[test]
    fn every_heading_is_known_and_means_one_column() {
        for l in Locale::ALL {
            let headings: Vec<String> = Field::ALL.iter().map(|field| folded(&field.heading(l))).collect();
            for (field, heading) in Field::ALL.iter().zip(&headings) {
                assert_eq!(headings.iter().filter(|other| *other == heading).count(), 1, "{heading}");
                assert_eq!(known_headings().get(heading), Some(&Heading::Field(*field)), "{heading}");
            }
        }
    }

    #[test]
    fn headings_are_found_below_a_title_in_any_order_and_writing() {
        let sheet =
            sheet(&[(0, &["2022 年会员名册"]), (2, &["手机", " 信用代码 *", "单位名称", "备注", "库容（吨）"])]);
        let mut notes = Vec::new();
        let header = Header::find(&sheet, &mut notes).expect("headings");
        assert_eq!(header.row, 2);
        let expected = [(0, Field::Phone), (1, Field::Code), (2, Field::Name), (4, Field::Silo)];
        assert_eq!(header.columns(), expected);
        assert_eq!(notes.len(), 1);
        assert_eq!(notes[0].at.name(), "D3");
        assert_eq!(header.at(6, Field::Phone).name(), "A7");
        assert_eq!(header.at(6, Field::Road).name(), "B7");
    }

    #[test]
    fn a_sheet_without_headings_or_with_one_twice_is_refused() {
        let mut notes = Vec::new();
        let none = Header::find(&sheet(&[(0, &["上海示范水泥有限公司", "91310118EXAMPLE03E"])]), &mut notes);
        assert_eq!(none.expect_err("no headings").key, "imports.no_header");
        let twice = Header::find(&sheet(&[(0, &["单位名称", "信用代码", "统一社会信用代码"])]), &mut notes);
        assert_eq!(twice.expect_err("twice").key, "imports.heading_twice");
    }
}
