//! Postings: the printed copies of an entrance's code, each at its spot, with photos that are read on the server and
//! compared with the current version. A copy whose version was replaced, or that was damaged or lost, is recalled
//! until the photo of another in its place is right. How a copy stands is computed from what was seen and stored
//! nowhere.

pub mod island;
pub mod model;

#[cfg(feature = "ssr")]
mod acts;
#[cfg(feature = "ssr")]
mod acts_part;
#[cfg(feature = "ssr")]
mod correct;
#[cfg(feature = "ssr")]
mod correct_page;
#[cfg(feature = "ssr")]
pub mod entity;
#[cfg(feature = "ssr")]
mod export;
#[cfg(feature = "ssr")]
mod form;
#[cfg(feature = "ssr")]
mod links;
#[cfg(feature = "ssr")]
mod list_page;
#[cfg(feature = "ssr")]
mod one;
#[cfg(feature = "ssr")]
mod one_page;
#[cfg(feature = "ssr")]
mod photo;
#[cfg(any(feature = "hydrate", test))]
mod photo_answer;
#[cfg(feature = "ssr")]
mod recall_page;
#[cfg(feature = "ssr")]
mod record;
#[cfg(feature = "ssr")]
mod record_page;
#[cfg(feature = "ssr")]
mod remind;
#[cfg(feature = "ssr")]
mod remind_mail;
#[cfg(feature = "ssr")]
pub(super) mod routes;
#[cfg(feature = "ssr")]
mod rules;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(feature = "ssr")]
mod verdict;
#[cfg(feature = "ssr")]
pub(super) mod waiting;

#[cfg(feature = "ssr")]
pub use links::links;
#[cfg(feature = "ssr")]
pub use remind::remind;
