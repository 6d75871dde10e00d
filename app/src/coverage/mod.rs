//! Coverage: for every open entrance what is there, a place code that hangs and was seen to be right, a sentinel that
//! counts, both, or what is missing. Nothing of it is stored: it follows from codes, postings and devices. Part of the
//! module that the secretariat can switch off.

pub mod model;

#[cfg(feature = "ssr")]
mod export;
#[cfg(feature = "ssr")]
mod figures_part;
#[cfg(feature = "ssr")]
mod list_page;
#[cfg(feature = "ssr")]
mod members_part;
#[cfg(feature = "ssr")]
mod routes;
#[cfg(feature = "ssr")]
mod rules;
#[cfg(feature = "ssr")]
mod rules_page;
#[cfg(feature = "ssr")]
pub mod store;

#[cfg(feature = "ssr")]
pub use routes::routes;
#[cfg(feature = "ssr")]
pub use rules::Rules;
#[cfg(feature = "ssr")]
pub use store::KeptOverviews;
