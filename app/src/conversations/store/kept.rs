//! The rows of mails on their way in: kept unread, once however often the same mail comes, taken out by the one
//! that reads them, and put back as they were read.

use sea_orm::{
    ActiveModelTrait,
    ActiveValue::Set,
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, ExprTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect,
    sea_query::{Expr, OnConflict},
};

use super::Inbound;
use crate::{
    conversations::{
        entity::inbound::{ActiveModel, Column, Entity},
        mail::Parsed,
        model::{CameBy, Held, Nature},
    },
    db::Tx,
    error::Result,
    ids::{InboundMailId, MemberId},
    time::Instant,
};

/// A mail that is kept before it is read.
#[derive(Clone, Debug)]
pub struct KeptMail {
    pub twin: String,
    pub came_by: CameBy,
    pub recipient: Option<String>,
    pub raw_hash: String,
    pub raw_size: i64,
}

/// What reading it told.
#[derive(Clone, Debug)]
pub struct ReadMail<'a> {
    pub parsed: &'a Parsed,
    pub twin: String,
    pub sender_member: Option<MemberId>,
    /// JSON list of sentences.
    pub left_out: String,
    pub held: Option<Held>,
}

/// Keeps a mail in the holding pen, unread and with its first try begun; nothing when the same came in before.
pub async fn keep(tx: &Tx, new: KeptMail) -> Result<Option<InboundMailId>> {
    let id = InboundMailId::new();
    let row = ActiveModel {
        id: Set(id),
        twin: Set(new.twin),
        rfc_id: Set(None),
        came_by: Set(new.came_by),
        recipient: Set(new.recipient),
        received_at: Set(tx.now),
        sent_at: Set(None),
        from_name: Set(String::new()),
        from_email: Set(String::new()),
        sender_member_id: Set(None),
        subject: Set(String::new()),
        body: Set(String::new()),
        nature: Set(Nature::Message),
        raw_hash: Set(new.raw_hash),
        raw_size: Set(new.raw_size),
        tries: Set(1),
        left_out: Set("[]".to_owned()),
        held: Set(Some(Held::Unread)),
        about_kind: Set(None),
        about_id: Set(None),
        way: Set(None),
        filed_at: Set(None),
        filed_by: Set(None),
        delivery_id: Set(None),
        became_reply: Set(false),
        handled_at: Set(None),
        handled_by: Set(None),
        text_removed_at: Set(None),
    };
    Ok(insert_once(tx, row).await?.then_some(id))
}

async fn insert_once(tx: &Tx, row: ActiveModel) -> Result<bool> {
    let once = OnConflict::column(Column::Twin).do_nothing().to_owned();
    Ok(Entity::insert(row).on_conflict(once).exec_without_returning(&**tx).await? > 0)
}

/// A mail that nobody has read, filed or put aside.
fn unread() -> Condition {
    Condition::all().add(Column::Held.eq(Held::Unread)).add(Column::AboutId.is_null()).add(Column::HandledAt.is_null())
}

/// Begins another try to read a mail; `false` when it is read, or was tried too often.
pub async fn try_once_more(tx: &Tx, id: InboundMailId, most: i64) -> Result<bool> {
    let update = Entity::update_many().col_expr(Column::Tries, Expr::col(Column::Tries).add(1));
    let begun = update.filter(Column::Id.eq(id)).filter(Column::Tries.lt(most)).filter(unread()).exec(&**tx).await?;
    Ok(begun.rows_affected == 1)
}

/// Takes a begun try off the count again, for the mail was not to blame.
pub async fn give_back(tx: &Tx, id: InboundMailId) -> Result<()> {
    let update = Entity::update_many().col_expr(Column::Tries, Expr::col(Column::Tries).sub(1));
    update.filter(Column::Id.eq(id)).filter(Column::Tries.gt(0)).filter(unread()).exec(&**tx).await?;
    Ok(())
}

/// Mails of before `bound` that were not read to their end, the oldest first.
pub async fn left_behind(
    conn: &impl ConnectionTrait,
    bound: Instant,
    most: i64,
    limit: u64,
) -> Result<Vec<InboundMailId>> {
    let found = Entity::find().filter(unread()).filter(Column::Tries.lt(most)).filter(Column::ReceivedAt.lt(bound));
    let ids = found.select_only().column(Column::Id).order_by_asc(Column::Id).limit(limit);
    Ok(ids.into_tuple().all(conn).await?)
}

/// Takes the row of an unread mail out, for `put` to put it back with what was read; `false` when somebody was
/// faster.
pub async fn take_out(tx: &Tx, id: InboundMailId) -> Result<bool> {
    let gone = Entity::delete_many().filter(Column::Id.eq(id)).filter(unread()).exec(&**tx).await?;
    Ok(gone.rows_affected == 1)
}

/// Puts a mail that was taken out back as it was read; `false` when the same mail came in before.
pub async fn put(tx: &Tx, kept: &Inbound, read: ReadMail<'_>) -> Result<bool> {
    let parsed = read.parsed;
    let row = ActiveModel {
        twin: Set(read.twin),
        rfc_id: Set(parsed.rfc_id.clone()),
        sent_at: Set(parsed.sent_at),
        from_name: Set(parsed.from_name.clone()),
        from_email: Set(parsed.from_email.clone()),
        sender_member_id: Set(read.sender_member),
        subject: Set(parsed.subject.clone()),
        body: Set(parsed.text.clone()),
        nature: Set(parsed.nature()),
        left_out: Set(read.left_out),
        held: Set(read.held),
        ..kept.clone().into_active_model().reset_all()
    };
    insert_once(tx, row).await
}

/// The mail that has this twin.
pub async fn twin_of(conn: &impl ConnectionTrait, twin: &str) -> Result<Option<Inbound>> {
    Ok(Entity::find().filter(Column::Twin.eq(twin)).one(conn).await?)
}

/// Mails that are counted together.
#[derive(Clone, Copy, Debug)]
pub enum Those<'a> {
    Of(&'a str),
    /// What answering machines and mail servers write, which one mailing brings about by the hundred.
    Machines,
    /// What anybody else writes.
    People,
}

impl Those<'_> {
    fn are(self) -> Condition {
        let machines = Condition::any()
            .add(Column::Nature.eq(Nature::AutoReply))
            .add(Column::Held.is_not_null().and(Column::Held.eq(Held::UnprovedReport)));
        match self {
            Self::Of(sender) => Condition::all().add(Column::FromEmail.eq(sender)),
            Self::Machines => machines,
            Self::People => machines.not(),
        }
    }
}

/// How many of these mails since then belong nowhere; counted up to `most`.
pub async fn unfiled_since(conn: &impl ConnectionTrait, since: Instant, those: Those<'_>, most: u64) -> Result<u64> {
    let found = Entity::find().filter(Column::ReceivedAt.gt(since)).filter(Column::AboutId.is_null());
    Ok(found.filter(those.are()).select_only().column(Column::Id).limit(most).count(conn).await?)
}
