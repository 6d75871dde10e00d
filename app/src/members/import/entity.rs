//! The tables of imports.

pub mod import {
    use sea_orm::entity::prelude::*;

    use crate::{
        ids::{FileId, ImportId, PersonId},
        members::import::model::ImportState,
        time::Instant,
    };

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "imports")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: ImportId,
        pub state: ImportState,
        /// The sheet as it was uploaded; released when nobody needs it any more.
        pub file_id: Option<FileId>,
        pub file_name: String,
        pub uploaded_by: Option<PersonId>,
        pub uploaded_at: Instant,
        /// Who works on it, and until when that holds without a sign of life.
        pub owner: Option<String>,
        pub lease_until: Option<Instant>,
        /// How often it was begun since a person last asked for it.
        pub attempts: i32,
        pub done: i32,
        pub total: i32,
        /// Why it was refused or given up, as a kept message.
        pub refusal: Option<String>,
        /// What would change, in short; it is confirmed with this.
        pub digest: Option<String>,
        /// The `Tally` as JSON.
        pub tally: Option<String>,
        /// The register changed after the confirmation, so that a person has to look again.
        pub renewed: bool,
        pub confirmed_by: Option<PersonId>,
        pub confirmed_at: Option<Instant>,
        pub confirmed_ip: Option<String>,
        pub confirmed_request: Option<String>,
        pub finished_at: Option<Instant>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod note {
    use sea_orm::entity::prelude::*;

    use crate::{ids::ImportId, members::import::model::Severity};

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "import_notes")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub import_id: ImportId,
        /// Problems first, in the order of the sheet.
        #[sea_orm(primary_key, auto_increment = false)]
        pub at: i32,
        pub severity: Severity,
        /// The cell, counted from 0.
        pub line: i32,
        pub col: i32,
        /// Kept messages.
        pub reason: String,
        pub suggestion: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod change {
    use sea_orm::entity::prelude::*;

    use crate::{
        ids::ImportId,
        members::import::model::{Action, Subject},
    };

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "import_changes")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub import_id: ImportId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub at: i32,
        pub action: Action,
        pub subject: Subject,
        pub member: String,
        pub name: String,
        /// The `Detail`s as JSON.
        pub details: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
