//! How a sentinel is chosen and ordered: the forms in which devices are made, what they can do, and the rules that
//! choose among them by what an entrance is like.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::Pace;
use crate::ids::{TextEnum, text_enum};

/// How a sentinel is chosen and ordered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Installing {
    /// The mailbox that the guide names. Where this portal sends to is a setting of the program.
    pub mail: String,
    pub forms: BTreeSet<DeviceForm>,
    /// In the order of their weight: the first that applies and names a form on offer decides it. Where
    /// that is one for vehicles, a rule for people may add a second form.
    pub rules: Vec<SceneRule>,
    /// What tells how many are needed.
    #[serde(default)]
    pub pace: Pace,
}

text_enum! {
    /// The shapes in which sentinels are made.
    pub enum DeviceForm {
        /// 手持式
        Handheld = "handheld",
        /// 落地式
        Floor = "floor",
        /// 通道式
        Gate = "gate",
        /// 壁挂式
        Wall = "wall",
        /// 桌面式
        Desk = "desk",
    }
}

text_enum! {
    /// What a device must be able to do beyond scanning a code.
    pub enum Ability {
        /// 人脸识别
        FaceMatch = "face_match",
        /// 语音播报
        Voice = "voice",
        /// 身份证读卡; some older devices have none.
        IdCardReader = "id_card_reader",
        /// 闸机联动
        GateControl = "gate_control",
    }
}

text_enum! {
    /// What may be true of an entrance; one for each of the guide's five rules.
    pub enum Condition {
        Crowd = "crowd",
        Vehicles = "vehicles",
        Gates = "gates",
        PersonMatchesId = "person_matches_id",
        Distance = "distance",
    }
}

/// A rule for choosing: under a condition, this form and these abilities. The guide itself names a
/// form only for vehicles; the forms of the other rules are the association's advice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SceneRule {
    pub condition: Condition,
    pub form: Option<DeviceForm>,
    pub abilities: BTreeSet<Ability>,
}

impl Installing {
    /// One rule at most for a condition, each with a form that is there, or with an ability.
    pub(super) fn rules_are_usable(&self) -> bool {
        let conditions: BTreeSet<_> = self.rules.iter().map(|r| r.condition).collect();
        let useful = |rule: &SceneRule| match rule.form {
            Some(form) => self.forms.contains(&form),
            None => !rule.abilities.is_empty(),
        };
        conditions.len() == self.rules.len() && self.rules.iter().all(useful)
    }
}

impl Default for Installing {
    fn default() -> Self {
        let rule = |condition, form, abilities: &[Ability]| SceneRule {
            condition,
            form: Some(form),
            abilities: abilities.iter().copied().collect(),
        };
        Self {
            mail: "shaobing@shdata.com".to_owned(),
            forms: DeviceForm::ALL.iter().copied().collect(),
            rules: vec![
                rule(Condition::Vehicles, DeviceForm::Handheld, &[]),
                rule(Condition::Gates, DeviceForm::Gate, &[Ability::GateControl]),
                rule(Condition::Crowd, DeviceForm::Floor, &[]),
                rule(Condition::Distance, DeviceForm::Wall, &[Ability::Voice]),
                rule(Condition::PersonMatchesId, DeviceForm::Desk, &[Ability::FaceMatch, Ability::IdCardReader]),
            ],
            pace: Pace::default(),
        }
    }
}
