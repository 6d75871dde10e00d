//! What pages are made of: fields, tables, tags, navigation. Plain functions over a form and a
//! language that give views; the look is in `style/`.

pub mod copy;
pub mod draft;

#[cfg(feature = "ssr")]
pub mod chart;
#[cfg(feature = "ssr")]
pub mod downloads;
#[cfg(feature = "ssr")]
pub mod field;
#[cfg(feature = "ssr")]
pub mod navigation;
#[cfg(feature = "ssr")]
pub mod parts;
#[cfg(feature = "ssr")]
pub mod stale;
