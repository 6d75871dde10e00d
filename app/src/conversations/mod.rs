//! What comes back about an issue or an install request, and what is said beside the mails: mails that are
//! taken in, sorted by a signed address, by thread or by number, else kept in a holding pen until staff file
//! them; and talks by phone or WeChat. Nothing that comes in is lost: every mail is kept as it came before it is read.

mod filing;
mod ingest;
mod mail;
mod model;
mod page;
mod reports;
mod routes;
mod settle;
pub mod store;
mod talks;
mod token;
mod waiting;

mod entity;

pub use ingest::{LARGEST, Source, Taken, read_left_behind, take};
pub use model::{CameBy, Channel, Conversation, Held, Kind, Nature, Way};
pub use page::timeline::view;
pub use routes::routes;
pub use store::{Timeline, answered, timeline};
pub use token::{LONGEST_MAILBOX, address, return_path};
pub use waiting::{count, gather};
