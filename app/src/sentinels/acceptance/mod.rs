//! Acceptance in batches: devices of a member that are installed are tested together by a protocol that can be printed
//! with empty boxes, filled in on the screen, printed as it was found, and kept as it was signed. What is recorded leads
//! the devices on by the rules of their lives.

pub mod model;

#[cfg(feature = "ssr")]
mod batch_page;
#[cfg(feature = "ssr")]
mod choose;
#[cfg(feature = "ssr")]
pub mod device_part;
#[cfg(feature = "ssr")]
pub mod entity;
#[cfg(feature = "ssr")]
mod list_page;
#[cfg(feature = "ssr")]
mod protocol;
#[cfg(feature = "ssr")]
mod record;
#[cfg(feature = "ssr")]
pub mod routes;
#[cfg(feature = "ssr")]
mod stood;
#[cfg(feature = "ssr")]
pub mod store;
