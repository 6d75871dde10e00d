//! The few kinds of columns that all tables are made of, and running plain SQL that both databases
//! understand.

use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

/// The SQL of one migration, both ways. `{uuid}`, `{big}`, `{date}` and `{bool}` stand for the column
/// types that the two databases call by different names; `{clustered}` ends a table whose rows SQLite keeps in
/// the order of their key.
pub struct Sql {
    pub up: &'static [&'static str],
    pub down: &'static [&'static str],
}

impl Sql {
    pub async fn run_up(&self, manager: &SchemaManager<'_>) -> Result<(), DbErr> {
        run(manager, self.up).await
    }

    pub async fn run_down(&self, manager: &SchemaManager<'_>) -> Result<(), DbErr> {
        run(manager, self.down).await
    }
}

async fn run(manager: &SchemaManager<'_>, statements: &[&str]) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    let postgres = manager.get_database_backend() == DbBackend::Postgres;
    for statement in statements {
        connection.execute_unprepared(&dialect(statement, postgres)).await?;
    }
    Ok(())
}

fn dialect(statement: &str, postgres: bool) -> String {
    let (uuid, big, date, bool) =
        if postgres { ("uuid", "bigint", "date", "boolean") } else { ("blob", "integer", "text", "boolean") };
    let clustered = if postgres { "" } else { "WITHOUT ROWID" };
    statement
        .replace("{uuid}", uuid)
        .replace("{big}", big)
        .replace("{date}", date)
        .replace("{bool}", bool)
        .replace("{clustered}", clustered)
}

/// Declares a migration from its SQL.
macro_rules! migration {
    (up: [$($up:expr),+ $(,)?], down: [$($down:expr),+ $(,)?] $(,)?) => {
        #[derive(sea_orm_migration::prelude::DeriveMigrationName)]
        pub struct Migration;

        const SQL: $crate::columns::Sql = $crate::columns::Sql { up: &[$($up),+], down: &[$($down),+] };

        #[sea_orm_migration::async_trait::async_trait]
        impl sea_orm_migration::MigrationTrait for Migration {
            async fn up(&self, manager: &sea_orm_migration::SchemaManager) -> Result<(), sea_orm_migration::DbErr> {
                SQL.run_up(manager).await
            }

            async fn down(&self, manager: &sea_orm_migration::SchemaManager) -> Result<(), sea_orm_migration::DbErr> {
                SQL.run_down(manager).await
            }
        }
    };
}
pub(crate) use migration;
