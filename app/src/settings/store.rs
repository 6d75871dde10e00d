//! Reading and saving groups of settings.

use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, sea_query::Expr,
};

use super::{Group, entity};
use crate::{
    audit,
    db::Tx,
    error::{AppError, Result, unique_violation},
};

/// A group and the version of its row; 0 when it was never saved.
#[derive(Clone, Debug)]
pub struct Versioned<T> {
    pub value: T,
    pub row_version: i32,
}

pub async fn load<T: Group>(conn: &impl ConnectionTrait) -> Result<Versioned<T>> {
    Ok(match entity::Entity::find_by_id(T::NAME.to_owned()).one(conn).await? {
        Some(row) => Versioned {
            value: serde_json::from_str(&row.value).map_err(AppError::internal)?,
            row_version: row.row_version,
        },
        None => Versioned { value: T::default(), row_version: 0 },
    })
}

/// Saves a group if nobody saved it since `row_version` was read; `false` when somebody did.
pub async fn save<T: Group>(tx: &Tx, value: &T, row_version: i32) -> Result<bool> {
    let before = load::<T>(&**tx).await?;
    if before.row_version != row_version {
        return Ok(false);
    }
    let text = serde_json::to_string(value).map_err(AppError::internal)?;
    if row_version == 0 {
        let row = entity::ActiveModel {
            name: Set(T::NAME.to_owned()),
            value: Set(text),
            row_version: Set(1),
            changed_at: Set(tx.now),
        };
        match row.insert(&**tx).await {
            Ok(_) => {}
            // Somebody else's first one came first.
            Err(error) if unique_violation(&error).is_some() => return Ok(false),
            Err(error) => return Err(error.into()),
        }
    } else {
        let changed = entity::Entity::update_many()
            .col_expr(entity::Column::Value, Expr::value(text))
            .col_expr(entity::Column::RowVersion, Expr::value(row_version + 1))
            .col_expr(entity::Column::ChangedAt, Expr::value(tx.now))
            .filter(entity::Column::Name.eq(T::NAME))
            .filter(entity::Column::RowVersion.eq(row_version))
            .exec(&**tx)
            .await?;
        if changed.rows_affected == 0 {
            return Ok(false);
        }
    }
    audit::record(tx, audit::Entry::new("settings.changed", T::NAME).before(&before.value).after(value)).await?;
    Ok(true)
}

/// The row that says that this database holds the demo association.
const DEMO: &str = "demo";

/// Marks the database as holding demo data, for good.
pub async fn mark_demo(tx: &Tx) -> Result<()> {
    entity::ActiveModel {
        name: Set(DEMO.to_owned()),
        value: Set("true".to_owned()),
        row_version: Set(1),
        changed_at: Set(tx.now),
    }
    .insert(&**tx)
    .await?;
    Ok(())
}

pub async fn is_demo(conn: &impl ConnectionTrait) -> Result<bool> {
    Ok(entity::Entity::find_by_id(DEMO.to_owned()).one(conn).await?.is_some())
}
