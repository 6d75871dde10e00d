//! Queries and commands on people, roles and sessions.

use sea_orm::{
    ActiveModelTrait,
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, Func, OnConflict, Query, SelectStatement},
};

use super::{
    Login, Person, Role, RoleKind,
    entity::{person, role, role_plant, session},
    links::store as links,
};
use crate::{
    db::Tx,
    error::{AppError, Result, unique_violation},
    ids::{MemberId, PersonId, PlantId, RoleId, SessionId},
    members::store as members,
    text::{Locale, Message},
    time::Instant,
};

/// The person of a running session, with the roles in force.
pub async fn person_of_session(conn: &impl ConnectionTrait, token_hash: &str, now: Instant) -> Result<Option<Person>> {
    let Some(session) = session::Entity::find()
        .filter(session::Column::TokenHash.eq(token_hash))
        .filter(session::Column::ExpiresAt.gt(now))
        .one(conn)
        .await?
    else {
        return Ok(None);
    };
    person(conn, session.person_id).await
}

/// A person who may sign in, with the roles in force.
pub async fn person(conn: &impl ConnectionTrait, id: PersonId) -> Result<Option<Person>> {
    let Some(row) = person::Entity::find_by_id(id).filter(person::Column::DisabledAt.is_null()).one(conn).await? else {
        return Ok(None);
    };
    let roles = role::Entity::find()
        .filter(role::Column::PersonId.eq(id))
        .filter(role::Column::EndedAt.is_null())
        .all(conn)
        .await?;
    let operators: Vec<RoleId> = roles.iter().filter(|r| r.kind == RoleKind::MemberOperator).map(|r| r.id).collect();
    let plants = if operators.is_empty() {
        Vec::new()
    } else {
        role_plant::Entity::find().filter(role_plant::Column::RoleId.is_in(operators)).all(conn).await?
    };
    let members: Vec<MemberId> = roles.iter().filter_map(|r| r.member_id).collect();
    let left = members::left(conn, &members).await?;
    let roles = roles
        .into_iter()
        .map(|r| Role {
            kind: r.kind,
            member: r.member_id,
            plants: plants.iter().filter(|p| p.role_id == r.id).map(|p| p.plant_id).collect(),
            left: r.member_id.is_some_and(|member| left.contains(&member)),
        })
        .collect();
    Ok(Some(Person { id: row.id, name: row.name, locale: row.locale.as_deref().and_then(Locale::from_code), roles }))
}

/// Who signs in with this, and the hash to check the password against.
pub async fn credentials(conn: &impl ConnectionTrait, login: &Login) -> Result<Option<(PersonId, Option<String>)>> {
    let query = person::Entity::find().filter(person::Column::DisabledAt.is_null());
    let query = match login {
        Login::Phone(phone) => query.filter(person::Column::Phone.eq(phone)),
        Login::Email(email) => query.filter(person::Column::Email.eq(email)),
    };
    Ok(query.one(conn).await?.map(|row| (row.id, row.password_hash)))
}

/// Whether the person may sign in and their password is still the one of this hash. It stays so until the
/// transaction ends: who changes it or bars the person waits, and then ends the session that begins here too.
pub async fn still_has(tx: &Tx, person: PersonId, password_hash: Option<&str>) -> Result<bool> {
    let row = person::Entity::find_by_id(person)
        .filter(person::Column::DisabledAt.is_null())
        .lock_exclusive()
        .one(&**tx)
        .await?;
    Ok(row.is_some_and(|row| row.password_hash.is_some() && row.password_hash.as_deref() == password_hash))
}

/// Lets what a person does twice at once happen one after the other, until the transaction ends.
pub async fn hold(tx: &Tx, person: PersonId) -> Result<()> {
    person::Entity::find_by_id(person).lock_exclusive().one(&**tx).await?;
    Ok(())
}

/// The e-mail address of a person, if they have one.
pub async fn email_of(conn: &impl ConnectionTrait, id: PersonId) -> Result<Option<String>> {
    Ok(person::Entity::find_by_id(id).one(conn).await?.and_then(|row| row.email))
}

/// Whether there is any account.
pub async fn anybody(conn: &impl ConnectionTrait) -> Result<bool> {
    Ok(person::Entity::find().one(conn).await?.is_some())
}

/// A person to be added.
#[derive(Clone, Debug)]
pub struct NewPerson {
    pub name: String,
    pub phone: Option<String>,
    pub email: Option<String>,
    pub password_hash: Option<String>,
}

/// Adds an account.
///
/// # Errors
/// `Refused` when somebody made one with the same number or address a moment before.
pub async fn add_person(tx: &Tx, new: NewPerson) -> Result<PersonId> {
    let id = PersonId::new();
    let row = person::ActiveModel {
        id: Set(id),
        name: Set(new.name),
        phone: Set(new.phone),
        email: Set(new.email),
        password_hash: Set(new.password_hash),
        locale: Set(None),
        created_at: Set(tx.now),
        disabled_at: Set(None),
        row_version: Set(1),
    };
    match row.insert(&**tx).await {
        Ok(_) => Ok(id),
        Err(error) if unique_violation(&error).is_some() => Err(AppError::Refused(Message::of("accounts.link.again"))),
        Err(error) => Err(error.into()),
    }
}

/// Gives a person a role that they do not have; `plants` matters to operators only.
///
/// # Errors
/// `Refused` when the same role is in force.
pub async fn add_role(
    tx: &Tx,
    person: PersonId,
    kind: RoleKind,
    member: Option<MemberId>,
    plants: &[PlantId],
) -> Result<RoleId> {
    let added = add_missing_role(tx, person, kind, member, plants).await?;
    added.ok_or_else(|| AppError::Refused(Message::of("accounts.role.held")))
}

/// Gives a person a role, or nothing when the same role is in force, also one that was given this moment.
pub async fn add_missing_role(
    tx: &Tx,
    person: PersonId,
    kind: RoleKind,
    member: Option<MemberId>,
    plants: &[PlantId],
) -> Result<Option<RoleId>> {
    let id = RoleId::new();
    let new = role::ActiveModel {
        id: Set(id),
        person_id: Set(person),
        kind: Set(kind),
        member_id: Set(member),
        created_at: Set(tx.now),
        ended_at: Set(None),
        row_version: Set(1),
    };
    let insert = role::Entity::insert(new).on_conflict(OnConflict::new().do_nothing().to_owned());
    if insert.exec_without_returning(&**tx).await? == 0 {
        return Ok(None);
    }
    if kind.is_office() {
        shorten_sessions(tx, person).await?;
        // Staff may have handed one out while it opened no account of the secretariat.
        links::end_password_links(tx, person).await?;
    }
    let rows = plants.iter().map(|plant| role_plant::ActiveModel { role_id: Set(id), plant_id: Set(*plant) });
    if !plants.is_empty() {
        role_plant::Entity::insert_many(rows).exec_without_returning(&**tx).await?;
    }
    Ok(Some(id))
}

/// The secretariat's sessions are short, also those that began before somebody came to it.
async fn shorten_sessions(tx: &Tx, person: PersonId) -> Result<()> {
    let latest = tx.now.plus(super::session::SHORT);
    session::Entity::update_many()
        .col_expr(session::Column::ExpiresAt, Expr::value(latest))
        .filter(session::Column::PersonId.eq(person))
        .filter(session::Column::ExpiresAt.gt(latest))
        .exec(&**tx)
        .await?;
    Ok(())
}

pub async fn add_session(tx: &Tx, person: PersonId, token_hash: &str, expires_at: Instant) -> Result<()> {
    session::ActiveModel {
        id: Set(SessionId::new()),
        token_hash: Set(token_hash.to_owned()),
        person_id: Set(person),
        created_at: Set(tx.now),
        expires_at: Set(expires_at),
    }
    .insert(&**tx)
    .await?;
    Ok(())
}

/// Ends a session; gives whose it was, if it was still running.
pub async fn end_session(tx: &Tx, token_hash: &str) -> Result<Option<PersonId>> {
    let Some(row) = session::Entity::find().filter(session::Column::TokenHash.eq(token_hash)).one(&**tx).await? else {
        return Ok(None);
    };
    let ended = session::Entity::delete_many().filter(session::Column::Id.eq(row.id)).exec(&**tx).await?;
    Ok((ended.rows_affected == 1 && row.expires_at > tx.now).then_some(row.person_id))
}

/// Removes the sessions whose time is over.
pub async fn tidy_sessions(tx: &Tx) -> Result<()> {
    session::Entity::delete_many().filter(session::Column::ExpiresAt.lte(tx.now)).exec(&**tx).await?;
    Ok(())
}

/// Sets the language of a person's pages; gives the one before when that was another, or none.
pub async fn set_locale(tx: &Tx, person: PersonId, locale: Locale) -> Result<Option<Option<String>>> {
    let row = person::Entity::find_by_id(person).one(&**tx).await?.ok_or(AppError::NotFound)?;
    if row.locale.as_deref() == Some(locale.code()) {
        return Ok(None);
    }
    person::Entity::update_many()
        .col_expr(person::Column::Locale, Expr::value(locale.code()))
        .col_expr(person::Column::RowVersion, Expr::col(person::Column::RowVersion).add(1))
        .filter(person::Column::Id.eq(person))
        .exec(&**tx)
        .await?;
    Ok(Some(row.locale))
}

/// A person as others know them: by name, and where mail reaches them.
#[derive(Clone, PartialEq, Eq)]
pub struct Known {
    pub id: PersonId,
    pub name: String,
    pub email: Option<String>,
    pub locale: Option<Locale>,
}

/// Some people, whatever their roles are now.
pub async fn known(conn: &impl ConnectionTrait, ids: &[PersonId]) -> Result<Vec<Known>> {
    let rows = person::Entity::find().filter(person::Column::Id.is_in(ids.iter().copied())).all(conn).await?;
    Ok(rows.into_iter().map(as_known).collect())
}

/// Everybody who acts for the secretariat now, by name.
pub async fn staff(conn: &impl ConnectionTrait) -> Result<Vec<Known>> {
    let rows = person::Entity::find()
        .filter(person::Column::Id.in_subquery(staff_ids()))
        .order_by_asc(person::Column::Name)
        .all(conn)
        .await?;
    Ok(rows.into_iter().map(as_known).collect())
}

/// The ids of everybody who acts for the secretariat now, for conditions of other queries.
pub fn staff_ids() -> SelectStatement {
    let in_office = Query::select()
        .column(role::Column::PersonId)
        .from(role::Entity)
        .and_where(role::Column::Kind.is_in([RoleKind::OfficeAdmin, RoleKind::OfficeStaff]))
        .and_where(role::Column::EndedAt.is_null())
        .to_owned();
    Query::select()
        .column(person::Column::Id)
        .from(person::Entity)
        .and_where(person::Column::DisabledAt.is_null())
        .and_where(person::Column::Id.in_subquery(in_office))
        .to_owned()
}

fn as_known(row: person::Model) -> Known {
    Known { id: row.id, name: row.name, email: row.email, locale: row.locale.as_deref().and_then(Locale::from_code) }
}

/// Those who have this address, however its letters are written.
pub async fn people_of_email(conn: &impl ConnectionTrait, email: &str) -> Result<Vec<Person>> {
    let lower = Expr::expr(Func::lower(Expr::col(person::Column::Email)));
    let ids: Vec<PersonId> = person::Entity::find()
        .filter(lower.eq(email.to_ascii_lowercase()))
        .select_only()
        .column(person::Column::Id)
        .into_tuple()
        .all(conn)
        .await?;
    let mut people = Vec::new();
    for id in ids {
        people.extend(person(conn, id).await?);
    }
    Ok(people)
}
