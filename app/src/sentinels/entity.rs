//! The tables of install requests.

pub mod request {
    use sea_orm::entity::prelude::*;

    use crate::{
        ids::{EntranceId, InstallRequestId, MemberId, MessageId, PersonId, PlantId},
        time::Instant,
    };

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "install_requests")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: InstallRequestId,
        /// Given when all steps are done, so that the preview can show it.
        pub number: Option<String>,
        pub member_id: MemberId,
        pub plant_id: PlantId,
        pub entrance_id: EntranceId,
        /// JSON of `Answers`.
        pub answers: String,
        pub created_at: Instant,
        pub created_by: Option<PersonId>,
        pub submitted_at: Option<Instant>,
        /// Since when nothing more has to be done.
        pub settled_at: Option<Instant>,
        /// JSON of the `Sheet` that was sent.
        pub sheet: Option<String>,
        pub paper_hash: Option<String>,
        /// The operator's mailbox as the last mail named it, and that mail.
        pub sent_to: Option<String>,
        pub message_id: Option<MessageId>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod event {
    use sea_orm::entity::prelude::*;

    use crate::{
        ids::{InstallRequestEventId, InstallRequestId, PersonId},
        sentinels::model::Act,
        time::{Day, Instant},
    };

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "install_request_events")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: InstallRequestEventId,
        pub request_id: InstallRequestId,
        pub act: Act,
        pub at: Instant,
        pub person_id: Option<PersonId>,
        /// The day that was agreed, or on which it happened.
        pub day: Option<Day>,
        pub remark: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
