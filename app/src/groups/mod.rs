//! Chat groups that get news through a robot: which group gets which kinds of news, told within the transaction of
//! the act that makes the news, and sent by the outbox with the same evidence as mail. What a channel such as WeCom
//! asks for stands in one file of `channel`; the server only carries requests there and answers back.

pub mod channel;
pub mod entity;
mod model;
mod page;
mod routes;
mod sealed;
pub mod store;
mod telling;
mod watch;

pub use entity::Model;
pub use model::{News, NewsKind, Wanted};
pub use routes::routes;
pub use sealed::{open, seal};
pub use telling::{published, reminded};
pub use watch::watch;
