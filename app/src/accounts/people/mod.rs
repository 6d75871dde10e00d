//! The people of the secretariat and of members: who there is, with which roles; inviting, ending a
//! role, barring a person, and a new password after a call-back.

mod callback;
mod handed_out;
mod invitations;
mod invite;
mod member_page;
mod member_routes;
mod page;
mod routes;
pub mod store;

pub use page::facts;

use crate::access::Route;

pub fn routes() -> Vec<Route> {
    [routes::routes(), member_routes::routes(), invite::routes(), invitations::routes(), callback::routes()]
        .into_iter()
        .flatten()
        .collect()
}
