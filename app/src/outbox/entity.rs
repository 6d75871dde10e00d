//! The tables of messages and deliveries.

pub mod message {
    use sea_orm::entity::prelude::*;

    use crate::{ids::MessageId, time::Instant};

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "messages")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: MessageId,
        /// The Message-ID header, fixed when the message is written, without angle brackets.
        pub rfc_id: String,
        pub about_kind: String,
        pub about_id: Uuid,
        pub sender: String,
        pub reply_to: Option<String>,
        pub title: String,
        pub body_text: String,
        pub body_html: Option<String>,
        /// JSON list of `outbox::Attachment`.
        pub attachments: String,
        /// Whether the headers name every recipient.
        pub shown_together: bool,
        pub created_at: Instant,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod delivery {
    use sea_orm::entity::prelude::*;

    use crate::{
        ids::{DeliveryId, MemberId, MessageId},
        outbox::DeliveryState,
        time::Instant,
    };

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "deliveries")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: DeliveryId,
        pub message_id: MessageId,
        pub member_id: Option<MemberId>,
        pub name: String,
        pub email: String,
        pub state: DeliveryState,
        pub attempts: i32,
        pub created_at: Instant,
        /// When it may be tried, while it waits.
        pub next_at: Instant,
        /// Until when the worker that claimed it may hold it, and which one that is.
        pub lease_until: Option<Instant>,
        pub lease_owner: Option<String>,
        /// When its body began to leave in the present attempt.
        pub body_started_at: Option<Instant>,
        /// When it reached a state that is final.
        pub settled_at: Option<Instant>,
        /// The server that answered, its reply code and words.
        pub server: Option<String>,
        pub reply_code: Option<i32>,
        pub reply: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
