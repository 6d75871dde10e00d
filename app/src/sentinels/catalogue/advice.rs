//! What the catalogue has for an entrance: for each recommended form how many devices the busiest hour takes, and
//! the models that conform, are not known to be without docking, and can do what the scene asks for.

use std::collections::BTreeSet;

use super::{
    Model,
    model::{Finding, Load, devices_needed, loads},
};
use crate::{
    guides::facts::{Ability, DeviceForm, Pace},
    sentinels::recommendation::{Recommendation, Scene},
};

/// The advice for one form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advice {
    pub form: DeviceForm,
    pub load: Load,
    /// Nothing when nobody said how many come.
    pub needed: Option<u32>,
    pub models: Vec<Suitable>,
}

/// A model that suits, and how many of it are needed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suitable {
    pub model: Model,
    pub needed: Option<u32>,
}

/// The advice for a scene, form by form.
pub fn advise(scene: &Scene, suits: &Recommendation, models: &[Model], pace: &Pace) -> Vec<Advice> {
    let on_foot = suits.also.unwrap_or(suits.form);
    loads(scene, suits)
        .into_iter()
        .map(|(form, load)| {
            // Gates are of people on foot: no device at a car window has to open one.
            let asked: BTreeSet<Ability> = suits
                .abilities
                .iter()
                .copied()
                .filter(|ability| *ability != Ability::GateControl || form == on_foot)
                .collect();
            let models = models.iter().filter(|model| suitable(model, form, &asked));
            let needed = |own| devices_needed(load, own, pace);
            let models = models.map(|model| Suitable { needed: needed(model.throughput()), model: model.clone() });
            Advice { form, load, needed: needed(None), models: models.collect() }
        })
        .collect()
}

fn suitable(model: &Model, form: DeviceForm, asked: &BTreeSet<Ability>) -> bool {
    model.retired_at.is_none()
        && model.conformity == Finding::Yes
        && model.docking != Finding::No
        && model.form == form
        && asked.is_subset(&model.abilities())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        guides::facts::Installing,
        ids::SentinelModelId,
        sentinels::{
            catalogue::entity::stored,
            recommendation::{Gates, recommend},
        },
        time::Instant,
    };

    fn model(name: &str, form: DeviceForm, abilities: &[Ability]) -> Model {
        Model {
            id: SentinelModelId::new(),
            brand: "示范".to_owned(),
            model: name.to_owned(),
            name_key: name.to_owned(),
            form,
            abilities: stored(&abilities.iter().copied().collect()),
            conformity: Finding::Yes,
            docking: Finding::Unknown,
            vendor: "示范服务商".to_owned(),
            vendor_phone: None,
            throughput: None,
            checkup_days: None,
            remarks: None,
            created_at: Instant(0),
            retired_at: None,
            row_version: 1,
        }
    }

    fn named(advice: &Advice) -> Vec<(&str, Option<u32>)> {
        advice.models.iter().map(|found| (found.model.model.as_str(), found.needed)).collect()
    }

    #[test]
    fn only_models_that_conform_and_can_do_it_are_named() {
        let scene = Scene {
            vehicles: true,
            gates: Gates::Existing,
            person_must_match_id: true,
            people_per_hour: Some(800),
            vehicles_per_hour: Some(100),
            ..Scene::default()
        };
        let both = [Ability::FaceMatch, Ability::IdCardReader];
        let all = [Ability::FaceMatch, Ability::IdCardReader, Ability::GateControl];
        let quick = Model { throughput: Some(30), ..model("quick", DeviceForm::Gate, &all) };
        let retired = Model { retired_at: Some(Instant(1)), ..model("retired", DeviceForm::Gate, &all) };
        let unknown = Model { conformity: Finding::Unknown, ..model("unknown", DeviceForm::Gate, &all) };
        let undocked = Model { docking: Finding::No, ..model("undocked", DeviceForm::Gate, &all) };
        let docked = Model { docking: Finding::Yes, ..model("docked", DeviceForm::Gate, &all) };
        let models = [
            model("gate", DeviceForm::Gate, &all),
            quick,
            retired,
            unknown,
            undocked,
            docked,
            model("no gate control", DeviceForm::Gate, &both),
            model("handheld", DeviceForm::Handheld, &both),
            model("no reader", DeviceForm::Handheld, &[Ability::FaceMatch]),
        ];
        let rules = Installing::default();
        let found = advise(&scene, &recommend(&scene, &rules), &models, &rules.pace);
        let [cars, gates] = &found[..] else { panic!("{found:?}") };
        assert_eq!((cars.form, cars.needed), (DeviceForm::Handheld, Some(2)));
        assert_eq!(named(cars), [("handheld", Some(2))]);
        assert_eq!((gates.form, gates.needed), (DeviceForm::Gate, Some(2)));
        let suitable = [("gate", Some(2)), ("quick", Some(1)), ("docked", Some(2))];
        assert_eq!(named(gates), suitable, "its own estimate counts");

        let unsaid = Scene { people_per_hour: None, vehicles_per_hour: None, ..scene };
        let found = advise(&unsaid, &recommend(&unsaid, &rules), &models, &rules.pace);
        assert!(found.iter().all(|advice| advice.needed.is_none()), "nobody said how many come");
    }
}
