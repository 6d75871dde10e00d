//! 办事指引: what place codes and sentinels need, as dated data.

pub mod facts;
