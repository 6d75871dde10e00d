//! The tables of supply reports.

pub mod report {
    use sea_orm::entity::prelude::*;

    use crate::{
        ids::{PlantId, SupplyReportId},
        members::plant_kind::PlantKind,
        time::{Day, Instant},
    };

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "supply_reports")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: SupplyReportId,
        pub plant_id: PlantId,
        pub day: Day,
        /// What the plant was when it reported, and where.
        pub kind: PlantKind,
        pub district: Option<String>,
        /// For how many days its output stands.
        pub covers_days: i32,
        /// Until when it was on time; nothing when no report was due.
        pub due_at: Option<Instant>,
        /// When the first revision came in.
        pub filed_at: Instant,
        /// The current revision.
        pub revision: i32,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod revision {
    use sea_orm::entity::prelude::*;

    use crate::{
        ids::{PersonId, SupplyReportId},
        supply::model::OperatingState,
        time::Instant,
    };

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "supply_revisions")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub report_id: SupplyReportId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub revision: i32,
        pub filed_at: Instant,
        pub filed_by: Option<PersonId>,
        /// Who phoned, when the secretariat filed it.
        pub on_behalf: Option<String>,
        /// Why it was corrected.
        pub reason: Option<String>,
        pub state: OperatingState,
        pub staff: i32,
        /// The words, each between commas: `,people,power,`.
        pub constraints: String,
        pub remark: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod line {
    use sea_orm::entity::prelude::*;

    use crate::{ids::SupplyReportId, supply::products::Packing};

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "supply_lines")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub report_id: SupplyReportId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub revision: i32,
        #[sea_orm(primary_key, auto_increment = false)]
        pub position: i32,
        /// The code of the catalogue.
        pub product: String,
        pub packing: Packing,
        /// Kilograms, as all the amounts.
        pub inflow: i64,
        pub outflow: i64,
        pub stock: i64,
        pub available: Option<i64>,
        /// Fen per tonne.
        pub price: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod suspension {
    use sea_orm::entity::prelude::*;

    use crate::{
        ids::{PersonId, PlantId, SuspensionId},
        time::{Day, Instant},
    };

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "supply_suspensions")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: SuspensionId,
        pub plant_id: PlantId,
        pub from_day: Day,
        /// The first day on which reports are due again.
        pub until_day: Day,
        pub reason: String,
        pub made_at: Instant,
        pub made_by: Option<PersonId>,
        /// Ended before its time: reports are due again from this day on.
        pub ended_on: Option<Day>,
        pub ended_by: Option<PersonId>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod duty {
    use sea_orm::entity::prelude::*;

    use crate::{
        ids::PlantId,
        supply::calendar::{Cadence, Days},
        time::Instant,
    };

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "supply_duties")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub plant_id: PlantId,
        /// Its own duty; nothing where that of its kind holds.
        pub cadence: Option<Cadence>,
        pub days: Option<Days>,
        /// Nothing is asked of the time before; without it the duty is as old as the plant.
        pub since: Option<Instant>,
        pub row_version: i32,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
