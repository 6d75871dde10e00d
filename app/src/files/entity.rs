//! The files' table: one row per upload; rows of equal content share their bytes.

use sea_orm::entity::prelude::*;

use crate::{ids::FileId, time::Instant};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "files")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: FileId,
    /// SHA-256 of the content, hexadecimal.
    pub hash: String,
    /// As the person called it; shown, never used as a path.
    pub name: String,
    pub media_type: String,
    /// Bytes.
    pub size: i64,
    pub created_at: Instant,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
