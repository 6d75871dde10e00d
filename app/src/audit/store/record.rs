//! Writing the audit.

use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use crate::{
    audit::{contacts::withhold, entity},
    coverage,
    db::Tx,
    error::{AppError, Result},
    ids::{AuditId, MemberId},
};

/// Rows in one statement; the two databases bound how many values it may carry.
const AT_ONCE: usize = 500;

/// What was done: `Entry::new("notice.published", "notice").subject(id)`.
#[derive(Debug, Default)]
pub struct Entry {
    act: &'static str,
    subject_kind: &'static str,
    subject_id: Option<Uuid>,
    member_id: Option<MemberId>,
    before: Option<Value>,
    after: Option<Value>,
}

impl Entry {
    /// `act` is `thing.verbed`; both words appear in the locale files under `audit.act`.
    pub fn new(act: &'static str, subject_kind: &'static str) -> Self {
        Self { act, subject_kind, ..Self::default() }
    }

    #[must_use]
    pub fn subject(mut self, id: impl Into<Uuid>) -> Self {
        self.subject_id = Some(id.into());
        self
    }

    /// The member whose thing it is.
    #[must_use]
    pub fn member(mut self, id: MemberId) -> Self {
        self.member_id = Some(id);
        self
    }

    /// The member whose thing it is, if it is one of a member.
    #[must_use]
    pub fn of(mut self, id: Option<MemberId>) -> Self {
        self.member_id = id;
        self
    }

    /// What it was before, with named fields where there are several. Contact values may be among them: they
    /// are not stored, only that they changed.
    #[must_use]
    pub fn before(mut self, value: &impl Serialize) -> Self {
        self.before = serde_json::to_value(value).ok();
        self
    }

    #[must_use]
    pub fn after(mut self, value: &impl Serialize) -> Self {
        self.after = serde_json::to_value(value).ok();
        self
    }
}

/// Adds the row; it becomes true with the rest of the transaction.
pub async fn record(tx: &Tx, entry: Entry) -> Result<()> {
    row(tx, entry).insert(&**tx).await.map(drop).map_err(AppError::from)
}

/// Adds many rows.
pub async fn record_all(tx: &Tx, entries: impl IntoIterator<Item = Entry>) -> Result<()> {
    let mut rows: Vec<entity::ActiveModel> = entries.into_iter().map(|entry| row(tx, entry)).collect();
    while !rows.is_empty() {
        let some: Vec<_> = rows.drain(..rows.len().min(AT_ONCE)).collect();
        entity::Entity::insert_many(some).exec_without_returning(&**tx).await?;
    }
    Ok(())
}

fn row(tx: &Tx, entry: Entry) -> entity::ActiveModel {
    tx.bears_on_entrances(coverage::model::may_change(entry.act));
    let (before, after) = withhold(entry.before, entry.after);
    entity::ActiveModel {
        id: Set(AuditId::new()),
        at: Set(tx.now),
        person_id: Set(tx.actor.person),
        ip: Set(tx.actor.ip.clone()),
        request: Set(tx.actor.request.clone()),
        act: Set(entry.act.to_owned()),
        subject_kind: Set(entry.subject_kind.to_owned()),
        subject_id: Set(entry.subject_id),
        member_id: Set(entry.member_id),
        before: Set(before.map(|value| value.to_string())),
        after: Set(after.map(|value| value.to_string())),
    }
}
