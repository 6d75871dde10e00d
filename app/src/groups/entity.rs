//! The table of groups.

use sea_orm::entity::prelude::*;

use super::{NewsKind, Wanted};
use crate::{
    ids::{GroupId, TextEnum},
    outbox::Channel,
    time::Instant,
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "chat_groups")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: GroupId,
    pub name: String,
    pub channel: Channel,
    /// Sealed; see `sealed`.
    pub secret: String,
    /// Words with commas between, as are the next two.
    pub news: String,
    pub plant_kinds: String,
    /// Codes.
    pub districts: String,
    pub active: bool,
    /// When its next message may leave.
    pub free_at: Instant,
    pub created_at: Instant,
    pub row_version: i32,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    pub fn wanted(&self) -> Wanted {
        Wanted {
            news: words(&self.news).filter_map(NewsKind::from_word).collect(),
            plant_kinds: words(&self.plant_kinds).filter_map(TextEnum::from_word).collect(),
            districts: words(&self.districts).map(str::to_owned).collect(),
        }
    }
}

fn words(list: &str) -> impl Iterator<Item = &str> {
    list.split(',').filter(|word| !word.is_empty())
}

/// A list as it is stored.
pub fn listed<T: ToString>(values: &[T]) -> String {
    values.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}
