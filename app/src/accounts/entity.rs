//! The tables of people, roles and sessions.

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
