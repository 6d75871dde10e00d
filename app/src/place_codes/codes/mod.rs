//! The codes themselves: the versions that an entrance has had, the images that the city issued, uploaded one by
//! one or many at a time, and the list of all entrances with how they stand.

pub mod matching;
pub mod model;

#[cfg(feature = "ssr")]
mod accept;
#[cfg(feature = "ssr")]
mod batch;
#[cfg(feature = "ssr")]
mod batch_page;
#[cfg(feature = "ssr")]
mod choosing;
#[cfg(feature = "ssr")]
mod export;
#[cfg(feature = "ssr")]
mod issued;
#[cfg(feature = "ssr")]
mod list_page;
#[cfg(feature = "ssr")]
mod one;
#[cfg(feature = "ssr")]
mod one_page;
#[cfg(feature = "ssr")]
mod reading;
#[cfg(feature = "ssr")]
pub(super) mod routes;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(feature = "ssr")]
pub mod way;

#[cfg(feature = "ssr")]
pub use accept::{New, accept};
#[cfg(feature = "ssr")]
pub use issued::bare;

/// The page of an entrance's code.
#[cfg(feature = "ssr")]
pub fn page_of(entrance: crate::ids::EntranceId) -> String {
    one::path(entrance)
}
