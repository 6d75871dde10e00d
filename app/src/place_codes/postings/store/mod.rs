//! Queries and commands on postings: `load` gives rows all that their state follows from, `since` the day that counts
//! where one is to be replaced, `list` finds them, `write` is what is done to them, `photos` those that wait for their
//! form, `recall` what is to be replaced.

mod list;
mod load;
mod photos;
mod recall;
mod since;
mod write;

pub use super::entity::{event::Model as Event, photo::Model as Photo, posting::Model as Row};
pub use list::{Filter, count, page, replacement_of, whole};
pub use load::{Posting, codes_of, events, posting, postings};
pub use photos::{drop_old, forget, keep, photo, seen_codes, take, waiting_for};
pub use recall::{
    AT_ONCE, Reminder, by_member, by_plant, progress, remember, reminded, waiting_after, waiting_entrances,
};
pub use write::{Copy, Seen, add, compare_again, correct, lock, note, remove};

/// The thing's word in the audit.
pub const KIND: &str = "posting";
