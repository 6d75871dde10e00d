//! What is said of a model, when two names mean the same one, and how many devices the busiest hour takes.

use unicode_normalization::UnicodeNormalization;

use crate::{
    guides::facts::{DeviceForm, Pace},
    ids::text_enum,
    sentinels::recommendation::{Recommendation, Scene},
};

text_enum! {
    /// What is on record of a demand on a model.
    pub enum Finding {
        /// Nobody said anything yet.
        Unknown = "unknown",
        Yes = "yes",
        No = "no",
    }
}

/// Most people in a minute, vehicles or people in an hour, that are taken for meant.
pub const MAX_PER_MINUTE: i64 = 600;
pub const MAX_PER_HOUR: i64 = 100_000;

/// Letters, digits and the plus sign, which tells makes apart, in one width and small: `SA-H20`, `ｓａ Ｈ20` and `SAH20`
/// are one name, `K1` and `K1+` are two.
#[must_use]
pub fn plain(name: &str) -> String {
    name.nfkc().filter(|c| c.is_alphanumeric() || *c == '+').flat_map(char::to_lowercase).collect()
}

/// Equal for names of brand and model that mean the same.
#[must_use]
pub fn name_key(brand: &str, model: &str) -> String {
    format!("{}/{}", plain(brand), plain(model))
}

/// Who comes to be checked in the busiest hour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Load {
    /// On foot, in an hour.
    pub people: u32,
    /// In an hour.
    pub vehicles: u32,
}

/// How many devices keep a queue from growing in a busy minute of the busiest hour; nothing when nobody comes.
/// A model's own estimate (people in a minute) takes the place of that of all devices.
#[must_use]
pub fn devices_needed(load: Load, people_per_minute: Option<u16>, pace: &Pace) -> Option<u32> {
    let by_foot = u64::from(people_per_minute.unwrap_or(pace.people_per_minute).max(1));
    let by_wheel = u64::from(pace.vehicles_per_minute.max(1));
    // A busy minute's work in device minutes, as a fraction so that nothing is rounded before the end.
    let work = u64::from(load.people) * by_wheel + u64::from(load.vehicles) * by_foot;
    let devices = work.saturating_mul(pace.busy_minute.into()).div_ceil(60 * 100 * by_foot * by_wheel);
    u32::try_from(devices).ok().filter(|devices| *devices > 0)
}

/// What each recommended form has to cope with. Vehicles go to the form that was chosen for them, and people on
/// foot to the other one, if there is one.
#[must_use]
pub fn loads(scene: &Scene, suits: &Recommendation) -> Vec<(DeviceForm, Load)> {
    let people = scene.people_per_hour.unwrap_or(0);
    let vehicles = if scene.vehicles { scene.vehicles_per_hour.unwrap_or(0) } else { 0 };
    match suits.also {
        Some(also) => vec![(suits.form, Load { people: 0, vehicles }), (also, Load { people, vehicles: 0 })],
        None => vec![(suits.form, Load { people, vehicles })],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{guides::facts::Installing, sentinels::recommendation::recommend};

    #[test]
    fn names_that_mean_the_same_have_one_key() {
        let key = name_key("申安", "SA-H20");
        for (brand, model) in [("申安 ", "sa h20"), ("申安", "ＳＡ－Ｈ２０"), ("申·安", "SAH20")] {
            assert_eq!(name_key(brand, model), key, "{brand} {model}");
        }
        assert_ne!(name_key("申安", "SA-H21"), key);
        assert_ne!(name_key("申安", "SA-H20+"), key, "a sign that names another make");
        assert_ne!(name_key("申安S", "A-H20"), key, "where the brand ends counts");
    }

    #[test]
    fn a_busy_minute_decides_how_many() {
        let needed = |people, vehicles, rate| devices_needed(Load { people, vehicles }, rate, &Pace::default());
        assert_eq!(needed(0, 0, None), None, "nobody comes");
        assert_eq!(needed(1, 0, None), Some(1));
        // 400 in an hour are 6.7 in a minute and 10 in a busy one.
        assert_eq!(needed(400, 0, None), Some(1));
        assert_eq!(needed(401, 0, None), Some(2));
        assert_eq!(needed(400, 0, Some(20)), Some(1));
        assert_eq!(needed(400, 0, Some(5)), Some(2));
        // 80 vehicles in an hour are 2 in a busy minute.
        assert_eq!(needed(0, 80, None), Some(1));
        assert_eq!(needed(0, 81, Some(600)), Some(2), "a quick device does not hurry a lorry");
        assert_eq!(needed(200, 40, None), Some(1), "half its time for each");
        assert_eq!(needed(201, 40, None), Some(2));
        let slow = Pace { people_per_minute: 5, vehicles_per_minute: 1, busy_minute: 200 };
        let slowly = |people, vehicles, rate| devices_needed(Load { people, vehicles }, rate, &slow);
        assert_eq!((slowly(150, 0, None), slowly(151, 0, None)), (Some(1), Some(2)));
        assert_eq!((slowly(0, 30, None), slowly(0, 31, Some(600))), (Some(1), Some(2)));
        assert_eq!(slowly(300, 0, Some(10)), Some(1), "a model's own estimate comes first");
        assert_eq!(needed(u32::MAX, u32::MAX, Some(1)).map(|n| n > 1_000_000), Some(true), "no figure overflows");
    }

    #[test]
    fn vehicles_and_people_go_to_the_form_that_is_theirs() {
        let scene = Scene {
            crowd: true,
            vehicles: true,
            people_per_hour: Some(500),
            vehicles_per_hour: Some(90),
            ..Scene::default()
        };
        let found = loads(&scene, &recommend(&scene, &Installing::default()));
        assert_eq!(
            found,
            [
                (DeviceForm::Handheld, Load { people: 0, vehicles: 90 }),
                (DeviceForm::Floor, Load { people: 500, vehicles: 0 })
            ]
        );
        let both = Scene { crowd: false, ..scene };
        let found = loads(&both, &recommend(&both, &Installing::default()));
        assert_eq!(found, [(DeviceForm::Handheld, Load { people: 500, vehicles: 90 })]);
        let on_foot = Scene { vehicles: false, ..scene };
        let found = loads(&on_foot, &recommend(&on_foot, &Installing::default()));
        assert_eq!(found, [(DeviceForm::Floor, Load { people: 500, vehicles: 0 })], "vehicles are not checked here");
    }
}
