//! People, their roles, and how they sign in. Other features use `Person`, `Role` and `RoleKind`
//! through `Current`.

mod attempts;
mod device;
mod entity;
mod forgotten;
mod interrupted;
pub mod links;
mod model;
mod own;
mod own_page;
mod page;
pub mod password;
mod password_rules;
pub mod people;
mod reach;
mod routes;
pub mod session;
pub mod store;
pub mod token;

pub use attempts::forged_link;
pub use interrupted::interrupted;
pub use model::{Login, Person, Role, RoleKind};
pub use password::Passwords;
pub use password_rules::{Weakness, weakness};
pub use routes::{own_path, routes};
