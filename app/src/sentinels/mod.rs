//! Sentinels: which device form suits an entrance, the catalogue of models, the register of devices, and
//! the requests to install them, from the first question until the devices are in service. A request leaves as a mail with a paper;
//! what becomes of it is shown as far as it is known and no further.

pub mod acceptance;
pub mod catalogue;
pub mod checkups;
pub mod devices;
pub mod faults;
pub mod model;
pub mod recommendation;

#[cfg(feature = "ssr")]
mod advice_part;
#[cfg(feature = "ssr")]
pub mod answers;
#[cfg(feature = "ssr")]
mod assemble;
#[cfg(feature = "ssr")]
pub mod care_settings;
#[cfg(feature = "ssr")]
mod check_page;
#[cfg(feature = "ssr")]
mod device_list;
#[cfg(feature = "ssr")]
mod draft;
#[cfg(feature = "ssr")]
pub mod entity;
#[cfg(feature = "ssr")]
mod export;
#[cfg(feature = "ssr")]
mod follow;
#[cfg(feature = "ssr")]
mod follow_up;
#[cfg(feature = "ssr")]
mod list_page;
#[cfg(feature = "ssr")]
pub mod mail;
#[cfg(feature = "ssr")]
mod offer;
#[cfg(feature = "ssr")]
mod place_page;
#[cfg(feature = "ssr")]
mod request_page;
#[cfg(feature = "ssr")]
mod routes;
#[cfg(feature = "ssr")]
mod send;
#[cfg(feature = "ssr")]
pub mod sheet;
#[cfg(feature = "ssr")]
mod steps_page;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(feature = "ssr")]
mod tabs;
#[cfg(feature = "ssr")]
mod waiting;
#[cfg(feature = "ssr")]
mod whole;
#[cfg(feature = "ssr")]
mod wizard;

#[cfg(feature = "ssr")]
pub use routes::{acted_on, routes, seen};
#[cfg(feature = "ssr")]
pub use store::mail_resent;
#[cfg(feature = "ssr")]
pub use waiting::{count, gather};
