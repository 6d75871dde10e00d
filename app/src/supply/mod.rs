//! Supply: what plants report of output, stock and what they can deliver, when they must, and what the
//! secretariat reads from it. A plant has at most one report a day; corrections are revisions of it.

pub mod calendar;
pub mod model;
pub mod products;
pub mod quantity;
pub mod rules;

#[cfg(feature = "ssr")]
pub mod duty;
#[cfg(feature = "ssr")]
mod entity;
#[cfg(feature = "ssr")]
mod export;
#[cfg(feature = "ssr")]
mod form;
#[cfg(feature = "ssr")]
mod page;
#[cfg(feature = "ssr")]
mod routes;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(feature = "ssr")]
mod todo;

#[cfg(feature = "ssr")]
pub use routes::routes;
#[cfg(feature = "ssr")]
pub use store::{
    duty::{Anew, begin as begin_duty, begin_if_changed as begin_duty_if_changed},
    figures::DaySums,
};
#[cfg(feature = "ssr")]
pub use todo::{count, gather, gather_behind};
