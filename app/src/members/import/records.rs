//! The lines of a sheet sorted by what they are about: a member with its plants, their entrances, and its
//! contacts. A thing may stand on several lines, whole or in part; what two lines say of it must agree.

use std::collections::{BTreeMap, HashMap};

use super::{
    columns::{Field, Header},
    desk::Progress,
    model::{At, MOST_LINES, Note, Subject},
    store::Register,
    template::EXAMPLE_CODE,
    value,
};
use crate::{
    sheets::{self, Limits, Row},
    text::Message,
};

/// The sheet's bounds: rows with some room for a title and the headings.
pub const LIMITS: Limits = Limits { rows: MOST_LINES + 20, said: MOST_LINES, columns: 100 };

/// A value and the cell that gave it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    pub text: String,
    pub at: At,
}

/// What the sheet says of one thing; columns that were left empty are not in it.
#[derive(Debug, Default)]
pub struct Record {
    /// The first row that is about it.
    pub row: u32,
    pub values: BTreeMap<Field, Given>,
}

impl Record {
    pub fn text(&self, field: Field) -> &str {
        self.values.get(&field).map_or("", |given| given.text.as_str())
    }

    /// Takes a value, or says which cell it contradicts.
    fn merge(&mut self, field: Field, given: Given, notes: &mut Vec<Note>) {
        match self.values.get(&field) {
            None => drop(self.values.insert(field, given)),
            Some(first) if first.text == given.text => {}
            Some(first) => {
                let key = if field == Field::Name { "imports.problem.code_twice" } else { "imports.problem.differs" };
                let reason = Message::of(key).with("cell", first.at.name()).with("label", field.label());
                notes.push(Note::problem(given.at, reason).suggest(Message::of("imports.suggest.agree")));
            }
        }
    }
}

#[derive(Debug, Default)]
pub struct MemberRecord {
    /// The code as it was typed, tidied; lines without one are members of their own.
    pub code: String,
    pub own: Record,
    pub plants: Vec<PlantRecord>,
    pub contacts: Vec<Record>,
}

#[derive(Debug, Default)]
pub struct PlantRecord {
    pub own: Record,
    pub entrances: Vec<Record>,
}

/// Everything that was read.
#[derive(Debug)]
pub struct Records {
    pub header: Header,
    pub lines: u32,
    pub members: Vec<MemberRecord>,
}

/// Reads the sheet. What is wrong with a cell by itself goes to `notes`.
///
/// # Errors
/// Why the whole file is refused.
pub fn read(bytes: &[u8], register: &Register, notes: &mut Vec<Note>, progress: &Progress) -> Result<Records, Message> {
    let sheet = sheets::read_bytes(bytes, LIMITS)?;
    let header = Header::find(&sheet, notes)?;
    let rows: Vec<&Row> = sheet.rows.iter().filter(|row| row.at > header.row).collect();
    progress.expect(rows.len());
    let mut reader = Reader { register, header, notes, members: Vec::new(), by_code: HashMap::new(), lines: 0 };
    for row in rows {
        reader.line(row);
        progress.step();
    }
    if reader.lines > MOST_LINES {
        return Err(Message::of("sheets.too_many_rows").with("max", MOST_LINES));
    }
    if reader.lines == 0 {
        return Err(Message::of("imports.no_lines"));
    }
    Ok(Records { header: reader.header, lines: reader.lines, members: reader.members })
}

struct Reader<'a> {
    register: &'a Register,
    header: Header,
    notes: &'a mut Vec<Note>,
    members: Vec<MemberRecord>,
    by_code: HashMap<String, usize>,
    lines: u32,
}

impl Reader<'_> {
    fn line(&mut self, row: &Row) {
        let mut given: BTreeMap<Field, Given> = BTreeMap::new();
        let (mut empty, mut unreadable_code) = (true, false);
        for (column, field) in self.header.columns() {
            let cell = row.cell(*column);
            let at = At { row: row.at, column: *column };
            empty &= cell.is_empty();
            match value::read(&cell, *field) {
                Ok(text) if text.is_empty() => {}
                Ok(text) => drop(given.insert(*field, Given { text, at })),
                Err(fault) => {
                    unreadable_code |= *field == Field::Code;
                    self.notes.push(fault.note(at));
                }
            }
        }
        if empty {
            return;
        }
        self.lines += 1;
        let code = given.get(&Field::Code).map(|given| given.text.clone());
        if code.as_deref() == Some(EXAMPLE_CODE) {
            let at = self.header.at(row.at, Field::Code);
            self.notes.push(Note::remark(at, Message::of("imports.remark.example")));
            return;
        }
        let key = match code {
            Some(code) => {
                self.judge(&code, row.at);
                code
            }
            None => {
                if !unreadable_code {
                    self.code_missing(row.at);
                }
                String::new()
            }
        };
        let member = self.member(&key, row.at);
        self.sort(member, row.at, given);
    }

    fn judge(&mut self, code: &str, row: u32) {
        if let Err(fault) = value::check_code(code, self.register.member(code).is_some()) {
            self.notes.push(fault.note(self.header.at(row, Field::Code)));
        }
    }

    fn code_missing(&mut self, row: u32) {
        let above = self.members.last().map(|member| member.code.clone()).filter(|code| !code.is_empty());
        let suggestion = above.map(|code| Message::of("imports.suggest.code_above").with("code", code));
        let reason = Message::of("form.required").with("label", Field::Code.label());
        self.notes.push(Note::problem(self.header.at(row, Field::Code), reason).suggest(suggestion));
    }

    /// The member of a code; without one, a new member.
    fn member(&mut self, code: &str, row: u32) -> usize {
        if let Some(at) = self.by_code.get(code) {
            return *at;
        }
        let own = Record { row, ..Record::default() };
        self.members.push(MemberRecord { code: code.to_owned(), own, ..MemberRecord::default() });
        let at = self.members.len() - 1;
        if !code.is_empty() {
            self.by_code.insert(code.to_owned(), at);
        }
        at
    }

    fn sort(&mut self, member: usize, row: u32, given: BTreeMap<Field, Given>) {
        let name = |field| given.get(&field).map(|given: &Given| given.text.clone());
        let (plant, entrance, contact) = (name(Field::Plant), name(Field::Entrance), name(Field::Contact));
        for (field, missing) in [
            (Field::Plant, plant.is_none()),
            (Field::Entrance, entrance.is_none()),
            (Field::Contact, contact.is_none()),
        ] {
            let of_it = |given: &Field| {
                given.subject() == field.subject() || (field == Field::Plant && given.subject() == Subject::Entrance)
            };
            if missing && given.keys().any(of_it) {
                let reason = Message::of("form.required").with("label", field.label());
                let suggestion = Message::of("imports.suggest.name");
                self.notes.push(Note::problem(self.header.at(row, field), reason).suggest(suggestion));
            }
        }
        let contact = contact.map(|name| match self.register.has_namesakes(&self.members[member].code, &name) {
            true => format!("{name}\n{}", given.get(&Field::Phone).map_or("", |phone| phone.text.as_str())),
            false => name,
        });
        let (members, notes) = (&mut self.members, &mut *self.notes);
        let Some(member) = members.get_mut(member) else { return };
        let key_of = |record: &Record, with_phone: bool| match with_phone {
            true => format!("{}\n{}", record.text(Field::Contact), record.text(Field::Phone)),
            false => record.text(Field::Contact).to_owned(),
        };
        let plant = plant.map(|name| {
            let found = member.plants.iter().position(|plant| plant.own.text(Field::Plant) == name);
            found.unwrap_or_else(|| {
                member.plants.push(PlantRecord { own: Record { row, ..Record::default() }, ..PlantRecord::default() });
                member.plants.len() - 1
            })
        });
        let contact = contact.map(|key| {
            let with_phone = key.contains('\n');
            let found = member.contacts.iter().position(|contact| key_of(contact, with_phone) == key);
            found.unwrap_or_else(|| {
                member.contacts.push(Record { row, ..Record::default() });
                member.contacts.len() - 1
            })
        });
        let entrance = plant.zip(entrance).map(|(plant, name)| {
            let entrances = &mut member.plants[plant].entrances;
            let found = entrances.iter().position(|entrance| entrance.text(Field::Entrance) == name);
            found.unwrap_or_else(|| {
                entrances.push(Record { row, ..Record::default() });
                entrances.len() - 1
            })
        });
        for (field, given) in given {
            let record = match field.subject() {
                Subject::Member => Some(&mut member.own),
                Subject::Plant => plant.map(|at| &mut member.plants[at].own),
                Subject::Entrance => plant.zip(entrance).map(|(at, door)| &mut member.plants[at].entrances[door]),
                Subject::Contact => contact.map(|at| &mut member.contacts[at]),
            };
            if let Some(record) = record {
                record.merge(field, given, notes);
            }
        }
    }
}
