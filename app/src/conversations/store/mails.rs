//! The rows of mails that came in: added once however often the same mail comes, listed by key, filed, and
//! noted as dealt with.

use sea_orm::{
    ActiveModelTrait,
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select,
    sea_query::{Expr, OnConflict},
};

use super::Inbound;
use crate::{
    conversations::{
        entity::{
            attached,
            inbound::{ActiveModel, Column, Entity},
        },
        mail::Parsed,
        model::{CameBy, Conversation, Held, Way},
    },
    db::Tx,
    error::{AppError, Result},
    files::{self, Stored},
    ids::{DeliveryId, FileId, InboundMailId, MemberId},
    paging::{From, Paged, newest_first},
};

/// A mail to be added.
#[derive(Clone, Debug)]
pub struct NewMail<'a> {
    pub parsed: &'a Parsed,
    pub twin: String,
    pub came_by: CameBy,
    pub sender_member: Option<MemberId>,
    pub raw_hash: String,
    pub raw_size: i64,
    /// JSON list of sentences.
    pub left_out: String,
    pub held: Option<Held>,
}

/// Adds a mail that belongs nowhere yet; nothing when the same mail came in before.
pub async fn add(tx: &Tx, new: NewMail<'_>) -> Result<Option<InboundMailId>> {
    let id = InboundMailId::new();
    let parsed = new.parsed;
    let row = ActiveModel {
        id: Set(id),
        twin: Set(new.twin),
        rfc_id: Set(parsed.rfc_id.clone()),
        came_by: Set(new.came_by),
        received_at: Set(tx.now),
        sent_at: Set(parsed.sent_at),
        from_name: Set(parsed.from_name.clone()),
        from_email: Set(parsed.from_email.clone()),
        sender_member_id: Set(new.sender_member),
        subject: Set(parsed.subject.clone()),
        body: Set(parsed.text.clone()),
        nature: Set(parsed.nature()),
        raw_hash: Set(new.raw_hash),
        raw_size: Set(new.raw_size),
        left_out: Set(new.left_out),
        held: Set(new.held),
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
    let once = OnConflict::column(Column::Twin).do_nothing().to_owned();
    let added = Entity::insert(row).on_conflict(once).exec_without_returning(&**tx).await?;
    Ok((added > 0).then_some(id))
}

/// Notes the delivery whose fate a report told.
pub async fn set_delivery(tx: &Tx, id: InboundMailId, delivery: DeliveryId) -> Result<()> {
    let update = Entity::update_many().col_expr(Column::DeliveryId, Expr::value(delivery));
    update.filter(Column::Id.eq(id)).exec(&**tx).await?;
    Ok(())
}

/// Files a mail that belongs nowhere yet; `false` when somebody was faster.
pub async fn file(tx: &Tx, id: InboundMailId, kind: &str, about: uuid::Uuid, way: Option<Way>) -> Result<bool> {
    let filed = Entity::update_many()
        .col_expr(Column::AboutKind, Expr::value(kind))
        .col_expr(Column::AboutId, Expr::value(about))
        .col_expr(Column::Way, Expr::value(way))
        .col_expr(Column::FiledAt, Expr::value(tx.now))
        .col_expr(Column::FiledBy, Expr::value(tx.actor.person))
        .filter(Column::Id.eq(id))
        .filter(Column::AboutId.is_null())
        .exec(&**tx)
        .await?;
    Ok(filed.rows_affected == 1)
}

/// Notes that nobody has to look after a mail any more; `false` when that was so before.
pub async fn handle(tx: &Tx, id: InboundMailId, became_reply: bool) -> Result<bool> {
    let mut update = Entity::update_many()
        .col_expr(Column::HandledAt, Expr::value(tx.now))
        .col_expr(Column::HandledBy, Expr::value(tx.actor.person));
    if became_reply {
        update = update.col_expr(Column::BecameReply, Expr::value(true));
    }
    let done = update.filter(Column::Id.eq(id)).filter(Column::HandledAt.is_null()).exec(&**tx).await?;
    Ok(done.rows_affected == 1)
}

pub async fn find(conn: &impl ConnectionTrait, id: InboundMailId) -> Result<Inbound> {
    Entity::find_by_id(id).one(conn).await?.ok_or(AppError::NotFound)
}

/// Mails of one conversation that are shown beside it.
const SHOWN: u64 = 200;

/// The mails of a conversation, newest first.
pub async fn of(conn: &impl ConnectionTrait, of: Conversation) -> Result<Vec<Inbound>> {
    Ok(Entity::find()
        .filter(Column::AboutKind.eq(of.kind.to_string()))
        .filter(Column::AboutId.eq(of.id))
        .order_by_desc(Column::Id)
        .limit(SHOWN)
        .all(conn)
        .await?)
}

/// Which mails a list shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filter {
    /// Those that somebody has to look after.
    Waiting,
    /// Those of them that belong nowhere yet.
    Pen,
    All,
}

/// How many rows a page has, and where counting stops.
pub const PAGE: usize = 50;
const COUNTED: u64 = 1_001;

fn selected(filter: Filter) -> Select<Entity> {
    match filter {
        Filter::Waiting => Entity::find().filter(Column::HandledAt.is_null()),
        Filter::Pen => Entity::find().filter(Column::HandledAt.is_null()).filter(Column::AboutId.is_null()),
        Filter::All => Entity::find(),
    }
}

/// One page of the list, newest first.
pub async fn list(
    conn: &impl ConnectionTrait,
    filter: Filter,
    from: From<InboundMailId>,
) -> Result<Paged<Inbound, InboundMailId>> {
    let rows = newest_first(selected(filter), Column::Id, from, PAGE).all(conn).await?;
    Ok(from.page(rows, PAGE, |mail| mail.id))
}

pub async fn count(conn: &impl ConnectionTrait, filter: Filter) -> Result<u64> {
    Ok(selected(filter).select_only().column(Column::Id).limit(COUNTED).count(conn).await?)
}

/// Notes the files that came with a mail.
pub async fn attached(tx: &Tx, mail: InboundMailId, files: &[FileId]) -> Result<()> {
    for file in files {
        attached::ActiveModel { mail_id: Set(mail), file_id: Set(*file) }.insert(&**tx).await?;
    }
    Ok(())
}

/// The files that came with some mails.
pub async fn files(conn: &impl ConnectionTrait, mails: &[InboundMailId]) -> Result<Vec<(InboundMailId, Stored)>> {
    if mails.is_empty() {
        return Ok(Vec::new());
    }
    let rows = attached::Entity::find()
        .filter(attached::Column::MailId.is_in(mails.iter().copied()))
        .order_by_asc(attached::Column::FileId)
        .all(conn)
        .await?;
    let ids: Vec<FileId> = rows.iter().map(|row| row.file_id).collect();
    let stored = files::find_all(conn, &ids).await?;
    let of = |row: attached::Model| {
        stored.iter().find(|file| file.id == row.file_id).map(|file| (row.mail_id, file.clone()))
    };
    Ok(rows.into_iter().filter_map(of).collect())
}

/// Those of these contents that are mails as they came.
pub async fn raws(conn: &impl ConnectionTrait, hashes: &[String]) -> Result<Vec<String>> {
    let found = Entity::find().select_only().column(Column::RawHash);
    Ok(found.filter(Column::RawHash.is_in(hashes.iter().cloned())).into_tuple().all(conn).await?)
}
