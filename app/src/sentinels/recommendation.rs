//! Which sentinel suits an entrance: a few answers lead to a device form and the abilities it
//! needs, each with its reason. The five conditions, face matching and voice are the guide's, and so is
//! the handheld for vehicles; the other forms (for gates, crowd, distance, ID) and abilities are our
//! advice. All are data in [`crate::guides::facts`]. The same answers always lead to the same device.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::guides::facts::{Ability, Condition, DeviceForm, Installing, SceneRule};
use crate::ids::text_enum;
use crate::text::Message;

/// What the requester says about an entrance. What a stored scene lacks was not asked when it was answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scene {
    /// So many people that they queue.
    pub crowd: bool,
    /// People in vehicles are checked here.
    pub vehicles: bool,
    pub gates: Gates,
    /// The person must be proven to be the one on the ID.
    pub person_must_match_id: bool,
    /// Who checks and who is checked keep apart.
    pub distance: bool,
    /// On foot in the busiest hour, if it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub people_per_hour: Option<u32>,
    /// In the busiest hour, if it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vehicles_per_hour: Option<u32>,
}

text_enum! {
    /// Whether people pass gates.
    #[derive(Default)]
    pub enum Gates {
        #[default]
        None = "none",
        Existing = "existing",
        /// Gates are to be put up.
        Planned = "planned",
    }
}

/// What suits, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recommendation {
    pub form: DeviceForm,
    /// For the people on foot, where vehicles decided the form and people come too.
    pub also: Option<DeviceForm>,
    pub abilities: BTreeSet<Ability>,
    /// One for each rule that applies, in the order of their weight; if none does, that a place
    /// code may be enough.
    pub reasons: Vec<Message>,
}

/// Where no rule names a form: the simplest that is on offer.
const SIMPLEST: [DeviceForm; 5] =
    [DeviceForm::Desk, DeviceForm::Wall, DeviceForm::Floor, DeviceForm::Handheld, DeviceForm::Gate];

/// Applies the rules, in their order, to a scene.
#[must_use]
pub fn recommend(scene: &Scene, facts: &Installing) -> Recommendation {
    let rules: Vec<&SceneRule> = facts.rules.iter().filter(|rule| scene.meets(rule.condition)).collect();
    let simplest = || {
        let offered = SIMPLEST.into_iter().find(|form| facts.forms.contains(form));
        offered.unwrap_or(DeviceForm::Desk)
    };
    let mut forms = rules
        .iter()
        .filter_map(|rule| Some((rule.condition, rule.form?)))
        .filter(|(_, form)| facts.forms.contains(form));
    let (form, also) = match forms.next() {
        None => (simplest(), None),
        Some((Condition::Vehicles, form)) => {
            let on_foot = forms.find(|(condition, other)| is_for_people(*condition) && *other != form);
            (form, on_foot.map(|(_, other)| other))
        }
        Some((_, form)) => (form, None),
    };
    let abilities = rules.iter().flat_map(|rule| rule.abilities.clone());
    let mut reasons: Vec<Message> = rules.iter().map(|rule| scene.reason(rule.condition)).collect();
    if reasons.is_empty() {
        reasons.push(Message::of("sentinels.reason.none"));
    }
    Recommendation { form, also, abilities: abilities.collect(), reasons }
}

/// Crowds and gates are of people on foot; the other conditions may be met at a car window.
fn is_for_people(condition: Condition) -> bool {
    matches!(condition, Condition::Crowd | Condition::Gates)
}

impl Scene {
    #[must_use]
    pub fn meets(&self, condition: Condition) -> bool {
        match condition {
            Condition::Crowd => self.crowd,
            Condition::Vehicles => self.vehicles,
            Condition::Gates => self.gates != Gates::None,
            Condition::PersonMatchesId => self.person_must_match_id,
            Condition::Distance => self.distance,
        }
    }

    fn reason(&self, condition: Condition) -> Message {
        Message::of(match condition {
            Condition::Crowd => "sentinels.reason.crowd",
            Condition::Vehicles => "sentinels.reason.vehicles",
            Condition::Gates if self.gates == Gates::Planned => "sentinels.reason.gates_planned",
            Condition::Gates => "sentinels.reason.gates_existing",
            Condition::PersonMatchesId => "sentinels.reason.person_must_match_id",
            Condition::Distance => "sentinels.reason.distance",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Crowd, vehicles, gates, person must match ID, distance.
    fn scene(answers: (bool, bool, Gates, bool, bool)) -> Scene {
        let (crowd, vehicles, gates, person_must_match_id, distance) = answers;
        Scene { crowd, vehicles, gates, person_must_match_id, distance, ..Scene::default() }
    }

    fn suits(answers: (bool, bool, Gates, bool, bool)) -> Recommendation {
        recommend(&scene(answers), &Installing::default())
    }

    #[test]
    fn each_condition_of_the_guide_leads_to_its_device() {
        use Ability::*;
        use DeviceForm::*;
        const O: bool = false;
        const X: bool = true;
        let none = Gates::None;
        let existing = Gates::Existing;
        let planned = Gates::Planned;
        for (answers, form, also, abilities, reasons) in [
            ((O, O, none, O, O), Desk, None, &[][..], &["none"][..]),
            ((X, O, none, O, O), Floor, None, &[], &["crowd"]),
            ((O, X, none, O, O), Handheld, None, &[], &["vehicles"]),
            ((O, O, existing, O, O), Gate, None, &[GateControl], &["gates_existing"]),
            ((O, O, planned, O, O), Gate, None, &[GateControl], &["gates_planned"]),
            ((O, O, none, X, O), Desk, None, &[FaceMatch, IdCardReader], &["person_must_match_id"]),
            ((O, O, none, O, X), Wall, None, &[Voice], &["distance"]),
            ((X, O, planned, O, O), Gate, None, &[GateControl], &["gates_planned", "crowd"]),
            (
                (X, O, none, X, X),
                Floor,
                None,
                &[FaceMatch, Voice, IdCardReader],
                &["crowd", "distance", "person_must_match_id"],
            ),
            ((X, X, none, O, O), Handheld, Some(Floor), &[], &["vehicles", "crowd"]),
            ((O, X, existing, O, O), Handheld, Some(Gate), &[GateControl], &["vehicles", "gates_existing"]),
            (
                (O, X, none, X, X),
                Handheld,
                None,
                &[FaceMatch, Voice, IdCardReader],
                &["vehicles", "distance", "person_must_match_id"],
            ),
        ] {
            let found = suits(answers);
            assert_eq!(found.form, form, "{answers:?}");
            assert_eq!(found.also, also, "{answers:?}");
            assert_eq!(found.abilities, abilities.iter().copied().collect(), "{answers:?}");
            let keys: Vec<_> =
                found.reasons.iter().filter_map(|reason| reason.key.strip_prefix("sentinels.reason.")).collect();
            assert_eq!(keys, reasons, "{answers:?}");
        }
    }

    #[test]
    fn a_scene_of_before_the_busiest_hour_was_asked_is_read_and_stays_as_it_was() {
        let old = r#"{"crowd":true,"vehicles":false,"gates":"none","person_must_match_id":false,"distance":false}"#;
        let read: Scene = serde_json::from_str(old).expect("a scene");
        assert_eq!((read.people_per_hour, read.vehicles_per_hour), (None, None));
        assert_eq!(serde_json::to_string(&read).expect("json"), old, "what was shown and hashed before is the same");
    }

    #[test]
    fn the_secretariats_rules_are_the_wizards_rules() {
        let mut facts = Installing::default();
        facts.rules.retain(|rule| rule.condition != Condition::Vehicles);
        let found = recommend(&scene((true, true, Gates::None, false, false)), &facts);
        assert_eq!((found.form, found.also), (DeviceForm::Floor, None));

        facts.forms = BTreeSet::from([DeviceForm::Wall]);
        let found = recommend(&scene((true, false, Gates::None, false, false)), &facts);
        assert_eq!(found.form, DeviceForm::Wall, "only what is on offer");

        facts.rules.reverse();
        let found = recommend(&scene((true, false, Gates::None, true, false)), &facts);
        assert_eq!(found.reasons[0].key, "sentinels.reason.person_must_match_id");
    }
}
