//! The table of check-ups.

use sea_orm::entity::prelude::*;

use super::model::Found;
use crate::{
    ids::{CheckupId, PersonId, SentinelId},
    time::{Day, Instant},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sentinel_checkups")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CheckupId,
    pub sentinel_id: SentinelId,
    pub day: Day,
    pub result: Found,
    pub note: Option<String>,
    /// When it was entered.
    pub at: Instant,
    pub person_id: Option<PersonId>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
