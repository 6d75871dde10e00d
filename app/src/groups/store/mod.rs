//! Named queries and commands of groups: the groups themselves, messages to them, and what was told as an alarm.

mod alarms;
mod change;
mod look;
mod tell;

pub use alarms::{failures_since, raise, raised};
pub use change::{Draft, add, change, rest};
pub use look::{active, all, find, name_taken};
pub use tell::tell;
