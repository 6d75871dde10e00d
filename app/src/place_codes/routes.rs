//! The routes of place codes.

use super::{applications, codes, postings, printing};
use crate::access::Route;

pub fn routes() -> Vec<Route> {
    let mut routes = codes::routes::routes();
    routes.extend(applications::routes::routes());
    routes.extend(printing::routes::routes());
    routes.extend(postings::routes::routes());
    routes
}
