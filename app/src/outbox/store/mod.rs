//! Named queries and commands of the outbox, a file per concern: writing into it, claiming and settling
//! by the worker, pausing, looking, and what staff do.

mod enqueue;
mod failures;
mod look;

pub use enqueue::enqueue;
pub use failures::{count_unhandled, pause};
pub use look::{Found, found, member_states, status};
