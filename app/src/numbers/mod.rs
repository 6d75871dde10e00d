//! The short numbers that people say aloud, such as `AZ-2026-0042`: a series, the year in Shanghai, and
//! a count that begins at 1 every year. `next` gives one inside the act's transaction: none is given
//! twice, and none is lost by an act that did not happen.

mod model;
#[cfg(feature = "ssr")]
mod store;

pub use model::{Number, Series};
#[cfg(feature = "ssr")]
pub use store::next;
