//! The tables of mails that came in, of what unproved reports among them claim, and of talks.

pub mod inbound {
    use sea_orm::entity::prelude::*;

    use crate::{
        conversations::model::{CameBy, Conversation, Held, Nature, Way},
        ids::{DeliveryId, InboundMailId, MemberId, PersonId},
        time::Instant,
    };

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "inbound_mails")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: InboundMailId,
        /// What the same mail has however often it comes in.
        pub twin: String,
        /// The Message-ID without its brackets.
        pub rfc_id: Option<String>,
        pub came_by: CameBy,
        /// The address to which the mail server delivered it, where it said so.
        pub recipient: Option<String>,
        pub received_at: Instant,
        /// As the mail itself says.
        pub sent_at: Option<Instant>,
        pub from_name: String,
        pub from_email: String,
        /// The member that has the sender's address, where it is one only.
        pub sender_member_id: Option<MemberId>,
        pub subject: String,
        /// Empty once it was removed.
        pub body: String,
        pub nature: Nature,
        /// The mail as it came, in the file store; empty once it was removed.
        pub raw_hash: String,
        /// Bytes.
        pub raw_size: i64,
        /// How often reading it was begun.
        pub tries: i64,
        /// JSON list of sentences: what came with it and was not taken.
        pub left_out: String,
        /// Why it went to the holding pen; stays when it is filed by hand.
        pub held: Option<Held>,
        pub about_kind: Option<String>,
        pub about_id: Option<Uuid>,
        pub way: Option<Way>,
        pub filed_at: Option<Instant>,
        /// Nobody when the program filed it.
        pub filed_by: Option<PersonId>,
        /// The delivery to whose own return path it came, or whose fate a report told.
        pub delivery_id: Option<DeliveryId>,
        /// Whether it became the member's reply on the page.
        pub became_reply: bool,
        /// Since when nobody has to look after it, and who said so.
        pub handled_at: Option<Instant>,
        pub handled_by: Option<PersonId>,
        /// When its text, the mail as it came and its files were removed, because they had been kept long enough.
        pub text_removed_at: Option<Instant>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}

    impl Model {
        /// Whether everything that came with it was taken.
        pub fn is_whole(&self) -> bool {
            self.left_out == "[]"
        }

        /// The conversation that it is filed to; nothing in the pen, or when it is about something else.
        pub fn conversation(&self) -> Option<Conversation> {
            self.about_kind.as_deref().zip(self.about_id).and_then(|(kind, id)| Conversation::of(kind, id))
        }
    }
}

pub mod attached {
    use sea_orm::entity::prelude::*;

    use crate::ids::{FileId, InboundMailId};

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "inbound_files")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub mail_id: InboundMailId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub file_id: FileId,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A delivery that a report says came back, until somebody believes it.
pub mod claimed {
    use sea_orm::entity::prelude::*;

    use crate::ids::{DeliveryId, InboundMailId};

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "claimed_bounces")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub mail_id: InboundMailId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub delivery_id: DeliveryId,
        pub code: Option<i32>,
        pub enhanced: Option<String>,
        pub words: String,
        pub server: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod talk {
    use sea_orm::entity::prelude::*;

    use crate::{
        conversations::model::Channel,
        ids::{PersonId, TalkId},
        time::Instant,
    };

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "talks")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: TalkId,
        pub about_kind: String,
        pub about_id: Uuid,
        pub at: Instant,
        pub channel: Channel,
        pub note: Option<String>,
        pub person_id: Option<PersonId>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
