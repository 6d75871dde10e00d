//! The tables of people, roles, sessions, one-time links and tallies of failures.

pub mod person {
    use sea_orm::entity::prelude::*;

    use crate::{ids::PersonId, time::Instant};

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "persons")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: PersonId,
        pub name: String,
        pub phone: Option<String>,
        pub email: Option<String>,
        pub password_hash: Option<String>,
        pub locale: Option<String>,
        pub created_at: Instant,
        pub disabled_at: Option<Instant>,
        /// Counts the changes of name, number, address and language.
        pub row_version: i32,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod role {
    use sea_orm::entity::prelude::*;

    use crate::{
        accounts::RoleKind,
        ids::{MemberId, PersonId, RoleId},
        time::Instant,
    };

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "roles")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: RoleId,
        pub person_id: PersonId,
        pub kind: RoleKind,
        pub member_id: Option<MemberId>,
        pub created_at: Instant,
        pub ended_at: Option<Instant>,
        /// Counts the changes of its plants.
        pub row_version: i32,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod role_plant {
    use sea_orm::entity::prelude::*;

    use crate::ids::{PlantId, RoleId};

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "role_plants")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub role_id: RoleId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub plant_id: PlantId,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod session {
    use sea_orm::entity::prelude::*;

    use crate::{
        ids::{PersonId, SessionId},
        time::Instant,
    };

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "sessions")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: SessionId,
        pub token_hash: String,
        pub person_id: PersonId,
        pub created_at: Instant,
        pub expires_at: Instant,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod link {
    use sea_orm::entity::prelude::*;

    use crate::{
        accounts::{RoleKind, links::Purpose},
        ids::{LinkId, MemberId, PersonId},
        time::Instant,
    };

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "links")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: LinkId,
        pub purpose: Purpose,
        pub token_hash: String,
        /// Of the code that can be read out; mailed links have none.
        pub code_hash: Option<String>,
        /// Of the address that entering the code led to.
        pub entry_hash: Option<String>,
        /// Who is meant, as the inviter calls them and reaches them.
        pub name: String,
        pub phone: Option<String>,
        pub email: Option<String>,
        /// The role of an invitation: its kind, its member, the plants as a JSON list of ids.
        pub role_kind: Option<RoleKind>,
        pub member_id: Option<MemberId>,
        pub plants: String,
        /// Whose password it sets; for an invitation, who accepted it.
        pub person_id: Option<PersonId>,
        pub created_by: Option<PersonId>,
        pub created_at: Instant,
        pub expires_at: Instant,
        pub used_at: Option<Instant>,
        pub withdrawn_at: Option<Instant>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod tally {
    use sea_orm::entity::prelude::*;

    use crate::time::Instant;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "tallies")]
    pub struct Model {
        /// A keyed hash of what is counted: an account's login or an address.
        #[sea_orm(primary_key, auto_increment = false)]
        pub key: String,
        pub failures: i32,
        pub at: Instant,
        /// Until then every attempt is turned away unseen.
        pub free_at: Instant,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
