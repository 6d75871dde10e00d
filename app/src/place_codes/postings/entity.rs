//! The tables of postings, of what was seen of them, of photos that wait for their form, and of reminders.

pub mod posting {
    use sea_orm::entity::prelude::*;

    use crate::{
        ids::{EntranceId, MemberId, PersonId, PlaceCodeId, PlantId, PostingId},
        place_codes::postings::model::Why,
        time::{Day, Instant},
    };

    /// A printed copy at its spot. What becomes of it is events; what was recorded of it may be corrected, and it is
    /// removed once.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "postings")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: PostingId,
        pub number: String,
        pub member_id: MemberId,
        pub plant_id: PlantId,
        pub entrance_id: EntranceId,
        /// The version that it is a copy of.
        pub code_id: PlaceCodeId,
        /// The copy in whose place it hangs.
        pub replaces_id: Option<PostingId>,
        pub spot: String,
        /// Millimetres.
        pub width: i32,
        pub height: i32,
        pub outdoors: bool,
        pub laminated: bool,
        pub posted_on: Day,
        pub posted_by: String,
        pub remark: Option<String>,
        pub created_at: Instant,
        pub created_by: Option<PersonId>,
        pub removed_at: Option<Instant>,
        pub removed_by: Option<PersonId>,
        pub removed_why: Option<Why>,
        pub row_version: i32,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod event {
    use sea_orm::entity::prelude::*;

    use crate::{
        ids::{FileId, PersonId, PlaceCodeId, PostingEventId, PostingId},
        place_codes::postings::model::What,
        time::{Day, Instant},
    };

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "posting_events")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: PostingEventId,
        pub posting_id: PostingId,
        pub what: What,
        pub at: Instant,
        /// The day on which it was seen.
        pub day: Day,
        pub person_id: Option<PersonId>,
        /// The photo: upright, reduced, nothing but pixels.
        pub file_id: Option<FileId>,
        /// The version that the photo shows.
        pub code_id: Option<PlaceCodeId>,
        pub note: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod photo {
    use sea_orm::entity::prelude::*;

    use crate::{
        ids::{EntranceId, FileId, PersonId, PostingPhotoId},
        time::Instant,
    };

    /// A photo that was received and whose form is not stored yet.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "posting_photos")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: PostingPhotoId,
        pub entrance_id: EntranceId,
        pub person_id: PersonId,
        pub file_id: FileId,
        /// JSON of the hashes of the payloads in it.
        pub codes: String,
        pub at: Instant,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
