//! 发送情况: the list of mails, and one mail.

mod list;
mod one;
mod overview;
mod progress;
mod reasons;

pub use list::{Listing, rows, show as list};
pub use one::{Shown, show as one};
pub use overview::Overview;
pub use progress::{Progress, progress};
pub use reasons::query;
