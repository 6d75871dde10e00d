//! What a check found: notes on cells and changes, kept until the import is written or put aside.

use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::{
    db::Tx,
    error::{AppError, Result},
    ids::ImportId,
    members::import::{
        entity::{change, note},
        model::{At, Change, KeptNote, MOST_NOTES},
        plan::Plan,
    },
};

/// Rows in one statement.
const AT_ONCE: usize = 500;

pub(super) async fn keep(tx: &Tx, id: ImportId, plan: &Plan) -> Result<()> {
    let mut notes = Vec::new();
    for (at, found) in (0..).zip(plan.notes.iter().take(MOST_NOTES)) {
        notes.push(note::ActiveModel {
            import_id: Set(id),
            at: Set(at),
            severity: Set(found.severity),
            line: Set(number(found.at.row)),
            col: Set(number(found.at.column)),
            reason: Set(json(&found.reason)?),
            suggestion: Set(found.suggestion.as_ref().map(json).transpose()?),
        });
    }
    while !notes.is_empty() {
        let some = notes.drain(..notes.len().min(AT_ONCE)).collect::<Vec<_>>();
        note::Entity::insert_many(some).exec_without_returning(&**tx).await?;
    }
    for (chunk, changes) in plan.changes.chunks(AT_ONCE).enumerate() {
        let mut rows = Vec::new();
        for (n, change) in changes.iter().enumerate() {
            rows.push(change::ActiveModel {
                import_id: Set(id),
                at: Set(i32::try_from(chunk * AT_ONCE + n).map_err(AppError::internal)?),
                action: Set(change.action),
                subject: Set(change.subject),
                member: Set(change.member.clone()),
                name: Set(change.name.clone()),
                details: Set(json(&change.details)?),
            });
        }
        change::Entity::insert_many(rows).exec_without_returning(&**tx).await?;
    }
    Ok(())
}

pub(super) async fn forget(tx: &Tx, id: ImportId) -> Result<()> {
    note::Entity::delete_many().filter(note::Column::ImportId.eq(id)).exec(&**tx).await?;
    change::Entity::delete_many().filter(change::Column::ImportId.eq(id)).exec(&**tx).await?;
    Ok(())
}

/// All notes that were kept.
pub async fn notes(conn: &impl ConnectionTrait, id: ImportId) -> Result<Vec<KeptNote>> {
    notes_after(conn, id, -1, MOST_NOTES as u64).await
}

/// A page of notes: those that come after number `after`.
pub async fn notes_after(conn: &impl ConnectionTrait, id: ImportId, after: i32, most: u64) -> Result<Vec<KeptNote>> {
    let rows = note::Entity::find()
        .filter(note::Column::ImportId.eq(id))
        .filter(note::Column::At.gt(after))
        .order_by_asc(note::Column::At)
        .limit(most)
        .all(conn)
        .await?;
    rows.into_iter().map(kept).collect()
}

/// A page of changes with their numbers: those that come after number `after`.
pub async fn changes(conn: &impl ConnectionTrait, id: ImportId, after: i32, most: u64) -> Result<Vec<(i32, Change)>> {
    let rows = change::Entity::find()
        .filter(change::Column::ImportId.eq(id))
        .filter(change::Column::At.gt(after))
        .order_by_asc(change::Column::At)
        .limit(most)
        .all(conn)
        .await?;
    rows.into_iter()
        .map(|row| {
            let details = serde_json::from_str(&row.details).map_err(AppError::internal)?;
            let change::Model { at, action, subject, member, name, .. } = row;
            Ok((at, Change { action, subject, member, name, details }))
        })
        .collect()
}

fn kept(row: note::Model) -> Result<KeptNote> {
    let place = |n: i32| u32::try_from(n).unwrap_or(0);
    let suggestion = row.suggestion.as_deref().map(serde_json::from_str).transpose();
    Ok(KeptNote {
        number: row.at,
        at: At { row: place(row.line), column: place(row.col) },
        severity: row.severity,
        reason: serde_json::from_str(&row.reason).map_err(AppError::internal)?,
        suggestion: suggestion.map_err(AppError::internal)?,
    })
}

fn json(value: &impl serde::Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(AppError::internal)
}

fn number(n: u32) -> i32 {
    i32::try_from(n).unwrap_or(i32::MAX)
}
