//! Faults of devices: what is wrong since when, when and how the vendor was told, how long it has left, and how it ended.
//! A device that is said to be faulty has one that is open, and one that is open ends when the device is mended or
//! removed: `store::follow` keeps the two together, in the transaction that moves the device.

pub mod model;

#[cfg(feature = "ssr")]
pub mod device_part;
#[cfg(feature = "ssr")]
pub mod entity;
#[cfg(feature = "ssr")]
mod export;
#[cfg(feature = "ssr")]
pub mod list_page;
#[cfg(feature = "ssr")]
pub mod routes;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(feature = "ssr")]
pub mod waiting;
