//! One issue: filing it, moving it, its timeline and its files. A move holds only if nobody moved the
//! issue since it was read.

use sea_orm::{
    ActiveModelTrait,
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    sea_query::{Expr, OnConflict},
};

use super::{Event, Issue};
use crate::{
    db::Tx,
    error::{AppError, Result},
    files::{self, Stored},
    ids::{FileId, IssueEventId, IssueId, LetterId, MemberId, PersonId, PlantId},
    issues::{
        entity::{attachment, event, issue, view},
        model::{Act, Category, EventKind, Kind},
    },
    numbers,
};

/// An issue to be filed.
#[derive(Clone, Debug)]
pub struct NewIssue {
    pub id: IssueId,
    pub member: MemberId,
    pub plant: Option<PlantId>,
    pub kind: Kind,
    pub category: Category,
    pub title: String,
    pub body: String,
    pub by_office: bool,
    /// Who phoned, when the secretariat files for the member.
    pub caller: Option<String>,
}

/// What a move says beside its kind.
#[derive(Clone, Debug, Default)]
pub struct Details {
    pub text: Option<String>,
    pub caller: Option<String>,
    pub reference: Option<String>,
    pub letter: Option<LetterId>,
    pub to: Option<PersonId>,
}

pub async fn find(conn: &impl ConnectionTrait, id: IssueId) -> Result<Issue> {
    issue::Entity::find_by_id(id).one(conn).await?.ok_or(AppError::NotFound)
}

/// Files an issue under the next number of its series, with the first line of its timeline.
pub async fn file(tx: &Tx, new: NewIssue) -> Result<(Issue, IssueEventId)> {
    let number = numbers::next(tx, new.kind.series()).await?;
    let issue = issue::ActiveModel {
        id: Set(new.id),
        number: Set(number.to_string()),
        member_id: Set(new.member),
        plant_id: Set(new.plant),
        kind: Set(new.kind),
        category: Set(new.category),
        title: Set(new.title),
        body: Set(new.body),
        filed_at: Set(tx.now),
        filed_by: Set(tx.actor.person),
        owner_id: Set(None),
        letter_id: Set(None),
        taken_at: Set(None),
        asked_back_at: Set(None),
        replied_at: Set(None),
        forwarded_at: Set(None),
        answered_at: Set(None),
        closed_at: Set(None),
        reopened_at: Set(None),
        told_at: Set(new.by_office.then_some(tx.now)),
        row_version: Set(1),
    }
    .insert(&**tx)
    .await?;
    let details = Details { caller: new.caller, ..Details::default() };
    let event = add_event(tx, issue.id, EventKind::Filed, new.by_office, &details).await?;
    Ok((issue, event))
}

/// Writes what an act changes on the issue, if nobody changed it since `issue` was read; `false` when
/// somebody did. A remark changes nothing.
pub async fn advance(tx: &Tx, issue: &Issue, act: Act, by_office: bool, details: &Details) -> Result<bool> {
    use issue::Column as C;
    if act == Act::Remark {
        return Ok(true);
    }
    let mut update = issue::Entity::update_many()
        .col_expr(C::RowVersion, Expr::value(issue.row_version + 1))
        .filter(C::Id.eq(issue.id))
        .filter(C::RowVersion.eq(issue.row_version));
    let moment = match act {
        Act::Take => Some(C::TakenAt),
        Act::AskBack => Some(C::AskedBackAt),
        Act::Reply => Some(C::RepliedAt),
        Act::Forward => Some(C::ForwardedAt),
        Act::Answer => Some(C::AnsweredAt),
        Act::Close => Some(C::ClosedAt),
        Act::Reopen => Some(C::ReopenedAt),
        Act::HandOver | Act::Remark => None,
    };
    if let Some(column) = moment {
        update = update.col_expr(column, Expr::value(tx.now));
    }
    if by_office {
        update = update.col_expr(C::ToldAt, Expr::value(tx.now));
    }
    if let Some(owner) = if act == Act::Take { tx.actor.person } else { details.to } {
        update = update.col_expr(C::OwnerId, Expr::value(owner));
    }
    if let Some(letter) = details.letter {
        update = update.col_expr(C::LetterId, Expr::value(letter));
    }
    Ok(update.exec(&**tx).await?.rows_affected == 1)
}

/// Notes that the member is told something that leaves the issue where it stands.
pub async fn mark_told(tx: &Tx, issue: IssueId) -> Result<()> {
    issue::Entity::update_many()
        .col_expr(issue::Column::ToldAt, Expr::value(tx.now))
        .filter(issue::Column::Id.eq(issue))
        .exec(&**tx)
        .await?;
    Ok(())
}

pub async fn add_event(
    tx: &Tx,
    issue: IssueId,
    kind: EventKind,
    by_office: bool,
    details: &Details,
) -> Result<IssueEventId> {
    let id = IssueEventId::new();
    event::ActiveModel {
        id: Set(id),
        issue_id: Set(issue),
        at: Set(tx.now),
        kind: Set(kind),
        person_id: Set(tx.actor.person),
        by_office: Set(by_office),
        caller: Set(details.caller.clone()),
        text: Set(details.text.clone()),
        reference: Set(details.reference.clone()),
        letter_id: Set(details.letter),
        to_person_id: Set(details.to),
    }
    .insert(&**tx)
    .await?;
    Ok(id)
}

/// The timeline, newest first; members do not see what stays inside the secretariat.
pub async fn events(conn: &impl ConnectionTrait, issue: IssueId, for_member: bool) -> Result<Vec<Event>> {
    let mut events = event::Entity::find()
        .filter(event::Column::IssueId.eq(issue))
        .order_by_desc(event::Column::Id)
        .all(conn)
        .await?;
    events.retain(|event| !for_member || event.kind.is_shown_to_member());
    Ok(events)
}

pub async fn attach(tx: &Tx, issue: IssueId, event: IssueEventId, files: &[FileId]) -> Result<()> {
    if files.is_empty() {
        return Ok(());
    }
    let rows = files.iter().map(|file| attachment::ActiveModel {
        event_id: Set(event),
        file_id: Set(*file),
        issue_id: Set(issue),
    });
    attachment::Entity::insert_many(rows).exec_without_returning(&**tx).await?;
    Ok(())
}

/// The files of an issue with the line of the timeline that each came with.
pub async fn attachments(conn: &impl ConnectionTrait, issue: IssueId) -> Result<Vec<(IssueEventId, Stored)>> {
    let rows = attachment::Entity::find()
        .filter(attachment::Column::IssueId.eq(issue))
        .order_by_asc(attachment::Column::FileId)
        .all(conn)
        .await?;
    let ids: Vec<FileId> = rows.iter().map(|row| row.file_id).collect();
    let stored = files::find_all(conn, &ids).await?;
    let of = |row: attachment::Model| {
        stored.iter().find(|file| file.id == row.file_id).map(|file| (row.event_id, file.clone()))
    };
    Ok(rows.into_iter().filter_map(of).collect())
}

/// A file, if it belongs to this issue.
pub async fn attached(conn: &impl ConnectionTrait, issue: IssueId, file: FileId) -> Result<Stored> {
    attachment::Entity::find()
        .filter(attachment::Column::IssueId.eq(issue))
        .filter(attachment::Column::FileId.eq(file))
        .one(conn)
        .await?
        .ok_or(AppError::NotFound)?;
    files::find(conn, file).await
}

/// Whether the secretariat did something since this person last looked.
pub async fn has_news_for(conn: &impl ConnectionTrait, issue: &Issue, person: PersonId) -> Result<bool> {
    let Some(told_at) = issue.told_at else { return Ok(false) };
    let seen = view::Entity::find_by_id((issue.id, person)).one(conn).await?;
    Ok(seen.is_none_or(|view| view.at < told_at))
}

pub async fn mark_viewed(tx: &Tx, issue: IssueId, person: PersonId) -> Result<()> {
    let row = view::ActiveModel { issue_id: Set(issue), person_id: Set(person), at: Set(tx.now) };
    let mut again = OnConflict::columns([view::Column::IssueId, view::Column::PersonId]);
    again.update_column(view::Column::At);
    view::Entity::insert(row).on_conflict(again).exec_without_returning(&**tx).await?;
    Ok(())
}
