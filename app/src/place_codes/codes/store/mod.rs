//! Queries and commands on codes: `versions` of one entrance, `list` of entrances, `batches` of uploaded images.

mod batches;
mod list;
mod versions;

pub use crate::place_codes::entity::{batch::Model as Batch, code::Model as Code, item::Model as Item};
pub use batches::{NewItem, add_batch, batch, choose, drop_old, finish, items, lock_batch, plants_of, put_aside};
pub use list::{Filter, Row, count, page, rows, whole};
pub use versions::{Again, Asker, Made, code, current_of, hash, in_use, insert, reinstate, versions, withdraw};

/// The thing's word in the audit.
pub const KIND: &str = "place_code";
