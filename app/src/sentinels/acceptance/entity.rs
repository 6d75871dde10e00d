//! The tables of acceptances: the batch, and what was tried on each of its devices.

pub mod acceptance {
    use sea_orm::entity::prelude::*;

    use crate::{
        ids::{AcceptanceId, FileId, MemberId, PersonId},
        time::{Day, Instant},
    };

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "sentinel_acceptances")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: AcceptanceId,
        pub number: String,
        pub member_id: MemberId,
        /// What the member and the association were called when the outcome was entered; nothing for those of before it
        /// was kept.
        pub unit: Option<String>,
        pub association: Option<String>,
        pub created_at: Instant,
        pub created_by: Option<PersonId>,
        /// When the outcome was entered, once and for all; then day and tester are there.
        pub recorded_at: Option<Instant>,
        pub recorded_by: Option<PersonId>,
        pub day: Option<Day>,
        pub tester: Option<String>,
        pub remark: Option<String>,
        /// The protocol as it was signed.
        pub signed_file_id: Option<FileId>,
        pub signed_at: Option<Instant>,
        pub signed_by: Option<PersonId>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod line {
    use sea_orm::entity::prelude::*;

    use crate::{
        guides::facts::DeviceForm,
        ids::{AcceptanceId, SentinelId},
        sentinels::acceptance::model::{Outcome, Trials},
    };

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "sentinel_acceptance_devices")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub acceptance_id: AcceptanceId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub sentinel_id: SentinelId,
        /// Counted from 1.
        pub place: i32,
        pub scan: Option<Outcome>,
        pub card: Option<Outcome>,
        pub refuse: Option<Outcome>,
        pub speak: Option<Outcome>,
        /// Why it failed, or what else there is to say.
        pub note: Option<String>,
        /// The device as it was when the outcome was entered (`stood`); without a make it was not kept.
        pub make: Option<String>,
        pub form: Option<DeviceForm>,
        pub serial: Option<String>,
        pub stood_at: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}

    impl Model {
        pub fn trials(&self) -> Trials {
            Trials([self.scan, self.card, self.refuse, self.speak])
        }
    }
}
