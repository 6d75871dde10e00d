//! The tables of place codes and of the applications for them.

pub mod code {
    use sea_orm::entity::prelude::*;

    use crate::{
        ids::{EntranceId, FileId, MemberId, PersonId, PlaceCodeId, PlantId},
        place_codes::codes::model::Cause,
        time::{Day, Instant},
    };

    /// One version of an entrance's code. The current one is the newest that was not withdrawn.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "place_codes")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: PlaceCodeId,
        pub number: String,
        pub member_id: MemberId,
        pub plant_id: PlantId,
        pub entrance_id: EntranceId,
        /// Counts from 1 for each entrance.
        pub version: i32,
        /// What the issued image says when it is scanned.
        pub payload: String,
        /// SHA-256 of the payload, hexadecimal; unique among those that were not withdrawn.
        pub payload_hash: String,
        /// The issued image, unchanged.
        pub file_id: FileId,
        pub issued_on: Day,
        pub cause: Cause,
        pub remark: Option<String>,
        /// Where the place was when the code was applied for.
        pub address_line: String,
        pub address_key: String,
        pub added_at: Instant,
        pub added_by: Option<PersonId>,
        /// Since when it counts as never entered, and why.
        pub withdrawn_at: Option<Instant>,
        pub withdrawn_by: Option<PersonId>,
        pub withdrawn_reason: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod batch {
    use sea_orm::entity::prelude::*;

    use crate::{
        ids::{BatchId, MemberId, PersonId},
        time::Instant,
    };

    /// Images that were uploaded together.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "place_code_batches")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: BatchId,
        pub member_id: MemberId,
        pub created_at: Instant,
        pub created_by: Option<PersonId>,
        /// Since when what was chosen of it is stored.
        pub finished_at: Option<Instant>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod item {
    use sea_orm::entity::prelude::*;

    use crate::ids::{BatchId, EntranceId, FileId, PlaceCodeId};

    /// One image of a batch.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "place_code_items")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub batch_id: BatchId,
        /// Counts from 0 in the order of the upload.
        #[sea_orm(primary_key, auto_increment = false)]
        pub at: i32,
        pub file_name: String,
        /// The image and what its code says; nothing when it is refused.
        pub file_id: Option<FileId>,
        pub payload: Option<String>,
        /// Why it is not taken, as a kept message.
        pub refusal: Option<String>,
        /// To which entrance its name leads, then the one that it went to.
        pub entrance_id: Option<EntranceId>,
        pub code_id: Option<PlaceCodeId>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod print {
    use sea_orm::entity::prelude::*;

    use crate::{
        documents::code_sheet::{SheetKind, SheetSize},
        ids::{FileId, MemberId, PersonId, PrintId},
        time::Instant,
    };

    /// Sheets that were asked for.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "place_code_prints")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: PrintId,
        pub member_id: MemberId,
        pub size: SheetSize,
        pub kind: SheetKind,
        pub redrawn: bool,
        /// JSON of the ids of the codes.
        pub codes: String,
        pub asked_at: Instant,
        pub asked_by: Option<PersonId>,
        /// Who works on it, and until when that holds without a sign of life.
        pub owner: Option<String>,
        pub lease_until: Option<Instant>,
        pub attempts: i32,
        pub done: i32,
        pub total: i32,
        /// JSON of the sheets that did not pass.
        pub left_out: Option<String>,
        pub file_id: Option<FileId>,
        pub failed: bool,
        pub finished_at: Option<Instant>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod application {
    use sea_orm::entity::prelude::*;

    use crate::{
        guides::facts::{Certificate, Route},
        ids::{ApplicationId, MemberId, PersonId},
        time::{Day, Instant},
    };

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "place_code_applications")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: ApplicationId,
        pub number: String,
        pub member_id: MemberId,
        /// The application of which this one takes up what was refused.
        pub previous_id: Option<ApplicationId>,
        pub created_at: Instant,
        pub created_by: Option<PersonId>,
        /// When it was noted here that it was handed in; all that follows stands since then.
        pub filed_at: Option<Instant>,
        pub filed_by: Option<PersonId>,
        /// The day on which it was handed in.
        pub filed_on: Option<Day>,
        pub route: Option<Route>,
        pub certificate: Option<Certificate>,
        pub handler: Option<String>,
        /// JSON of the `Sheet` that it was handed in with.
        pub sheet: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod line {
    use sea_orm::entity::prelude::*;

    use crate::ids::{ApplicationId, ApplicationLineId, EntranceId, PlantId};

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "place_code_lines")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: ApplicationLineId,
        pub application_id: ApplicationId,
        pub plant_id: PlantId,
        pub entrance_id: EntranceId,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod outcome {
    use sea_orm::entity::prelude::*;

    use crate::{
        ids::{ApplicationLineId, OutcomeId, PersonId},
        place_codes::applications::model::Outcome,
        time::{Day, Instant},
    };

    /// What the city said of an entrance; the newest counts.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "place_code_outcomes")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: OutcomeId,
        pub line_id: ApplicationLineId,
        pub outcome: Outcome,
        pub on_day: Day,
        pub reason: Option<String>,
        pub at: Instant,
        pub person_id: Option<PersonId>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
