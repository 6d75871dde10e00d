//! Issues: policy questions and calls for help, their way to an answer, the letters that carry them to a
//! department, and the answers that everybody may read. `todo` asks what waits for a person.

pub mod model;
pub mod naming;

#[cfg(feature = "ssr")]
mod act;
#[cfg(feature = "ssr")]
mod entity;
#[cfg(feature = "ssr")]
mod export;
#[cfg(feature = "ssr")]
mod mail;
#[cfg(feature = "ssr")]
mod page;
#[cfg(feature = "ssr")]
mod reach;
#[cfg(feature = "ssr")]
mod routes;
#[cfg(feature = "ssr")]
mod said;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(feature = "ssr")]
mod waiting;

#[cfg(feature = "ssr")]
pub use act::{Step, file, perform};
#[cfg(feature = "ssr")]
pub use reach::{Reach, sees};
#[cfg(feature = "ssr")]
pub use routes::routes;
#[cfg(feature = "ssr")]
pub use waiting::{counts, gather, gather_letters};
