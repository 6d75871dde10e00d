//! Queries and commands on applications: `case` one with all that its state follows from, `list` of many,
//! `candidates` what a member could apply for, `write` what is done.

mod candidates;
mod case;
mod list;
mod write;

pub use crate::place_codes::entity::{
    application::Model as Application, line::Model as LineRow, outcome::Model as Said,
};
pub use candidates::{Offered, offered, refused_for, under_way};
pub use case::{Case, Line, begun_since, case, cases, handed_in_at};
pub use list::{Filter, Waiting, count, page, whole};
pub use write::{Filing, add, add_outcome, add_outcomes, discard, file, lock, lock_entrances};

/// The thing's word in the audit.
pub const KIND: &str = "place_code_application";
