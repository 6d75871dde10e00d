//! The catalogue of sentinel models: which conform, which lack a card reader, how many people they check in a
//! minute, and whom to call. The secretariat keeps it, members read it, and the advice for an entrance names its models.

pub mod model;

#[cfg(feature = "ssr")]
pub mod advice;
#[cfg(feature = "ssr")]
pub mod entity;
#[cfg(feature = "ssr")]
mod export;
#[cfg(feature = "ssr")]
pub mod form;
#[cfg(feature = "ssr")]
pub mod page;
#[cfg(feature = "ssr")]
pub mod routes;
#[cfg(feature = "ssr")]
pub mod store;

#[cfg(feature = "ssr")]
pub use entity::Model;
