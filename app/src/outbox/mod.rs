//! Mail that leaves: a message, and one delivery per recipient. Features call `enqueue` inside the
//! transaction of their act and show with `status` and `status_view` what is known of it; the worker of
//! the server claims deliveries and sends them.

pub mod entity;
mod model;
mod status;
pub mod store;
mod waiting;

pub use model::{Attachment, DeliveryState, NewMessage, PauseReason, Recipient, Subject};
pub use status::{state_tag, status_view};
pub use store::{enqueue, member_states, status};
pub use waiting::{count, gather};
