//! The whole register, to compare a sheet with, and a fingerprint by which is seen whether it has changed since.

use std::collections::HashMap;

use sea_orm::{ConnectionTrait, DbBackend, EntityTrait, QueryOrder, Statement};

use crate::{
    db::Tx,
    error::{AppError, Result},
    ids::{MemberId, PlantId},
    members::{
        by_member,
        entity::{contact, entrance, member, plant},
        store::{Contact, Entrance, Member, Plant},
    },
};

/// Members by their codes.
#[derive(Debug, Default)]
pub struct Register {
    members: HashMap<String, Known>,
    codes: HashMap<String, String>,
}

#[derive(Debug)]
pub struct Known {
    pub member: Member,
    /// With the closed ones, by name.
    pub plants: Vec<KnownPlant>,
    pub contacts: Vec<Contact>,
}

#[derive(Debug)]
pub struct KnownPlant {
    pub plant: Plant,
    /// With the closed ones, by name.
    pub entrances: Vec<Entrance>,
}

impl Register {
    pub fn new(known: impl IntoIterator<Item = Known>) -> Self {
        let mut register = Self::default();
        for known in known {
            let code = known.member.credit_code.clone();
            if known.member.left_at.is_none() {
                register.codes.insert(known.member.name.clone(), code.clone());
            }
            register.members.insert(code, known);
        }
        register
    }

    pub fn member(&self, code: &str) -> Option<&Known> {
        self.members.get(code)
    }

    pub fn members(&self) -> impl Iterator<Item = &Known> {
        self.members.values()
    }

    /// The code of the member with this name.
    pub fn code_of(&self, name: &str) -> Option<&str> {
        self.codes.get(name).map(String::as_str)
    }

    /// Whether a member has several contacts of this name.
    pub fn has_namesakes(&self, code: &str, name: &str) -> bool {
        self.member(code).is_some_and(|known| known.contacts.iter().filter(|contact| contact.name == name).count() > 1)
    }
}

/// Reads all of it.
pub async fn register(conn: &impl ConnectionTrait) -> Result<Register> {
    let members = member::Entity::find().all(conn).await?;
    let plants = plant::Entity::find().order_by_asc(plant::Column::Name).order_by_asc(plant::Column::Id).all(conn);
    let mut plants = by_member(plants.await?, |plant: &Plant| plant.member_id);
    let contacts = contact::Entity::find().order_by_asc(contact::Column::Id).all(conn).await?;
    let mut contacts: HashMap<MemberId, Vec<Contact>> = by_member(contacts, |contact: &Contact| contact.member_id);
    let mut entrances = HashMap::<PlantId, Vec<Entrance>>::new();
    for entrance in entrance::Entity::find().order_by_asc(entrance::Column::Name).all(conn).await? {
        entrances.entry(entrance.plant_id).or_default().push(entrance);
    }
    Ok(Register::new(members.into_iter().map(|member| {
        let plants = plants
            .remove(&member.id)
            .unwrap_or_default()
            .into_iter()
            .map(|plant| KnownPlant { entrances: entrances.remove(&plant.id).unwrap_or_default(), plant });
        Known { plants: plants.collect(), contacts: contacts.remove(&member.id).unwrap_or_default(), member }
    })))
}

/// Keeps others from writing to the register until the transaction ends; they can still read. On SQLite a
/// transaction that writes is the only one anyway.
///
/// # Errors
/// Among others `Unavailable` when somebody else went on writing for too long.
pub async fn lock_register(tx: &Tx) -> Result<()> {
    if tx.get_database_backend() == DbBackend::Postgres {
        tx.execute_unprepared("LOCK TABLE members, plants, entrances, contacts IN SHARE ROW EXCLUSIVE MODE").await?;
    }
    Ok(())
}

/// Differs when anything was added to the register, changed in it or removed from it.
pub async fn fingerprint(conn: &impl ConnectionTrait) -> Result<String> {
    let mut text = String::new();
    for table in ["members", "plants", "entrances", "contacts"] {
        let sql = format!(
            "SELECT COUNT(*) AS rows_now, CAST(COALESCE(SUM(row_version), 0) AS bigint) AS versions, \
             CAST(COALESCE(MAX(created_at), 0) AS bigint) AS newest FROM {table}"
        );
        let row = conn.query_one_raw(Statement::from_string(conn.get_database_backend(), sql)).await?;
        let row = row.ok_or_else(|| AppError::internal("a count gave no row"))?;
        let number = |name: &str| row.try_get::<i64>("", name);
        text.push_str(&format!("{}.{}.{};", number("rows_now")?, number("versions")?, number("newest")?));
    }
    Ok(text)
}
