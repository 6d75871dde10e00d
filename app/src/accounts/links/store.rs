//! Making, finding and using up one-time links.

use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, sea_query::Expr,
};

use super::{LinkState, Purpose, Secrets, model};
use crate::{
    accounts::{RoleKind, entity::link, token},
    db::Tx,
    error::{AppError, Result},
    ids::{LinkId, MemberId, PersonId, PlantId},
    state::Secret,
    time::Instant,
};

pub use link::Model as Link;

/// Most open invitations that a page lists.
const MOST_OPEN: u64 = 200;

impl Link {
    pub fn state(&self, now: Instant) -> LinkState {
        LinkState::of(self.used_at, self.withdrawn_at, self.expires_at, now)
    }

    pub fn plants(&self) -> Vec<PlantId> {
        serde_json::from_str(&self.plants).unwrap_or_default()
    }
}

/// Who is invited, to what.
#[derive(Clone, Debug)]
pub struct Invitation {
    pub name: String,
    pub phone: Option<String>,
    pub email: Option<String>,
    pub kind: RoleKind,
    pub member: Option<MemberId>,
    pub plants: Vec<PlantId>,
}

/// Makes an invitation and its secrets, which are known only now.
pub async fn invite(tx: &Tx, secret: &Secret, id: LinkId, new: &Invitation) -> Result<Secrets> {
    let secrets = Secrets::random();
    link::ActiveModel {
        id: Set(id),
        purpose: Set(Purpose::Invitation),
        token_hash: Set(token::hash(&secrets.token)),
        code_hash: Set(Some(code_hash(secret, &secrets.code))),
        entry_hash: Set(None),
        name: Set(new.name.clone()),
        phone: Set(new.phone.clone()),
        email: Set(new.email.clone()),
        role_kind: Set(Some(new.kind)),
        member_id: Set(new.member),
        plants: Set(serde_json::to_string(&new.plants).map_err(AppError::internal)?),
        person_id: Set(None),
        created_by: Set(tx.actor.person),
        created_at: Set(tx.now),
        expires_at: Set(tx.now.plus(model::INVITATION)),
        used_at: Set(None),
        withdrawn_at: Set(None),
    }
    .insert(&**tx)
    .await?;
    Ok(secrets)
}

/// Makes a link that sets a new password; using one ends the others.
pub async fn new_password(tx: &Tx, secret: &Secret, person: PersonId, name: &str) -> Result<Secrets> {
    let secrets = Secrets::random();
    link::ActiveModel {
        id: Set(LinkId::new()),
        purpose: Set(Purpose::Password),
        token_hash: Set(token::hash(&secrets.token)),
        code_hash: Set(Some(code_hash(secret, &secrets.code))),
        entry_hash: Set(None),
        name: Set(name.to_owned()),
        phone: Set(None),
        email: Set(None),
        role_kind: Set(None),
        member_id: Set(None),
        plants: Set("[]".to_owned()),
        person_id: Set(Some(person)),
        created_by: Set(tx.actor.person),
        created_at: Set(tx.now),
        expires_at: Set(tx.now.plus(model::PASSWORD)),
        used_at: Set(None),
        withdrawn_at: Set(None),
    }
    .insert(&**tx)
    .await?;
    Ok(secrets)
}

/// Withdraws the open password links of a person.
pub async fn end_password_links(tx: &Tx, person: PersonId) -> Result<()> {
    link::Entity::update_many()
        .col_expr(link::Column::WithdrawnAt, Expr::value(tx.now))
        .filter(link::Column::Purpose.eq(Purpose::Password))
        .filter(link::Column::PersonId.eq(person))
        .filter(open(tx.now))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// The condition that a link can still be used.
fn open(now: Instant) -> Condition {
    Condition::all()
        .add(link::Column::UsedAt.is_null())
        .add(link::Column::WithdrawnAt.is_null())
        .add(link::Column::ExpiresAt.gt(now))
}

fn code_hash(secret: &Secret, code: &str) -> String {
    token::keyed_hash(secret, "link code", code)
}

/// The link of an address, whether it was opened from the message or reached by the code.
pub async fn by_token(conn: &impl ConnectionTrait, typed: &str) -> Result<Option<Link>> {
    let hash = token::hash(typed);
    let either = Condition::any().add(link::Column::TokenHash.eq(&hash)).add(link::Column::EntryHash.eq(&hash));
    Ok(link::Entity::find().filter(either).one(conn).await?)
}

/// Opens a way to the link of a code: a new token for its page.
pub async fn enter(tx: &Tx, secret: &Secret, code: &str) -> Result<Option<String>> {
    let entry = token::random_text(32);
    let changed = link::Entity::update_many()
        .col_expr(link::Column::EntryHash, Expr::value(token::hash(&entry)))
        .filter(link::Column::CodeHash.eq(code_hash(secret, code)))
        .exec(&**tx)
        .await?;
    Ok((changed.rows_affected == 1).then_some(entry))
}

pub async fn invitation(conn: &impl ConnectionTrait, id: LinkId) -> Result<Link> {
    link::Entity::find_by_id(id)
        .filter(link::Column::Purpose.eq(Purpose::Invitation))
        .one(conn)
        .await?
        .ok_or(AppError::NotFound)
}

/// The invitations that were neither accepted nor withdrawn, newest first: of a member, or of the
/// secretariat.
pub async fn unanswered(conn: &impl ConnectionTrait, member: Option<MemberId>) -> Result<Vec<Link>> {
    let whose = match member {
        Some(member) => link::Column::MemberId.eq(member),
        None => link::Column::MemberId.is_null(),
    };
    Ok(link::Entity::find()
        .filter(link::Column::Purpose.eq(Purpose::Invitation))
        .filter(whose)
        .filter(link::Column::UsedAt.is_null())
        .filter(link::Column::WithdrawnAt.is_null())
        .order_by_desc(link::Column::Id)
        .limit(MOST_OPEN)
        .all(conn)
        .await?)
}

/// Everything open that a person made: invitations and password links.
pub async fn open_of(tx: &Tx, person: PersonId) -> Result<Vec<Link>> {
    let made = link::Entity::find().filter(link::Column::CreatedBy.eq(person)).filter(open(tx.now));
    Ok(made.order_by_asc(link::Column::Id).all(&**tx).await?)
}

/// New secrets and a new term for an invitation, which is from now on the one of whoever renews it; the old secrets
/// end. Nothing when it was used or withdrawn.
pub async fn renew(tx: &Tx, secret: &Secret, id: LinkId) -> Result<Option<Secrets>> {
    let secrets = Secrets::random();
    let changed = link::Entity::update_many()
        .col_expr(link::Column::TokenHash, Expr::value(token::hash(&secrets.token)))
        .col_expr(link::Column::CodeHash, Expr::value(code_hash(secret, &secrets.code)))
        .col_expr(link::Column::EntryHash, Expr::value(None::<String>))
        .col_expr(link::Column::ExpiresAt, Expr::value(tx.now.plus(model::INVITATION)))
        .col_expr(link::Column::CreatedBy, Expr::value(tx.actor.person))
        .filter(link::Column::Id.eq(id))
        .filter(link::Column::UsedAt.is_null())
        .filter(link::Column::WithdrawnAt.is_null())
        .exec(&**tx)
        .await?;
    Ok((changed.rows_affected == 1).then_some(secrets))
}

/// Whether it was withdrawn by this; a used one stays used.
pub async fn withdraw(tx: &Tx, id: LinkId) -> Result<bool> {
    let changed = link::Entity::update_many()
        .col_expr(link::Column::WithdrawnAt, Expr::value(tx.now))
        .filter(link::Column::Id.eq(id))
        .filter(link::Column::UsedAt.is_null())
        .filter(link::Column::WithdrawnAt.is_null())
        .exec(&**tx)
        .await?;
    Ok(changed.rows_affected == 1)
}

/// Uses the link up, for whoever comes first; `false` when it was no longer open.
pub async fn use_up(tx: &Tx, id: LinkId, person: PersonId) -> Result<bool> {
    let changed = link::Entity::update_many()
        .col_expr(link::Column::UsedAt, Expr::value(tx.now))
        .col_expr(link::Column::PersonId, Expr::value(person))
        .filter(link::Column::Id.eq(id))
        .filter(open(tx.now))
        .exec(&**tx)
        .await?;
    Ok(changed.rows_affected == 1)
}
