//! Named queries and commands: `find` what a mail may belong to and whose its sender is, `kept` the rows of mails
//! on their way in, `mails` and `talks` their rows, `effects` what a filed mail does to the thing that it is about.

mod effects;
mod find;
mod kept;
mod mails;
mod talks;

pub use crate::conversations::entity::{inbound::Model as Inbound, talk::Model as Talk};
pub use effects::{bounced, is_asked, reply};
pub use find::{about, by_number, by_thread, candidate, open_of, sender};
pub use kept::{KeptMail, ReadMail, keep, left_behind, put, take_out, try_once_more, twin_of, unfiled_since};
pub use mails::{
    Filter, From, Line, Listed, PAGE, answered, attached, became_reply, count, file, files, find, handle, list, of,
    put_aside, raws, set_delivery, take_back,
};
pub use talks::{add as add_talk, of as talks};
