//! The register from a spreadsheet. A sheet is read and compared with the register first, and nothing is written
//! by that: what would change and what is wrong, cell by cell, is shown. Confirmed, all of it is written in one
//! transaction, or nothing is. The job is a row in the database, so that a program that is killed at any instant
//! goes on where it was.

mod address;
mod columns;
mod desk;
mod entity;
mod error_sheet;
mod facts;
mod job;
mod model;
mod page;
mod plan;
mod records;
mod routes;
mod sharing;
pub mod store;
mod template;
mod value;

pub use desk::Desk;
pub use job::work;
pub use model::ImportState;
pub use routes::routes;
pub use template::EXAMPLE_CODE;
