//! The table of the sheets that were made.

pub mod sheet {
    use sea_orm::entity::prelude::*;

    use crate::{
        ids::{MemberId, PersonId, PlantId, ReadinessSheetId},
        time::Instant,
    };

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "readiness_sheets")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: ReadinessSheetId,
        pub number: String,
        pub member_id: MemberId,
        pub plant_id: PlantId,
        pub made_at: Instant,
        pub made_by: Option<PersonId>,
        /// JSON of what it says (`readiness::sheet::Said`).
        pub said: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
