//! Who did what to which thing, when and from where. Rows are only ever added, by `record`, inside
//! the act's own transaction; the database refuses to change or delete them. Contact values are
//! left out of `before` and `after`.

pub mod entity;
mod store;

pub use store::{Entry, record};
