//! Check-ups of devices that are accepted or in service: each is due so many days after the last one, or after the
//! device was accepted or put into service, and recorded with what was found. What failed becomes a fault.

pub mod model;

#[cfg(feature = "ssr")]
pub mod device_part;
#[cfg(feature = "ssr")]
pub mod entity;
#[cfg(feature = "ssr")]
pub mod routes;
#[cfg(feature = "ssr")]
pub mod store;
