//! Who did what to which thing, when and from where. Rows are only ever added, by `record`, inside
//! the act's own transaction; the database refuses to change or delete them. Contact values are
//! kept out of `before` and `after` there, though not that they changed. The secretariat reads and
//! filters them on one page.

mod contacts;
pub mod entity;
mod export;
mod model;
mod page;
mod routes;
mod store;
mod words;

pub use contacts::blotted;
pub use routes::routes;
pub use store::{Entry, did, record, record_all};
