//! What the step of the devices has to offer: the advice for the scene, the models, and where devices may stand.

use super::{
    answers,
    catalogue::{
        self, Model,
        advice::{Advice, advise},
    },
    devices::store as devices_store,
    recommendation::{Recommendation, Scene, recommend},
    store::Case,
};
use crate::{
    current::Current,
    error::Result,
    form::Form,
    guides::facts::Installing,
    ids::{EntranceId, PlantId},
    members::store as register,
    state::AppState,
};

/// What the step of the devices has to offer.
pub struct Offer {
    pub suits: Recommendation,
    pub advice: Vec<Advice>,
    /// Models of the catalogue that can be asked for.
    pub models: Vec<Model>,
    pub rules: Installing,
    /// Where else devices may stand: the member's plants that this person acts for, and their entrances.
    pub plants: Vec<register::Plant>,
    pub entrances: Vec<register::Entrance>,
}

impl Offer {
    pub async fn of(state: &AppState, current: &Current, case: &Case, scene: Scene, rules: Installing) -> Result<Self> {
        let conn = state.db.reader();
        let suits = recommend(&scene, &rules);
        let models = catalogue::store::offered(conn).await?;
        let mut plants = register::plants_of(conn, &[case.request.member_id]).await?;
        plants.retain(|plant| current.acts_for_plant(plant.member_id, plant.id).is_ok());
        let ids: Vec<PlantId> = plants.iter().map(|plant| plant.id).collect();
        let entrances = devices_store::entrances(conn, &ids).await?;
        Ok(Self { advice: advise(&scene, &suits, &models, &rules.pace), suits, models, rules, plants, entrances })
    }

    /// Whether there is more than one entrance to choose from.
    pub fn spreads(&self) -> bool {
        self.entrances.len() > 1
    }

    /// Lines of which nothing else was said stand at the request's own entrance.
    pub fn stand(&self, form: &mut Form, own: EntranceId) {
        if !self.spreads() {
            return;
        }
        for n in 0..answers::lines_shown(form) {
            let field = format!("lines.{n}.entrance");
            if form.value(&field).is_empty() {
                form.set(&field, own);
            }
        }
    }
}
