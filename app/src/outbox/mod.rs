//! Mail that leaves: a message, and one delivery per recipient. Features call `enqueue` inside the
//! transaction of their act; the worker of the server claims deliveries and sends them.

pub mod entity;
mod model;
pub mod store;

pub use model::{Attachment, DeliveryState, NewMessage, Recipient, Subject};
pub use store::enqueue;
