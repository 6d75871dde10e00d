//! Recording evidence and withdrawing it, with its audit.

use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde_json::json;

use super::{Device, KIND, write::AT_ONCE};
use crate::{
    audit,
    db::Tx,
    error::{AppError, Result},
    ids::{FileId, SentinelProofId},
    sentinels::devices::{entity::proof, model::Proof},
    time::{Day, show_day},
};

/// A piece of evidence: what it proves, what is written, or the file.
#[derive(Clone, Debug)]
pub struct Shown<'a> {
    pub proofs: &'a [Proof],
    pub reference: Option<&'a str>,
    pub file: Option<FileId>,
    pub day: Day,
}

/// Records evidence for each of these devices; nothing to prove records nothing.
pub async fn prove(tx: &Tx, devices: &[Device], shown: &Shown<'_>) -> Result<()> {
    if shown.proofs.is_empty() {
        return Ok(());
    }
    let rows = devices.iter().flat_map(|device| shown.proofs.iter().map(move |proof| (device, *proof)));
    let rows: Vec<proof::ActiveModel> = rows
        .map(|(device, proof)| proof::ActiveModel {
            id: Set(SentinelProofId::new()),
            sentinel_id: Set(device.row.id),
            proof: Set(proof),
            reference: Set(shown.reference.map(str::to_owned)),
            file_id: Set(shown.file),
            day: Set(shown.day),
            at: Set(tx.now),
            person_id: Set(tx.actor.person),
            withdrawn_at: Set(None),
            withdrawn_by: Set(None),
            withdrawn_why: Set(None),
        })
        .collect();
    for some in rows.chunks(AT_ONCE) {
        proof::Entity::insert_many(some.to_vec()).exec_without_returning(&**tx).await?;
    }
    let after = json!({
        "proofs": shown.proofs,
        "reference": shown.reference,
        "attached": shown.file.is_some(),
        "day": show_day(shown.day),
    });
    let entries = devices.iter().map(|device| {
        let entry = audit::Entry::new("sentinel.proven", KIND).subject(device.row.id).member(device.row.member_id);
        entry.after(&after)
    });
    audit::record_all(tx, entries).await
}

/// Notes that a piece of evidence holds no more; `false` when it was withdrawn already or is another device's.
pub async fn withdraw(tx: &Tx, device: &Device, id: SentinelProofId, why: &str) -> Result<bool> {
    let Some(found) = device.proofs.iter().find(|proof| proof.id == id) else { return Err(AppError::NotFound) };
    let changed = proof::Entity::update_many()
        .col_expr(proof::Column::WithdrawnAt, Expr::value(tx.now))
        .col_expr(proof::Column::WithdrawnBy, Expr::value(tx.actor.person))
        .col_expr(proof::Column::WithdrawnWhy, Expr::value(why))
        .filter(proof::Column::Id.eq(id))
        .filter(proof::Column::WithdrawnAt.is_null())
        .exec(&**tx)
        .await?;
    if changed.rows_affected == 0 {
        return Ok(false);
    }
    let entry = audit::Entry::new("sentinel.proof_withdrawn", KIND).subject(device.row.id).member(device.row.member_id);
    let entry = entry.before(&json!({ "proofs": [found.proof] })).after(&json!({ "note": why }));
    audit::record(tx, entry).await?;
    Ok(true)
}
