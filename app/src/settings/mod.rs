//! What the secretariat sets on the screen: groups of settings, each a struct with defaults, stored
//! as one row of JSON. `Site` holds the group that every page needs.

mod entity;
mod page;
mod routes;
mod site;
mod store;

use serde::{Serialize, de::DeserializeOwned};

pub use routes::routes;
pub use site::{Association, Modules, Site, SiteSettings};
pub use store::{Versioned, is_demo, load, mark_demo, save};

/// A group of settings. A missing row means the defaults.
pub trait Group: Serialize + DeserializeOwned + Default + Send {
    /// The row's name.
    const NAME: &'static str;
}
