//! Named queries and commands: `find` what a mail may belong to and whose its sender is, `mails` and `talks`
//! their rows, `timeline` all of a conversation, `returned` our own mails of which others speak, `effects` what a filed
//! mail does to the thing that it is about.

mod effects;
mod find;
mod mails;
mod retention;
mod returned;
mod talks;
mod timeline;

pub use crate::conversations::entity::{inbound::Model as Inbound, talk::Model as Talk};
pub use effects::{answered, came_back, reply};
pub use find::{about, by_number, by_thread, candidate, open_of, sender};
pub use mails::{Filter, NewMail, PAGE, add, attached, count, file, files, find, handle, list, of, raws, set_delivery};
pub use retention::remove_texts;
pub use returned::{Claimed, add_claims, claims, deliveries, delivery, is_ours, message};
pub use talks::add as add_talk;
pub use timeline::{Answer, Timeline, timeline};
