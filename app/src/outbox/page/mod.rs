//! 发送情况: the list of mails, and one mail.

mod list;
mod one;

pub use list::{Listing, rows, show as list};
pub use one::{Shown, show as one};
