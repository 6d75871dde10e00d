//! The table of models.

use std::collections::BTreeSet;

use sea_orm::entity::prelude::*;

use super::model::Finding;
use crate::{
    guides::facts::{Ability, DeviceForm},
    ids::{SentinelModelId, TextEnum},
    time::Instant,
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sentinel_models")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SentinelModelId,
    pub brand: String,
    pub model: String,
    /// `model::name_key` of the two.
    pub name_key: String,
    pub form: DeviceForm,
    /// Words with commas between.
    pub abilities: String,
    /// Whether it keeps to the technical specification.
    pub conformity: Finding,
    /// Whether it is docked with SHData.
    pub docking: Finding,
    pub vendor: String,
    pub vendor_phone: Option<String>,
    /// People in a minute, as staff estimate it.
    pub throughput: Option<i32>,
    /// Days between two check-ups, where they are not as set for all.
    pub checkup_days: Option<i32>,
    pub remarks: Option<String>,
    pub created_at: Instant,
    /// Since when it is recommended and offered no more.
    pub retired_at: Option<Instant>,
    pub row_version: i32,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    pub fn abilities(&self) -> BTreeSet<Ability> {
        abilities(&self.abilities)
    }

    /// People in a minute.
    pub fn throughput(&self) -> Option<u16> {
        self.throughput.and_then(|people| u16::try_from(people).ok())
    }

    pub fn name(&self) -> String {
        format!("{} {}", self.brand, self.model)
    }
}

/// Abilities as they are stored, read; unknown words are passed over.
pub fn abilities(stored: &str) -> BTreeSet<Ability> {
    stored.split(',').filter_map(Ability::from_word).collect()
}

/// Abilities as they are stored.
pub fn stored(abilities: &BTreeSet<Ability>) -> String {
    abilities.iter().map(|ability| ability.word()).collect::<Vec<_>>().join(",")
}
