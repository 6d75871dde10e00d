//! The table of faults.

use sea_orm::entity::prelude::*;

use super::model::{Course, End, Way};
use crate::{
    ids::{FaultId, MemberId, PersonId, PlantId, SentinelId},
    time::{Day, Instant},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sentinel_faults")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: FaultId,
    pub sentinel_id: SentinelId,
    /// Whose the device was and where it stood when it broke.
    pub member_id: MemberId,
    pub plant_id: PlantId,
    pub what: String,
    pub since: Day,
    pub reported_at: Instant,
    pub reported_by: Option<PersonId>,
    pub told_at: Option<Instant>,
    /// Who entered it.
    pub told_by: Option<PersonId>,
    pub way: Option<Way>,
    /// The vendor's number for it.
    pub ticket: Option<String>,
    pub promised: Option<Day>,
    pub outcome: Option<End>,
    pub ended_on: Option<Day>,
    pub ended_at: Option<Instant>,
    pub ended_by: Option<PersonId>,
    pub ended_note: Option<String>,
    pub row_version: i32,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    pub fn course(&self) -> Course {
        Course { told_at: self.told_at, promised: self.promised, has_ended: self.ended_at.is_some() }
    }
}
