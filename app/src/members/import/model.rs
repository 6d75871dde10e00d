//! The words of an import: how far it is, what is said about a cell, what a confirmed one would change.

use serde::{Deserialize, Serialize};

use super::columns::Field;
use crate::{
    ids::text_enum,
    sheets,
    text::{Kept, Message},
};

/// Most lines of a sheet below its heading.
pub const MOST_LINES: u32 = 5_000;
/// Most notes that are kept of one sheet; how many there are is counted all the same.
pub const MOST_NOTES: usize = 10_000;

text_enum! {
    /// How far an import is.
    pub enum ImportState {
        /// Uploaded; being read and compared, or waiting for it.
        Checking = "checking",
        /// Compared; waits for a person.
        Checked = "checked",
        /// The file as a whole cannot be read.
        Refused = "refused",
        /// Confirmed; being written, or waiting for it.
        Writing = "writing",
        Done = "done",
        /// Given up after several attempts; nothing was written.
        Failed = "failed",
        /// Put aside by a person, or left lying too long.
        Dropped = "dropped",
    }
}

text_enum! {
    pub enum Severity {
        /// Keeps the sheet from being imported.
        Problem = "problem",
        /// Worth a look; keeps nothing.
        Remark = "remark",
    }
}

text_enum! {
    pub enum Action {
        Add = "add",
        Change = "change",
    }
}

text_enum! {
    /// What a line of the sheet is about; one line may be about one of each.
    pub enum Subject {
        Member = "member",
        Plant = "plant",
        Entrance = "entrance",
        Contact = "contact",
    }
}

/// A place in the sheet, counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct At {
    pub row: u32,
    pub column: u32,
}

impl At {
    /// `C17`.
    pub fn name(self) -> String {
        sheets::cell_name(self.row, self.column)
    }
}

/// What is said about a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    pub at: At,
    pub severity: Severity,
    pub reason: Message,
    pub suggestion: Option<Message>,
}

impl Note {
    pub fn problem(at: At, reason: Message) -> Self {
        Self { at, severity: Severity::Problem, reason, suggestion: None }
    }

    pub fn remark(at: At, reason: Message) -> Self {
        Self { at, severity: Severity::Remark, reason, suggestion: None }
    }

    #[must_use]
    pub fn suggest(mut self, suggestion: impl Into<Option<Message>>) -> Self {
        self.suggestion = suggestion.into();
        self
    }
}

/// A note as it was kept.
#[derive(Clone, Debug)]
pub struct KeptNote {
    pub number: i32,
    pub at: At,
    pub severity: Severity,
    pub reason: Kept,
    pub suggestion: Option<Kept>,
}

/// A value that changes, both as the register keeps them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Detail {
    pub field: Field,
    pub before: String,
    pub after: String,
}

/// What would happen to one thing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    pub action: Action,
    pub subject: Subject,
    /// The member's name, after the change.
    pub member: String,
    pub name: String,
    pub details: Vec<Detail>,
}

/// How many of one subject are new, changed and as they were.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    pub add: u32,
    pub change: u32,
    pub same: u32,
}

/// What a check came to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    pub lines: u32,
    pub problems: u32,
    pub remarks: u32,
    pub members: Count,
    pub plants: Count,
    pub entrances: Count,
    pub contacts: Count,
}

impl Tally {
    pub fn of(&self, subject: Subject) -> Count {
        match subject {
            Subject::Member => self.members,
            Subject::Plant => self.plants,
            Subject::Entrance => self.entrances,
            Subject::Contact => self.contacts,
        }
    }

    pub fn count(&mut self, subject: Subject) -> &mut Count {
        match subject {
            Subject::Member => &mut self.members,
            Subject::Plant => &mut self.plants,
            Subject::Entrance => &mut self.entrances,
            Subject::Contact => &mut self.contacts,
        }
    }

    /// How many things would be added or changed.
    pub fn changes(&self) -> u32 {
        [self.members, self.plants, self.entrances, self.contacts].iter().map(|count| count.add + count.change).sum()
    }

    /// Whether there is something to write and nothing that forbids it.
    pub fn may_be_written(&self) -> bool {
        self.problems == 0 && self.changes() > 0
    }
}
