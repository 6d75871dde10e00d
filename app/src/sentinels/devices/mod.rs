//! The register of sentinels: each device with its make, its entrance and its life, and whether it counts as a
//! sentinel at all, which is computed from what was recorded with evidence.

pub mod model;

#[cfg(feature = "ssr")]
pub mod entity;
#[cfg(feature = "ssr")]
mod export;
#[cfg(feature = "ssr")]
pub mod feed;
#[cfg(feature = "ssr")]
pub mod form;
#[cfg(feature = "ssr")]
pub mod list_page;
#[cfg(feature = "ssr")]
pub mod moves;
#[cfg(feature = "ssr")]
pub mod page;
#[cfg(feature = "ssr")]
mod proof_part;
#[cfg(feature = "ssr")]
mod proofs;
#[cfg(feature = "ssr")]
mod register;
#[cfg(feature = "ssr")]
mod register_page;
#[cfg(feature = "ssr")]
pub mod request_part;
#[cfg(feature = "ssr")]
pub mod routes;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(feature = "ssr")]
mod timeline;
