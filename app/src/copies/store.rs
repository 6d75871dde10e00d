//! Noting copies and reading them.

use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect,
};

use super::entity::{ActiveModel, Column, Entity, Text};
use crate::{
    accounts::{self, people},
    db::Tx,
    error::Result,
    ids::{CopyId, PersonId},
    time::Instant,
};

/// Copies that are shown of one text.
const SHOWN: u64 = 20;
/// Taps of one person within this time are one copy.
const ONE: i64 = Instant::MINUTE;

/// A text that can be copied, and by whom and when it was.
#[derive(Clone, Debug)]
pub struct Noted {
    pub kind: Text,
    pub about: String,
    pub copies: Vec<(String, Instant)>,
}

pub async fn noted(conn: &impl ConnectionTrait, kind: Text, about: &str) -> Result<Noted> {
    let of_text = Entity::find().filter(Column::Kind.eq(kind)).filter(Column::About.eq(about));
    let rows = of_text.order_by_desc(Column::At).order_by_desc(Column::Id).limit(SHOWN).all(conn).await?;
    let ids: Vec<PersonId> = rows.iter().map(|row| row.person_id).collect();
    let people = people::store::names(conn, &ids).await?;
    let name = |id| people.iter().find(|person| person.id == id).map(|person| person.name.clone()).unwrap_or_default();
    let copies = rows.into_iter().map(|row| (name(row.person_id), row.at)).collect();
    Ok(Noted { kind, about: about.to_owned(), copies })
}

pub async fn note(tx: &Tx, kind: Text, about: &str, person: PersonId) -> Result<()> {
    // Of two taps at once, one waits here for the other.
    accounts::store::hold(tx, person).await?;
    let mine = Entity::find().filter(Column::Kind.eq(kind)).filter(Column::About.eq(about));
    let just_now = mine.filter(Column::PersonId.eq(person)).filter(Column::At.gt(tx.now.plus(-ONE)));
    if just_now.count(&**tx).await? > 0 {
        return Ok(());
    }
    let row = ActiveModel {
        id: Set(CopyId::new()),
        kind: Set(kind),
        about: Set(about.to_owned()),
        person_id: Set(person),
        at: Set(tx.now),
    };
    row.insert(&**tx).await?;
    Ok(())
}
