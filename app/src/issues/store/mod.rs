//! Named queries and commands on issues, one file per concept.

pub mod issue;
pub mod letter;
pub mod list;
pub mod question;
pub mod waiting;

pub use super::entity::{
    event::Model as Event, issue::Model as Issue, letter::Model as Letter, question::Model as Question,
};
