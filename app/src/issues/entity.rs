//! The tables of issues, letters and published questions.

pub mod issue {
    use sea_orm::entity::prelude::*;

    use crate::{
        ids::{IssueId, LetterId, MemberId, PersonId, PlantId},
        issues::model::{Category, Instants, Kind, State},
        time::Instant,
    };

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "issues")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: IssueId,
        /// `ZC-2026-0001`.
        pub number: String,
        pub member_id: MemberId,
        pub plant_id: Option<PlantId>,
        pub kind: Kind,
        pub category: Category,
        pub title: String,
        pub body: String,
        pub filed_at: Instant,
        pub filed_by: Option<PersonId>,
        pub owner_id: Option<PersonId>,
        /// The last letter that carried it to a department.
        pub letter_id: Option<LetterId>,
        pub taken_at: Option<Instant>,
        pub asked_back_at: Option<Instant>,
        pub replied_at: Option<Instant>,
        pub forwarded_at: Option<Instant>,
        pub answered_at: Option<Instant>,
        pub closed_at: Option<Instant>,
        pub reopened_at: Option<Instant>,
        /// When the secretariat last did something that the member should know.
        pub told_at: Option<Instant>,
        pub row_version: i32,
    }

    impl Model {
        pub fn state(&self) -> State {
            State::of(&Instants {
                filed: self.filed_at,
                taken: self.taken_at,
                asked_back: self.asked_back_at,
                replied: self.replied_at,
                forwarded: self.forwarded_at,
                answered: self.answered_at,
                closed: self.closed_at,
                reopened: self.reopened_at,
            })
        }
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod event {
    use sea_orm::entity::prelude::*;

    use crate::{
        ids::{IssueEventId, IssueId, LetterId, PersonId},
        issues::model::EventKind,
        time::Instant,
    };

    /// A line of the timeline; rows are only ever added.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "issue_events")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: IssueEventId,
        pub issue_id: IssueId,
        pub at: Instant,
        pub kind: EventKind,
        pub person_id: Option<PersonId>,
        pub by_office: bool,
        /// Who phoned, when the secretariat wrote it down for the member; or who wrote, when the reply came by mail.
        pub caller: Option<String>,
        pub text: Option<String>,
        /// The number of the department's reply.
        pub reference: Option<String>,
        pub letter_id: Option<LetterId>,
        /// The new owner.
        pub to_person_id: Option<PersonId>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod attachment {
    use sea_orm::entity::prelude::*;

    use crate::ids::{FileId, IssueEventId, IssueId};

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "issue_files")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub event_id: IssueEventId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub file_id: FileId,
        pub issue_id: IssueId,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod view {
    use sea_orm::entity::prelude::*;

    use crate::{
        ids::{IssueId, PersonId},
        time::Instant,
    };

    /// When a person of the member last looked at an issue.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "issue_views")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub issue_id: IssueId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub person_id: PersonId,
        pub at: Instant,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod letter {
    use sea_orm::entity::prelude::*;

    use crate::{
        ids::{LetterId, PersonId},
        time::{Day, Instant},
    };

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "letters")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: LetterId,
        pub department: String,
        pub number: String,
        pub sent_on: Day,
        /// By when an answer is expected.
        pub answer_due: Option<Day>,
        pub created_at: Instant,
        pub created_by: Option<PersonId>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod question {
    use sea_orm::entity::prelude::*;

    use crate::{
        ids::{IssueId, PersonId, QuestionId},
        issues::model::Category,
        time::Instant,
    };

    /// An answer that everybody may read, in words that name no member.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "questions")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: QuestionId,
        pub issue_id: IssueId,
        pub category: Category,
        pub title: String,
        pub question: String,
        pub answer: String,
        pub published_at: Instant,
        pub published_by: Option<PersonId>,
        pub withdrawn_at: Option<Instant>,
        pub row_version: i32,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
