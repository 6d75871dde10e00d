//! 发送情况: the list of mails, one mail, and the addresses that were refused.

mod causes;
mod list;
mod one;
mod overview;
mod progress;
mod suppressed;

pub use causes::query;
pub use list::{Listing, rows, show as list};
pub use one::{Shown, show as one};
pub use overview::Overview;
pub use progress::{Progress, progress};
pub use suppressed::{Suppressed, refused_address, show as suppressed};
