//! The audit's table.

use sea_orm::entity::prelude::*;

use crate::{
    ids::{AuditId, MemberId, PersonId},
    time::Instant,
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AuditId,
    pub at: Instant,
    pub person_id: Option<PersonId>,
    pub ip: String,
    pub request: String,
    pub act: String,
    pub subject_kind: String,
    pub subject_id: Option<Uuid>,
    pub member_id: Option<MemberId>,
    pub before: Option<String>,
    pub after: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
