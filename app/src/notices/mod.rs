//! Notices and guidelines (通知公告). A notice is a row of versions: the newest published one is in force,
//! at most one more is being written. A published version never changes; a correction is the next one, with
//! its reason. Whom a version addresses is fixed when it is published: a row per member, which also holds
//! the member's acknowledgement. Others use the 待办 items, the counts and `publish_due`.

pub mod model;

#[cfg(feature = "ssr")]
pub mod entity;
#[cfg(feature = "ssr")]
mod export;
#[cfg(feature = "ssr")]
mod feed;
#[cfg(feature = "ssr")]
mod mail;
#[cfg(feature = "ssr")]
mod markdown;
#[cfg(feature = "ssr")]
mod page;
#[cfg(feature = "ssr")]
mod routes;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(feature = "ssr")]
mod todo;

#[cfg(feature = "ssr")]
pub use routes::{
    PublicPages,
    publishing::{publish_due, release},
    reading::front,
    routes,
};
#[cfg(feature = "ssr")]
pub use store::publication::mail_resent;
#[cfg(feature = "ssr")]
pub use todo::{count, gather};
