//! The rows of mails that came in: listed by key, filed, taken back, and noted as dealt with.

use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult,
    Iterable, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select, sea_query::Expr,
};

use super::Inbound;
use crate::{
    conversations::{
        entity::{
            attached,
            inbound::{Column, Entity},
        },
        model::{Conversation, Held, Kind, Nature, Way},
    },
    current::Current,
    db::Tx,
    error::{AppError, Result},
    files::{self, Stored},
    ids::{DeliveryId, FileId, InboundMailId, PersonId, TextEnum},
    paging::{From, Paged, newest_first},
    time::Instant,
};

/// Notes the delivery to whose own return path a mail came, or whose fate a report told.
pub async fn set_delivery(tx: &Tx, id: InboundMailId, delivery: DeliveryId) -> Result<()> {
    let update = Entity::update_many().col_expr(Column::DeliveryId, Expr::value(delivery));
    update.filter(Column::Id.eq(id)).exec(&**tx).await?;
    Ok(())
}

/// Files a mail that belongs nowhere yet, for somebody to look after, even if it was put aside; `false` when
/// somebody was faster.
pub async fn file(tx: &Tx, id: InboundMailId, kind: &str, about: uuid::Uuid, way: Option<Way>) -> Result<bool> {
    let filed = Entity::update_many()
        .col_expr(Column::AboutKind, Expr::value(kind))
        .col_expr(Column::AboutId, Expr::value(about))
        .col_expr(Column::Way, Expr::value(way))
        .col_expr(Column::FiledAt, Expr::value(tx.now))
        .col_expr(Column::FiledBy, Expr::value(tx.actor.person))
        .col_expr(Column::HandledAt, Expr::value(None::<Instant>))
        .col_expr(Column::HandledBy, Expr::value(None::<PersonId>))
        .filter(Column::Id.eq(id))
        .filter(Column::AboutId.is_null())
        .exec(&**tx)
        .await?;
    Ok(filed.rows_affected == 1)
}

/// Takes a filed mail back into the holding pen; `false` when it became a reply, or is not filed.
pub async fn take_back(tx: &Tx, id: InboundMailId) -> Result<bool> {
    let taken = Entity::update_many()
        .col_expr(Column::AboutKind, Expr::value(None::<String>))
        .col_expr(Column::AboutId, Expr::value(None::<uuid::Uuid>))
        .col_expr(Column::Way, Expr::value(None::<Way>))
        .col_expr(Column::FiledAt, Expr::value(None::<Instant>))
        .col_expr(Column::FiledBy, Expr::value(None::<PersonId>))
        .col_expr(Column::HandledAt, Expr::value(None::<Instant>))
        .col_expr(Column::HandledBy, Expr::value(None::<PersonId>))
        .filter(Column::Id.eq(id))
        .filter(Column::AboutId.is_not_null())
        .filter(Column::BecameReply.eq(false))
        .exec(&**tx)
        .await?;
    Ok(taken.rows_affected == 1)
}

/// Notes that nobody has to look after a mail any more; `false` when that was so before.
pub async fn handle(tx: &Tx, id: InboundMailId) -> Result<bool> {
    let update = Entity::update_many()
        .col_expr(Column::HandledAt, Expr::value(tx.now))
        .col_expr(Column::HandledBy, Expr::value(tx.actor.person));
    let done = update.filter(Column::Id.eq(id)).filter(Column::HandledAt.is_null()).exec(&**tx).await?;
    Ok(done.rows_affected == 1)
}

/// Notes that a person put a mail of the holding pen aside, also one that was put aside by itself; `false` when it is
/// filed, or a person did so before.
pub async fn put_aside(tx: &Tx, id: InboundMailId) -> Result<bool> {
    let update = Entity::update_many()
        .col_expr(Column::HandledAt, Expr::value(tx.now))
        .col_expr(Column::HandledBy, Expr::value(tx.actor.person));
    let waits = Condition::any().add(Column::HandledAt.is_null()).add(Column::HandledBy.is_null());
    let waits = update.filter(Column::Id.eq(id)).filter(Column::AboutId.is_null()).filter(waits);
    Ok(waits.exec(&**tx).await?.rows_affected == 1)
}

/// Notes that a mail became the member's reply, so that nobody has to look after it, unless something that came with it
/// was not taken.
pub async fn became_reply(tx: &Tx, mail: &Inbound) -> Result<()> {
    let update = Entity::update_many().col_expr(Column::BecameReply, Expr::value(true));
    update.filter(Column::Id.eq(mail.id)).exec(&**tx).await?;
    if mail.is_whole() {
        handle(tx, mail.id).await?;
    }
    Ok(())
}

pub async fn find(conn: &impl ConnectionTrait, id: InboundMailId) -> Result<Inbound> {
    Entity::find_by_id(id).one(conn).await?.ok_or(AppError::NotFound)
}

/// Mails of one conversation that are shown beside it, and characters of each: a machine that answers without end must
/// not make its page endless.
pub const SHOWN: usize = 200;
pub const BEGINNING: usize = 4_000;

fn filed_to(of: Conversation) -> Select<Entity> {
    Entity::find().filter(Column::AboutKind.eq(of.kind.to_string())).filter(Column::AboutId.eq(of.id))
}

/// The newest mails of a conversation, newest first, with the beginnings of their texts; and whether there are more.
pub async fn of(conn: &impl ConnectionTrait, of: Conversation) -> Result<(Vec<Inbound>, bool)> {
    let others = Column::iter().filter(|column| !matches!(column, Column::Body));
    let beginning = Expr::cust(format!("SUBSTR(body, 1, {BEGINNING})"));
    let found = filed_to(of).select_only().columns(others).column_as(beginning, "body");
    let mut mails: Vec<Inbound> =
        found.order_by_desc(Column::Id).limit(SHOWN as u64 + 1).into_model().all(conn).await?;
    let is_cut = mails.len() > SHOWN;
    mails.truncate(SHOWN);
    Ok((mails, is_cut))
}

/// The mails of a conversation up to one of it that nobody has looked after, reports aside; none when that one is of
/// another.
pub async fn unanswered(
    conn: &impl ConnectionTrait,
    of: Conversation,
    up_to: InboundMailId,
) -> Result<Vec<InboundMailId>> {
    let ids = |found: Select<Entity>| found.select_only().column(Column::Id).into_tuple::<InboundMailId>();
    if ids(filed_to(of).filter(Column::Id.eq(up_to))).one(conn).await?.is_none() {
        return Ok(Vec::new());
    }
    let waiting = filed_to(of).filter(Column::Id.lte(up_to)).filter(Column::HandledAt.is_null());
    let answers = waiting.filter(Column::Nature.ne(Nature::Report)).order_by_desc(Column::Id).limit(SHOWN as u64);
    Ok(ids(answers).all(conn).await?)
}

/// Which mails a list shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filter {
    /// Those that somebody has to look after; those about install requests with their module only.
    Waiting {
        requests: bool,
    },
    /// Those of them that belong nowhere yet.
    Pen,
    /// Those that belong nowhere, and were put aside by themselves because too many came.
    Aside,
    /// Those that are filed to this conversation.
    Of(Conversation),
    All,
}

impl Filter {
    /// What waits for the secretariat as it works now.
    pub fn waiting(current: &Current) -> Self {
        Self::Waiting { requests: current.site.modules.sentinels }
    }
}

/// How many rows a page has, and where counting stops.
pub const PAGE: usize = 50;
const COUNTED: u64 = 1_001;

/// A mail as lists show it, without its text.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Line {
    pub id: InboundMailId,
    pub received_at: Instant,
    pub from_name: String,
    pub from_email: String,
    pub subject: String,
    pub nature: Nature,
    pub held: Option<Held>,
    pub about_kind: Option<String>,
    pub about_id: Option<uuid::Uuid>,
    pub handled_at: Option<Instant>,
    pub handled_by: Option<PersonId>,
    pub delivery_id: Option<DeliveryId>,
}

impl Line {
    /// The conversation that it is filed to; nothing in the pen, or when it is about something else.
    pub fn conversation(&self) -> Option<Conversation> {
        self.about_kind.as_deref().zip(self.about_id).and_then(|(kind, id)| Conversation::of(kind, id))
    }
}

const LINE: [Column; 12] = [
    Column::Id,
    Column::ReceivedAt,
    Column::FromName,
    Column::FromEmail,
    Column::Subject,
    Column::Nature,
    Column::Held,
    Column::AboutKind,
    Column::AboutId,
    Column::HandledAt,
    Column::HandledBy,
    Column::DeliveryId,
];

/// What no person has filed or put aside, and is off 待办 nevertheless.
fn aside_by_itself() -> Condition {
    Condition::all()
        .add(Column::AboutId.is_null())
        .add(Column::HandledAt.is_not_null())
        .add(Column::HandledBy.is_null())
}

fn selected(filter: Filter) -> Select<Entity> {
    match filter {
        Filter::Waiting { requests } => {
            let of_others = Column::AboutKind.ne(Kind::InstallRequest.word());
            let waiting = Entity::find().filter(Column::HandledAt.is_null());
            let others = Condition::any().add(Column::AboutKind.is_null()).add(of_others);
            if requests { waiting } else { waiting.filter(others) }
        }
        Filter::Pen => Entity::find().filter(Column::HandledAt.is_null()).filter(Column::AboutId.is_null()),
        Filter::Aside => Entity::find().filter(aside_by_itself()),
        Filter::Of(of) => filed_to(of),
        Filter::All => Entity::find(),
    }
}

/// One page of the list, newest first.
pub async fn list(
    conn: &impl ConnectionTrait,
    filter: Filter,
    from: From<InboundMailId>,
) -> Result<Paged<Line, InboundMailId>> {
    let lines = selected(filter).select_only().columns(LINE);
    let rows = newest_first(lines, Column::Id, from, PAGE).into_model::<Line>().all(conn).await?;
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
