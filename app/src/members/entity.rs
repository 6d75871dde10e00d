//! The tables of the register.

pub mod member {
    use sea_orm::entity::prelude::*;

    use crate::{
        ids::{FileId, MemberId, PersonId},
        time::Instant,
    };

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "members")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: MemberId,
        /// Full name as on the licence.
        pub name: String,
        pub short_name: Option<String>,
        /// Unified social credit code, normalised.
        pub credit_code: String,
        /// Why a code that fails its check was accepted; with the licence in `licence_file_id`.
        pub code_override: Option<String>,
        pub licence_file_id: Option<FileId>,
        /// Since when name and code are known to equal the licence, and by whom.
        pub licence_confirmed_at: Option<Instant>,
        pub licence_confirmed_by: Option<PersonId>,
        pub created_at: Instant,
        /// Since when it is no member any more, and why.
        pub left_at: Option<Instant>,
        pub left_remark: Option<String>,
        pub row_version: i32,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod plant {
    use sea_orm::entity::prelude::*;

    use crate::{
        ids::{MemberId, PlantId},
        members::plant_kind::PlantKind,
        time::Instant,
    };

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "plants")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: PlantId,
        pub member_id: MemberId,
        pub name: String,
        pub kind: PlantKind,
        /// In Shanghai: the district's code; outside: empty.
        pub district: Option<String>,
        /// In Shanghai: the town's code; outside: empty.
        pub town: Option<String>,
        /// The structured address as JSON (`members::address::Address`).
        pub address: String,
        /// The address on one line, as it is shown.
        pub address_line: String,
        /// Equal for addresses that differ only in writing.
        pub address_key: String,
        /// Kilograms; nothing when unknown.
        pub silo_capacity: Option<i64>,
        /// Kilograms a day; nothing when unknown.
        pub normal_output: Option<i64>,
        pub created_at: Instant,
        pub closed_at: Option<Instant>,
        pub row_version: i32,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod entrance {
    use sea_orm::entity::prelude::*;

    use crate::{
        ids::{EntranceId, PlantId},
        members::model::Passage,
        time::Instant,
    };

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "entrances")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: EntranceId,
        pub plant_id: PlantId,
        pub name: String,
        pub passage: Passage,
        pub outdoors: bool,
        pub created_at: Instant,
        pub closed_at: Option<Instant>,
        pub row_version: i32,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod contact {
    use sea_orm::entity::prelude::*;

    use crate::{
        ids::{ContactId, MemberId},
        time::Instant,
    };

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "contacts")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: ContactId,
        pub member_id: MemberId,
        pub name: String,
        pub title: Option<String>,
        pub phone: Option<String>,
        pub email: Option<String>,
        /// The words of the duties, in alphabetical order, each between commas: `,notices,supply,`.
        pub duties: String,
        pub created_at: Instant,
        pub row_version: i32,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
