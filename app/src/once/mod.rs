//! Forms that must make one record, however often they are sent. `claim` belongs into the
//! transaction of every act that creates something.

mod store;

pub use store::{FIELD, claim, made, tidy};
