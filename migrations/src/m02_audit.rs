//! The audit, which the database itself keeps from being changed or deleted.

use sea_orm_migration::{DbErr, MigrationTrait, SchemaManager, async_trait, prelude::*, sea_orm::DbBackend};

use crate::columns::Sql;

#[derive(DeriveMigrationName)]
pub struct Migration;

const TABLE: Sql = Sql {
    up: &[
        "CREATE TABLE audit (
            id {uuid} NOT NULL PRIMARY KEY,
            at {big} NOT NULL,
            person_id {uuid},
            ip text NOT NULL,
            request text NOT NULL,
            act text NOT NULL,
            subject_kind text NOT NULL,
            subject_id {uuid},
            member_id {uuid},
            before text,
            after text
        )",
        "CREATE INDEX audit_subject ON audit (subject_id, id)",
        "CREATE INDEX audit_person ON audit (person_id, id)",
        "CREATE INDEX audit_member ON audit (member_id, id)",
        "CREATE INDEX audit_act ON audit (act, id)",
    ],
    down: &["DROP TABLE audit"],
};

const SQLITE: Sql = Sql {
    up: &[
        "CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit is append only'); END",
        // What `REPLACE INTO` would delete fires no trigger of its own.
        "CREATE TRIGGER audit_no_replace BEFORE INSERT ON audit WHEN EXISTS (SELECT 1 FROM audit WHERE id = NEW.id)
            BEGIN SELECT RAISE(ABORT, 'the audit is append only'); END",
        "CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit is append only'); END",
    ],
    down: &["DROP TRIGGER audit_no_update", "DROP TRIGGER audit_no_replace", "DROP TRIGGER audit_no_delete"],
};

const POSTGRES: Sql = Sql {
    up: &[
        "CREATE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION 'the audit is append only'; END $$",
        "CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
            FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only()",
    ],
    down: &["DROP TRIGGER audit_append_only ON audit", "DROP FUNCTION audit_append_only()"],
};

fn guard(manager: &SchemaManager<'_>) -> &'static Sql {
    if manager.get_database_backend() == DbBackend::Postgres { &POSTGRES } else { &SQLITE }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        TABLE.run_up(manager).await?;
        guard(manager).run_up(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        guard(manager).run_down(manager).await?;
        TABLE.run_down(manager).await
    }
}
