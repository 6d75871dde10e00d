//! Whom to call about place codes and sentinels.

use serde::{Deserialize, Serialize};

use crate::ids::text_enum;
use crate::members::phone::Phone;

/// Whom to call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    pub purpose: Purpose,
    pub name: String,
    pub phones: Vec<String>,
}

text_enum! {
    pub enum Purpose {
        /// 业务咨询
        Business = "business",
        /// 技术咨询
        Technical = "technical",
    }
}

impl Contact {
    pub(super) fn is_usable(&self) -> bool {
        let named = (1..=30).contains(&self.name.trim().chars().count());
        let phones =
            (1..=5).contains(&self.phones.len()) && self.phones.iter().all(|phone| Phone::parse(phone).is_ok());
        named && phones
    }
}
