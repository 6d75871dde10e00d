//! Place codes: for every entrance the code that the city issued, from the application until it hangs there.
//! A code's payload comes from the issued image and from nowhere else, and nothing that was issued or applied
//! for is changed in place. Part of the module that the secretariat can switch off; its data stays.

pub mod applications;
pub mod codes;
pub mod naming;
pub mod postings;
#[cfg(feature = "ssr")]
pub mod printing;

#[cfg(feature = "ssr")]
pub mod entity;
#[cfg(feature = "ssr")]
mod for_whom;
#[cfg(feature = "ssr")]
pub mod reach;
#[cfg(feature = "ssr")]
mod routes;
#[cfg(feature = "ssr")]
mod store;
#[cfg(feature = "ssr")]
mod waiting;

#[cfg(feature = "ssr")]
use for_whom::member_list;
#[cfg(feature = "ssr")]
pub use reach::Reach;
#[cfg(feature = "ssr")]
pub use routes::routes;
#[cfg(feature = "ssr")]
pub use waiting::{count, gather};
