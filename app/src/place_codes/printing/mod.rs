//! Printing: the sheets of one entrance at once, those of a plant or a member as a job that goes on whether or not
//! somebody looks. A sheet that does not pass its preflight is not handed out and says why.

pub mod model;

mod contact;
mod job;
mod notes;
mod page;
pub(super) mod routes;
mod sheet;
pub mod store;

pub use job::work;
