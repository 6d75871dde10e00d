//! Who did what to which thing, when and from where. Rows are only ever added, by `record`, inside
//! the act's own transaction; the database refuses to change or delete them. Contact values are
//! left out of `before` and `after`. The secretariat reads and filters them on one page.

pub mod entity;
mod export;
mod model;
mod page;
mod routes;
mod store;
mod words;

pub use routes::routes;
pub use store::{Entry, record, record_all};
