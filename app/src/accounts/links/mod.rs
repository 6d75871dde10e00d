//! One-time links: invitations (72 hours) and new passwords. Opening a link changes nothing; the
//! button of its page uses it up. Only hashes are stored, so a link is shown once, when it is made; the
//! way in by short code leads to the same page.

mod model;
mod offer;
mod page;
mod routes;
pub mod store;

pub use model::{INVITATION, LinkState, PASSWORD, Purpose};
pub use offer::{Mailed, Offer, Secrets, mail, show as show_offer};
pub use routes::routes;
