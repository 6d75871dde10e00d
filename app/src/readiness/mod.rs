//! Readiness: whether a plant may resume, by criteria of which the secretariat chooses those that count on the occasion.
//! Nothing of it is stored: it follows from coverage, notices, supply reports, issues and contacts. What a sheet said
//! when it was made is kept, so that whoever is shown it can see that it is genuine and whether it still holds.

pub mod model;

#[cfg(feature = "ssr")]
pub mod entity;
#[cfg(feature = "ssr")]
mod export;
#[cfg(feature = "ssr")]
mod list_page;
#[cfg(feature = "ssr")]
mod occasion;
#[cfg(feature = "ssr")]
mod occasion_page;
#[cfg(feature = "ssr")]
mod plant;
#[cfg(feature = "ssr")]
mod plant_page;
#[cfg(feature = "ssr")]
mod proof;
#[cfg(feature = "ssr")]
mod proof_page;
#[cfg(feature = "ssr")]
mod routes;
#[cfg(feature = "ssr")]
mod sheet;
#[cfg(feature = "ssr")]
pub mod store;

#[cfg(feature = "ssr")]
pub use occasion::Occasion;
#[cfg(feature = "ssr")]
pub use routes::routes;
#[cfg(feature = "ssr")]
pub use store::KeptStandings;
