//! The tables of devices: what each is, what happened to it, and the evidence that it is a sentinel.

pub mod sentinel {
    use std::collections::BTreeSet;

    use sea_orm::entity::prelude::*;

    use crate::{
        guides::facts::{Ability, DeviceForm},
        ids::{EntranceId, InstallRequestId, MemberId, PersonId, PlantId, SentinelId},
        sentinels::catalogue::entity::abilities,
        time::{Day, Instant},
    };

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "sentinels")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: SentinelId,
        pub member_id: MemberId,
        pub plant_id: PlantId,
        pub entrance_id: EntranceId,
        /// The request that it came from, and which of that request's devices it is, counted from 1.
        pub request_id: Option<InstallRequestId>,
        pub request_place: Option<i32>,
        pub brand: String,
        pub model: String,
        /// `catalogue::model::name_key` of the two; leads to the catalogue.
        pub model_key: String,
        /// The same of the make that its request asked for; it follows when the catalogue mends that name.
        pub asked_key: Option<String>,
        /// As on the device; not known before it is there.
        pub serial: Option<String>,
        /// Letters and digits of the serial, small; nothing once the device is removed, so that the serial is free.
        pub serial_key: Option<String>,
        pub form: DeviceForm,
        /// Words with commas between.
        pub abilities: String,
        pub vendor: Option<String>,
        pub service_contact: Option<String>,
        pub service_phone: Option<String>,
        pub warranty_until: Option<Day>,
        pub created_at: Instant,
        pub created_by: Option<PersonId>,
        pub row_version: i32,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}

    impl Model {
        pub fn abilities(&self) -> BTreeSet<Ability> {
            abilities(&self.abilities)
        }

        /// `申安 SA-H20`.
        pub fn make(&self) -> String {
            format!("{} {}", self.brand, self.model)
        }

        /// Whether it is of the make that its request asked for.
        pub fn is_as_asked(&self) -> bool {
            self.asked_key.as_ref() == Some(&self.model_key)
        }
    }
}

pub mod event {
    use sea_orm::entity::prelude::*;

    use crate::{
        ids::{InstallRequestId, PersonId, SentinelEventId, SentinelId},
        sentinels::devices::model::Stage,
        time::{Day, Instant},
    };

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "sentinel_events")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: SentinelEventId,
        pub sentinel_id: SentinelId,
        /// Which of the device's events it is, counted from 1; given under the device's lock. Those that were taken
        /// back are counted from -1 downwards, so that the last of those that hold has the highest number.
        pub seq: i32,
        pub stage: Stage,
        /// When it happened.
        pub day: Day,
        /// When it was entered.
        pub at: Instant,
        pub person_id: Option<PersonId>,
        pub note: Option<String>,
        /// The request whose progress it follows.
        pub request_id: Option<InstallRequestId>,
        /// Since when it holds no more, for it was entered by mistake, and why.
        pub taken_back_at: Option<Instant>,
        pub taken_back_by: Option<PersonId>,
        pub taken_back_why: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod proof {
    use sea_orm::entity::prelude::*;

    use crate::{
        ids::{FileId, PersonId, SentinelId, SentinelProofId},
        sentinels::devices::model::Proof,
        time::{Day, Instant},
    };

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "sentinel_proofs")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: SentinelProofId,
        pub sentinel_id: SentinelId,
        pub proof: Proof,
        /// What is written where; one of this and the file is there.
        pub reference: Option<String>,
        pub file_id: Option<FileId>,
        /// The day of the evidence.
        pub day: Day,
        pub at: Instant,
        pub person_id: Option<PersonId>,
        /// Since when it holds no more, and why.
        pub withdrawn_at: Option<Instant>,
        pub withdrawn_by: Option<PersonId>,
        pub withdrawn_why: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
