//! Applying for place codes: choosing entrances after a check of what the city would refuse, the sheet to apply
//! with, what was handed in by whom and how, and what came of it for each entrance.

pub mod check;
pub mod model;
pub mod ways;

#[cfg(feature = "ssr")]
mod act;
#[cfg(feature = "ssr")]
mod again;
#[cfg(feature = "ssr")]
mod copy_page;
#[cfg(feature = "ssr")]
mod export;
#[cfg(feature = "ssr")]
mod forms;
#[cfg(feature = "ssr")]
mod list_page;
#[cfg(feature = "ssr")]
mod page;
#[cfg(feature = "ssr")]
mod pick;
#[cfg(feature = "ssr")]
mod pick_page;
#[cfg(feature = "ssr")]
pub(super) mod routes;
#[cfg(feature = "ssr")]
pub mod sheet;
#[cfg(feature = "ssr")]
pub mod store;

/// The page of an application.
#[cfg(feature = "ssr")]
pub fn path(id: crate::ids::ApplicationId) -> String {
    routes::path(id, "")
}
