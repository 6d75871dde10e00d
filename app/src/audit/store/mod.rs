//! Writing the audit, in one place, and reading it back.

pub mod read;
mod record;

pub use read::did;
pub use record::{Entry, record, record_all};
