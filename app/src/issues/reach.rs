//! Whose issue it is on the member's side: one that names no plant belongs to everybody of the member, one
//! that names a plant to the member's admins and to the operators who were given that plant.

use crate::{
    accounts::{Role, RoleKind},
    current::Current,
    error::{AppError, Result},
    ids::{MemberId, PlantId},
    issues::store::Issue,
};

/// The issues that a person has to do with as somebody of members.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    /// The members that the person works for.
    pub members: Vec<MemberId>,
    /// Those of them of which every issue is the person's.
    pub whole: Vec<MemberId>,
    /// The plants that were given.
    pub plants: Vec<PlantId>,
}

impl Reach {
    pub fn of(roles: &[Role]) -> Self {
        let mut reach = Self::default();
        for (role, member) in roles.iter().filter_map(|role| Some((role, role.member?))) {
            reach.members.push(member);
            if role.kind == RoleKind::MemberAdmin {
                reach.whole.push(member);
            }
            reach.plants.extend(&role.plants);
        }
        reach
    }

    /// The same without the members that left, of which people only read.
    pub fn of_those_who_act(roles: &[Role]) -> Self {
        let staying: Vec<Role> = roles.iter().filter(|role| !role.left).cloned().collect();
        Self::of(&staying)
    }

    pub fn of_current(current: &Current) -> Self {
        current.person.as_ref().map_or_else(Self::default, |person| Self::of(&person.roles))
    }

    pub fn holds(&self, member: MemberId, plant: Option<PlantId>) -> bool {
        let given = plant.is_none_or(|plant| self.plants.contains(&plant));
        self.members.contains(&member) && (given || self.whole.contains(&member))
    }
}

/// Whether it is this person's own issue, rather than one that they see for the secretariat.
pub fn is_own(current: &Current, issue: &Issue) -> bool {
    Reach::of_current(current).holds(issue.member_id, issue.plant_id)
}

/// May read the issue and its files.
pub fn sees(current: &Current, issue: &Issue) -> Result<()> {
    match issue.plant_id {
        Some(plant) => current.sees_plant(issue.member_id, plant),
        None => current.sees_member(issue.member_id),
    }
}

/// May take a step of the issue: staff, and those whose own it is while the member is one.
pub fn acts(current: &Current, issue: &Issue) -> Result<()> {
    match issue.plant_id {
        Some(plant) => current.acts_for_plant(issue.member_id, plant)?,
        None => current.acts_for_member(issue.member_id)?,
    }
    // Who reads for the secretariat and works for another plant of the member only reads here.
    if current.is_staff() || is_own(current, issue) { Ok(()) } else { Err(AppError::Forbidden) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn role(kind: RoleKind, member: MemberId, plants: &[PlantId]) -> Role {
        Role { kind, member: Some(member), plants: plants.to_vec(), left: false }
    }

    #[test]
    fn an_operator_has_the_issues_of_the_given_plants_and_of_the_whole_member() {
        let (member, other) = (MemberId::new(), MemberId::new());
        let (given, elsewhere) = (PlantId::new(), PlantId::new());
        let reach = Reach::of(&[role(RoleKind::MemberOperator, member, &[given])]);
        assert!(reach.holds(member, None) && reach.holds(member, Some(given)));
        assert!(!reach.holds(member, Some(elsewhere)));
        assert!(!reach.holds(other, None) && !reach.holds(other, Some(given)));
    }

    #[test]
    fn an_admin_has_all_issues_of_the_own_member_only() {
        let (member, other) = (MemberId::new(), MemberId::new());
        let reach = Reach::of(&[role(RoleKind::MemberAdmin, member, &[]), role(RoleKind::MemberOperator, other, &[])]);
        assert!(reach.holds(member, None) && reach.holds(member, Some(PlantId::new())));
        assert!(reach.holds(other, None) && !reach.holds(other, Some(PlantId::new())));
    }

    #[test]
    fn the_secretariat_has_none_as_a_member() {
        let staff = Role { kind: RoleKind::OfficeStaff, member: None, plants: Vec::new(), left: false };
        assert_eq!(Reach::of(&[staff]), Reach::default());
    }
}
