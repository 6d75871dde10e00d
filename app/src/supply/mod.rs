//! Supply: what plants report of output, stock and what they can deliver.

pub mod calendar;
pub mod products;
pub mod quantity;
pub mod rules;
