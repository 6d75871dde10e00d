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
pub mod contacts;
#[cfg(feature = "ssr")]
pub mod entity;
#[cfg(feature = "ssr")]
pub mod import;
#[cfg(feature = "ssr")]
mod own;
#[cfg(feature = "ssr")]
mod register;
#[cfg(feature = "ssr")]
pub mod store;

#[cfg(feature = "ssr")]
pub use own::own_plants;
#[cfg(feature = "ssr")]
pub use register::routes;

/// Sorts rows by the member they belong to.
#[cfg(feature = "ssr")]
pub(crate) fn by_member<T>(
    rows: Vec<T>,
    member: impl Fn(&T) -> crate::ids::MemberId,
) -> std::collections::HashMap<crate::ids::MemberId, Vec<T>> {
    let mut sorted = std::collections::HashMap::<_, Vec<T>>::new();
    for row in rows {
        sorted.entry(member(&row)).or_default().push(row);
    }
    sorted
}
