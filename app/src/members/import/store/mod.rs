//! What the database knows of imports, the register as a whole to compare a sheet with, and writing a plan.

mod apply;
mod found;
mod jobs;
mod lease;
mod register;

pub use apply::apply;
pub use found::{changes, notes, notes_after};
pub use jobs::{Import, add, confirm, drop_import, drop_old, find, finish, newest, repeat};
pub use lease::{checked, claim, due, fail, hold, refuse, release, renew};
pub use register::{Known, KnownPlant, Register, fingerprint, lock_register, register};
