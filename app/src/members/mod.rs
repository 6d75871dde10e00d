//! The register: members, their plants and entrances, their contacts. Other features refer to these
//! by id and read them through `store`.

pub mod address;
pub mod credit_code;
pub mod email;
pub mod model;
pub mod phone;
pub mod plant_kind;
pub mod towns;

#[cfg(feature = "ssr")]
pub mod entity;
#[cfg(feature = "ssr")]
pub mod store;
