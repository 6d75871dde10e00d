//! Queries and commands on the people of the secretariat and of members.

use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, ExprTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait, Select,
    sea_query::{Expr, Order, SelectStatement},
};

use crate::{
    accounts::{
        self, RoleKind,
        entity::{person, role, role_plant, session},
        token,
    },
    db::{Tx, holds},
    error::{AppError, Result, unique_violation},
    ids::{MemberId, PersonId, PlantId, RoleId},
    paging::{From, Paged},
    text::{Locale, Message},
    time::Instant,
};

pub use person::Model as PersonRow;
pub use role::Model as RoleRow;
pub use session::Model as SessionRow;

/// How many people stand on one page.
pub const PAGE: usize = 50;
/// Counting stops here.
const COUNT_CAP: u64 = 1_001;

pub async fn find(conn: &impl ConnectionTrait, id: PersonId) -> Result<PersonRow> {
    person::Entity::find_by_id(id).one(conn).await?.ok_or(AppError::NotFound)
}

pub async fn names(conn: &impl ConnectionTrait, ids: &[PersonId]) -> Result<Vec<PersonRow>> {
    Ok(person::Entity::find().filter(person::Column::Id.is_in(ids.iter().copied())).all(conn).await?)
}

/// The account of a number or, when the number has none, of an address.
pub async fn by_reach(
    conn: &impl ConnectionTrait,
    phone: Option<&str>,
    email: Option<&str>,
) -> Result<Option<PersonRow>> {
    if let Some(phone) = phone
        && let Some(found) = person::Entity::find().filter(person::Column::Phone.eq(phone)).one(conn).await?
    {
        return Ok(Some(found));
    }
    match email {
        Some(email) => Ok(person::Entity::find().filter(person::Column::Email.eq(email)).one(conn).await?),
        None => Ok(None),
    }
}

/// What people are looked for by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    Name,
    /// Number and address as well; not for those who see them masked.
    NameAndReach,
}

/// The people who are found by the words; all of them without words.
fn search(words: &str, by: By) -> Select<person::Entity> {
    let query = person::Entity::find();
    if words.is_empty() {
        return query;
    }
    let named = Condition::any().add(holds(person::Column::Name, words));
    query.filter(match by {
        By::Name => named,
        By::NameAndReach => named.add(holds(person::Column::Phone, words)).add(holds(person::Column::Email, words)),
    })
}

/// The ids of the people whose name contains the words, for use in another query.
pub fn called(words: &str) -> SelectStatement {
    let named = person::Entity::find().filter(holds(person::Column::Name, words));
    named.select_only().column(person::Column::Id).into_query()
}

pub async fn count(conn: &impl ConnectionTrait, words: &str, by: By) -> Result<u64> {
    Ok(search(words, by).limit(COUNT_CAP).count(conn).await?)
}

/// A page of people by name. A key that is nobody's leads to the first.
pub async fn list(
    conn: &impl ConnectionTrait,
    words: &str,
    by: By,
    from: From<PersonId>,
) -> Result<Paged<PersonRow, PersonId>> {
    let mark = match from {
        From::Start => None,
        From::After(id) | From::Before(id) => person::Entity::find_by_id(id).one(conn).await?,
    };
    let from = if mark.is_some() { from } else { From::Start };
    let order = if from.is_backwards() { Order::Desc } else { Order::Asc };
    let mut query = search(words, by);
    if let Some(mark) = mark {
        let (name, id) = (person::Column::Name, person::Column::Id);
        let (beyond, beside) = if from.is_backwards() {
            (name.lt(&mark.name), id.lt(mark.id))
        } else {
            (name.gt(&mark.name), id.gt(mark.id))
        };
        query = query.filter(Condition::any().add(beyond).add(name.eq(&mark.name).and(beside)));
    }
    let query = query.order_by(person::Column::Name, order.clone()).order_by(person::Column::Id, order);
    let rows = query.limit(PAGE as u64 + 1).all(conn).await?;
    Ok(from.page(rows, PAGE, |person| person.id))
}

/// The roles in force of some people.
pub async fn roles_of(conn: &impl ConnectionTrait, persons: &[PersonId]) -> Result<Vec<RoleRow>> {
    Ok(role::Entity::find()
        .filter(role::Column::PersonId.is_in(persons.iter().copied()))
        .filter(role::Column::EndedAt.is_null())
        .order_by_asc(role::Column::Id)
        .all(conn)
        .await?)
}

/// The roles in force at a member.
pub async fn roles_at(conn: &impl ConnectionTrait, member: MemberId) -> Result<Vec<RoleRow>> {
    Ok(role::Entity::find()
        .filter(role::Column::MemberId.eq(member))
        .filter(role::Column::EndedAt.is_null())
        .order_by_asc(role::Column::Id)
        .all(conn)
        .await?)
}

/// A role in force.
pub async fn role(conn: &impl ConnectionTrait, id: RoleId) -> Result<RoleRow> {
    let found = role::Entity::find_by_id(id).filter(role::Column::EndedAt.is_null()).one(conn).await?;
    found.ok_or(AppError::NotFound)
}

/// Which plants the operators of these roles work for.
pub async fn plants_of(conn: &impl ConnectionTrait, roles: &[RoleId]) -> Result<Vec<(RoleId, PlantId)>> {
    let rows = role_plant::Entity::find().filter(role_plant::Column::RoleId.is_in(roles.iter().copied())).all(conn);
    Ok(rows.await?.into_iter().map(|row| (row.role_id, row.plant_id)).collect())
}

/// Gives a role, or adds the plants to the same role that is in force already.
pub async fn give_role(
    tx: &Tx,
    person: PersonId,
    kind: RoleKind,
    member: Option<MemberId>,
    plants: &[PlantId],
) -> Result<RoleId> {
    if let Some(added) = accounts::store::add_missing_role(tx, person, kind, member, plants).await? {
        return Ok(added);
    }
    // Locked, so that it is neither ended nor given other plants before these are added.
    let same = role::Entity::find()
        .filter(role::Column::PersonId.eq(person))
        .filter(role::Column::EndedAt.is_null())
        .lock_exclusive()
        .all(&**tx)
        .await?
        .into_iter()
        .find(|role| role.kind == kind && role.member_id == member)
        .ok_or_else(|| AppError::Refused(Message::of("accounts.role.changed")))?;
    let mut all: Vec<PlantId> = plants_of(&**tx, &[same.id]).await?.into_iter().map(|(_, plant)| plant).collect();
    all.extend(plants);
    all.sort_unstable();
    all.dedup();
    role::Entity::update_many()
        .col_expr(role::Column::RowVersion, Expr::col(role::Column::RowVersion).add(1))
        .filter(role::Column::Id.eq(same.id))
        .exec(&**tx)
        .await?;
    set_plants(tx, same.id, &all).await?;
    Ok(same.id)
}

/// Chooses the plants if the role still is as `version` says; `false` when somebody else was faster.
pub async fn choose_plants(tx: &Tx, role: RoleId, version: i32, plants: &[PlantId]) -> Result<bool> {
    let changed = role::Entity::update_many()
        .col_expr(role::Column::RowVersion, Expr::value(version + 1))
        .filter(role::Column::Id.eq(role))
        .filter(role::Column::RowVersion.eq(version))
        .exec(&**tx)
        .await?;
    if changed.rows_affected == 0 {
        return Ok(false);
    }
    set_plants(tx, role, plants).await?;
    Ok(true)
}

async fn set_plants(tx: &Tx, role: RoleId, plants: &[PlantId]) -> Result<()> {
    role_plant::Entity::delete_many().filter(role_plant::Column::RoleId.eq(role)).exec(&**tx).await?;
    let rows = plants.iter().map(|plant| role_plant::Model { role_id: role, plant_id: *plant }.into_active_model());
    if !plants.is_empty() {
        role_plant::Entity::insert_many(rows).exec_without_returning(&**tx).await?;
    }
    Ok(())
}

/// Whether the role was ended by this.
pub async fn end_role(tx: &Tx, id: RoleId) -> Result<bool> {
    let changed = role::Entity::update_many()
        .col_expr(role::Column::EndedAt, Expr::value(tx.now))
        .filter(role::Column::Id.eq(id))
        .filter(role::Column::EndedAt.is_null())
        .exec(&**tx)
        .await?;
    Ok(changed.rows_affected == 1)
}

/// The people who are secretariat admins and may sign in. Their roles are locked until the transaction
/// ends, so that two who leave at once do not leave the portal without one.
pub async fn admins(tx: &Tx) -> Result<Vec<PersonId>> {
    let roles = role::Entity::find()
        .filter(role::Column::Kind.eq(RoleKind::OfficeAdmin))
        .filter(role::Column::EndedAt.is_null())
        .lock_exclusive()
        .all(&**tx)
        .await?;
    let ids: Vec<PersonId> = roles.into_iter().map(|role| role.person_id).collect();
    let able = person::Entity::find()
        .filter(person::Column::Id.is_in(ids))
        .filter(person::Column::DisabledAt.is_null())
        .filter(person::Column::PasswordHash.is_not_null())
        .all(&**tx)
        .await?;
    Ok(able.into_iter().map(|person| person.id).collect())
}

/// Bars a person from signing in, or lets them in again.
pub async fn set_disabled(tx: &Tx, id: PersonId, disabled: bool) -> Result<()> {
    person::Entity::update_many()
        .col_expr(person::Column::DisabledAt, Expr::value(disabled.then_some(tx.now)))
        .filter(person::Column::Id.eq(id))
        .exec(&**tx)
        .await?;
    if disabled {
        end_sessions(tx, id, None).await?;
    }
    Ok(())
}

/// What people may change about themselves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Details {
    pub name: String,
    pub phone: Option<String>,
    pub email: Option<String>,
    pub locale: Locale,
}

/// What became of details that were to be saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Saved {
    Yes,
    /// Another account has the value of this field.
    Taken(&'static str),
    /// They were changed since `version` was read; nothing was overwritten.
    Stale,
}

pub async fn save_details(tx: &Tx, id: PersonId, version: i32, details: &Details) -> Result<Saved> {
    if taken(tx, id, person::Column::Phone, details.phone.as_deref()).await? {
        return Ok(Saved::Taken("phone"));
    }
    if taken(tx, id, person::Column::Email, details.email.as_deref()).await? {
        return Ok(Saved::Taken("email"));
    }
    let row = person::ActiveModel {
        name: Set(details.name.clone()),
        phone: Set(details.phone.clone()),
        email: Set(details.email.clone()),
        locale: Set(Some(details.locale.code().to_owned())),
        row_version: Set(version + 1),
        ..Default::default()
    };
    let changed = person::Entity::update_many()
        .set(row)
        .filter(person::Column::Id.eq(id))
        .filter(person::Column::RowVersion.eq(version))
        .exec(&**tx)
        .await;
    match changed {
        Ok(changed) if changed.rows_affected == 1 => Ok(Saved::Yes),
        Ok(_) => Ok(Saved::Stale),
        // Another account came to have the value since it was looked for.
        Err(error) => match unique_violation(&error) {
            Some(name) if name.contains("phone") => Ok(Saved::Taken("phone")),
            Some(_) => Ok(Saved::Taken("email")),
            None => Err(error.into()),
        },
    }
}

async fn taken(tx: &Tx, own: PersonId, column: person::Column, value: Option<&str>) -> Result<bool> {
    let Some(value) = value else { return Ok(false) };
    let other = person::Entity::find().filter(column.eq(value)).filter(person::Column::Id.ne(own)).one(&**tx).await?;
    Ok(other.is_some())
}

pub async fn set_password(tx: &Tx, id: PersonId, hash: &str) -> Result<()> {
    person::Entity::update_many()
        .col_expr(person::Column::PasswordHash, Expr::value(hash))
        .filter(person::Column::Id.eq(id))
        .exec(&**tx)
        .await?;
    Ok(())
}

pub async fn set_name(tx: &Tx, id: PersonId, name: &str) -> Result<()> {
    person::Entity::update_many()
        .col_expr(person::Column::Name, Expr::value(name))
        .col_expr(person::Column::RowVersion, Expr::col(person::Column::RowVersion).add(1))
        .filter(person::Column::Id.eq(id))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// The running sessions of a person, newest first.
pub async fn sessions(conn: &impl ConnectionTrait, person: PersonId, now: Instant) -> Result<Vec<SessionRow>> {
    Ok(session::Entity::find()
        .filter(session::Column::PersonId.eq(person))
        .filter(session::Column::ExpiresAt.gt(now))
        .order_by_desc(session::Column::Id)
        .limit(PAGE as u64)
        .all(conn)
        .await?)
}

/// Ends the sessions of a person; `but` is the cookie's token of the one that goes on.
pub async fn end_sessions(tx: &Tx, person: PersonId, but: Option<&str>) -> Result<u64> {
    let mut query = session::Entity::delete_many().filter(session::Column::PersonId.eq(person));
    if let Some(token) = but {
        query = query.filter(session::Column::TokenHash.ne(token::hash(token)));
    }
    Ok(query.exec(&**tx).await?.rows_affected)
}
