//! Named queries and commands: `find` what a mail may belong to and whose its sender is, `kept` the rows of mails
//! on their way in, `mails` and `talks` their rows, `timeline` all of a conversation, `returned` our own mails of which
//! others speak, `effects` what a filed mail does to the thing that it is about.

mod effects;
mod find;
mod kept;
mod mails;
mod retention;
mod returned;
mod talks;
mod timeline;

pub use crate::conversations::entity::{inbound::Model as Inbound, talk::Model as Talk};
pub use effects::{answered, came_back, is_asked, reply};
pub use find::{about, by_number, by_thread, candidate, open_of, sender};
pub use kept::{
    KeptMail, ReadMail, Those, give_back, keep, left_behind, put, take_out, try_once_more, twin_of, unfiled_since,
};
pub use mails::{
    BEGINNING, Filter, Line, PAGE, SHOWN as MOST_MAILS, attached, became_reply, count, file, files, find, handle, list,
    of, put_aside, raws, set_delivery, take_back,
};
pub use retention::remove_texts;
pub use returned::{Claimed, add_claims, claims, deliveries, delivery, is_ours, is_proof, message, nearest};
pub use talks::{SHOWN as MOST_TALKS, add as add_talk};
pub use timeline::{Answer, Timeline, timeline};
