//! The tables that are written row by row; members, reads and mailings are written set by set in `store`.

pub mod notice {
    use sea_orm::entity::prelude::*;

    use crate::{
        ids::{NoticeId, PersonId},
        time::Instant,
    };

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "notices")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: NoticeId,
        pub created_at: Instant,
        pub created_by: Option<PersonId>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod version {
    use sea_orm::entity::prelude::*;

    use crate::{
        ids::{NoticeId, NoticeVersionId, PersonId},
        notices::model::{Audience, Kind, Unready},
        time::Instant,
    };

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "notice_versions")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: NoticeVersionId,
        pub notice_id: NoticeId,
        /// 1 for the first; corrections count on.
        pub number: i32,
        pub kind: Kind,
        /// The association's own number on the paper, such as 沪水泥协〔2022〕12号.
        pub document_number: Option<String>,
        pub title: String,
        /// Markdown; empty when the stamped original is all.
        pub body: String,
        pub audience: Audience,
        /// JSON list: words of plant kinds, codes of districts, or ids of members.
        pub audience_values: String,
        pub must_acknowledge: bool,
        pub acknowledge_by: Option<Instant>,
        /// Why there is this version; nothing for the first.
        pub reason: Option<String>,
        pub created_at: Instant,
        pub created_by: Option<PersonId>,
        /// When it is to be published by itself.
        pub publish_at: Option<Instant>,
        /// Why its time passed without it; until somebody saves it or decides anew when it is published.
        pub not_published: Option<Unready>,
        pub published_at: Option<Instant>,
        /// How many members it was addressed to.
        pub addressed: Option<i32>,
        /// When the next version was published.
        pub superseded_at: Option<Instant>,
        pub reminded_at: Option<Instant>,
        /// Of the draft; fixed with it.
        pub row_version: i32,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}

    impl Model {
        /// The choices within the audience, as they were made.
        pub fn audience_list(&self) -> Vec<String> {
            serde_json::from_str(&self.audience_values).unwrap_or_default()
        }
    }
}

pub mod file {
    use sea_orm::entity::prelude::*;

    use crate::{
        ids::{FileId, NoticeVersionId},
        notices::model::FileRole,
    };

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "notice_files")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub version_id: NoticeVersionId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub file_id: FileId,
        pub role: FileRole,
        pub position: i32,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
