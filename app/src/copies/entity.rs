//! The table of copies.

use sea_orm::entity::prelude::*;

use crate::{
    ids::{CopyId, PersonId, text_enum},
    time::Instant,
};

text_enum! {
    /// Which text was copied.
    pub enum Text {
        /// What a notice says in short; about its id.
        Notice = "notice",
        /// The members that have not confirmed a notice; about its id.
        NoticeNames = "notice_names",
        /// The plants that have not reported; about a day.
        SupplyNames = "supply_names",
    }
}

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "copies")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CopyId,
    pub kind: Text,
    pub about: String,
    pub person_id: PersonId,
    pub at: Instant,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
