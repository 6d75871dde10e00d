//! Sentinels: which device form suits an entrance, and the requests to install them.

pub mod model;
pub mod recommendation;
