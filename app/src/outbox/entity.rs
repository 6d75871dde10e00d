//! The tables of messages, deliveries, refused addresses, the pause and the workers.

pub mod message {
    use sea_orm::entity::prelude::*;

    use crate::{ids::MessageId, outbox::Attachment, time::Instant};

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
        /// One address, or several with commas between.
        pub reply_to: Option<String>,
        pub title: String,
        /// Empty once it was removed: when a personal mail has been delivered or not, of others after the time that is set.
        pub body_text: String,
        pub body_html: Option<String>,
        /// JSON list of `outbox::Attachment`.
        pub attachments: String,
        /// The Message-IDs of the earlier mails of its conversation, the oldest first, with spaces between.
        pub thread: String,
        /// Whether the headers name every recipient.
        pub shown_together: bool,
        pub created_at: Instant,
        /// When its text and what went with it were removed, because they had been kept long enough.
        pub text_removed_at: Option<Instant>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}

    impl Model {
        /// What goes with it; its names stay when its content is removed.
        pub fn attachments(&self) -> Vec<Attachment> {
            serde_json::from_str(&self.attachments).unwrap_or_default()
        }
    }
}

/// Which content goes with a message, so that it is found by its hash.
pub mod content {
    use sea_orm::entity::prelude::*;

    use crate::ids::MessageId;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "message_contents")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub hash: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub message_id: MessageId,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod delivery {
    use sea_orm::entity::prelude::*;

    use crate::{
        ids::{DeliveryId, GroupId, MemberId, MessageId},
        outbox::{Channel, DeliveryState},
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
        /// Empty where it goes to a group.
        pub email: String,
        pub channel: Channel,
        pub group_id: Option<GroupId>,
        pub state: DeliveryState,
        pub attempts: i32,
        /// How often it was lost after the final dot.
        pub times_uncertain: i32,
        pub created_at: Instant,
        /// When it may be tried, while it waits.
        pub next_at: Instant,
        /// Since when it is tried, moved on by the time for which mail was on hold.
        pub tried_since: Option<Instant>,
        /// Until when the worker that claimed it may hold it, and which one that is.
        pub lease_until: Option<Instant>,
        pub lease_owner: Option<String>,
        /// When its body began to leave in the present attempt.
        pub body_started_at: Option<Instant>,
        /// When the last attempt ended.
        pub tried_at: Option<Instant>,
        /// When it reached a state that is final.
        pub settled_at: Option<Instant>,
        /// When staff dealt with its failure.
        pub handled_at: Option<Instant>,
        /// The failed delivery in whose stead this one goes out.
        pub supersedes: Option<DeliveryId>,
        /// The server that answered, how the way there was encrypted, its reply code and words.
        pub server: Option<String>,
        pub tls: Option<String>,
        pub reply_code: Option<i32>,
        pub enhanced_code: Option<String>,
        pub reply: Option<String>,
        /// When its address had been refused, where that is why it was not sent.
        pub refused_at: Option<Instant>,
        /// When a report came that it was given up after all; what that report said, and of which server.
        pub bounced_at: Option<Instant>,
        pub bounce_code: Option<i32>,
        pub bounce_enhanced: Option<String>,
        pub bounce_words: Option<String>,
        pub bounce_server: Option<String>,
    }

    impl Model {
        /// Since when that is so which is known of it now.
        pub fn known_since(&self) -> Instant {
            self.bounced_at.or(self.settled_at).unwrap_or(self.created_at)
        }

        /// The server that spoke last; nothing where a report does not name it.
        pub fn last_server(&self) -> Option<&str> {
            if self.bounced_at.is_some() { self.bounce_server.as_deref() } else { self.server.as_deref() }
        }

        /// What a server said last.
        pub fn last_words(&self) -> Option<&str> {
            self.bounce_words.as_deref().or(self.reply.as_deref())
        }
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {
        #[sea_orm(belongs_to = "super::message::Entity", from = "Column::MessageId", to = "super::message::Column::Id")]
        Message,
    }

    impl Related<super::message::Entity> for Entity {
        fn to() -> RelationDef {
            Relation::Message.def()
        }
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// Addresses that were refused for good. Nothing is sent to them while their row stands.
pub mod suppressed {
    use sea_orm::entity::prelude::*;

    use crate::{
        ids::{DeliveryId, SuppressedId},
        time::Instant,
    };

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "suppressed_addresses")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: SuppressedId,
        /// In lower case, as addresses are compared.
        #[sea_orm(unique)]
        pub email: String,
        pub since: Instant,
        /// The delivery that was refused.
        pub delivery_id: DeliveryId,
        /// Who refused it, with which codes and words.
        pub server: Option<String>,
        pub reply_code: Option<i32>,
        pub enhanced_code: Option<String>,
        pub words: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {
        #[sea_orm(
            belongs_to = "super::delivery::Entity",
            from = "Column::DeliveryId",
            to = "super::delivery::Column::Id"
        )]
        Delivery,
    }

    impl Related<super::delivery::Entity> for Entity {
        fn to() -> RelationDef {
            Relation::Delivery.def()
        }
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// At most one row: the queue is paused while it stands.
pub mod pause {
    use sea_orm::entity::prelude::*;

    use crate::{outbox::PauseReason, time::Instant};

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "mail_pause")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i32,
        pub reason: PauseReason,
        /// What the server or the connection said; or who paused it, nobody for the terminal.
        pub words: String,
        pub since: Instant,
        /// When a worker may see whether the cause is gone.
        pub probe_at: Instant,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The workers that are running, or were when they were last heard of.
pub mod worker {
    use sea_orm::entity::prelude::*;

    use crate::{outbox::WorkerKind, time::Instant};

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "workers")]
    pub struct Model {
        /// Its name in the leases.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        pub kind: WorkerKind,
        /// The machine that it runs on.
        pub host: String,
        pub version: String,
        pub started_at: Instant,
        pub beat_at: Instant,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
