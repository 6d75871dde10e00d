//! Files: kept in the data folder under the hash of their content, named by a row that says what they
//! are called and what they are. Who may read one is decided by the thing that it belongs to; this
//! feature only receives, stores and serves.

mod archive;
mod entity;
mod given;
mod kind;
mod parts;
mod purge;
mod receive;
mod serve;
mod storage;
mod store;
mod turns;

pub use given::{as_it_came, beginning_as_it_came, keep_as_it_came, receive_from};
pub use kind::{FileKind, REFUSED, inspect};
pub use purge::{Purged, forgotten, purge};
pub use receive::{MAX_FILE, Received, Upload, texts, upload_limit};
pub use serve::{FileName, disposition, download, download_made};
pub use storage::Files;
pub use store::{Kept, NAMED_BY, Stored, add, add_made, find, find_all, keep, keep_made};
