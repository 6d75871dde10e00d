//! Copies to WeChat: an ordinary WeChat group has no door for a program, so people carry a text there by hand. That a
//! text was copied is noted, with who did it and when, and shown beside the button; it is no proof that it was sent.

mod button;
mod entity;
mod routes;
mod store;

pub use button::{button, list};
pub use entity::Text;
pub use routes::routes;
pub use store::{Noted, noted};
