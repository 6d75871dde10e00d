//! Whose place codes a person reaches.

use crate::{
    accounts::RoleKind,
    current::Current,
    ids::{MemberId, PlantId},
};

/// Which plants' things a person may see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reach {
    All,
    /// Those of whole members and of single plants.
    Of {
        members: Vec<MemberId>,
        plants: Vec<PlantId>,
    },
}

impl Reach {
    pub fn of(current: &Current) -> Self {
        if current.is_office() {
            return Self::All;
        }
        let (mut members, mut plants) = (Vec::new(), Vec::new());
        for role in current.person.iter().flat_map(|person| &person.roles) {
            match role.kind {
                RoleKind::MemberAdmin => members.extend(role.member),
                _ => plants.extend(&role.plants),
            }
        }
        Self::Of { members, plants }
    }

    /// Whether a plant's things are within it.
    #[must_use]
    pub fn covers(&self, member: MemberId, plant: PlantId) -> bool {
        match self {
            Self::All => true,
            Self::Of { members, plants } => members.contains(&member) || plants.contains(&plant),
        }
    }
}
