//! The codes themselves: the versions that an entrance has had.

pub mod model;

#[cfg(feature = "ssr")]
pub mod store;
