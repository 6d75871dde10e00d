//! The condition by which lists keep to what a person reaches.

use sea_orm::{ColumnTrait, Condition, sea_query::IntoCondition};

use super::reach::Reach;
use crate::ids::PlantId;

/// What is within a reach: by the column that names the member, or by what `about` says of single plants. An empty
/// list beside another would keep the databases from their indexes.
pub fn within<C: IntoCondition>(
    reach: &Reach,
    member: impl ColumnTrait,
    about: impl FnOnce(&[PlantId]) -> C,
) -> Condition {
    let Reach::Of { members, plants } = reach else { return Condition::all() };
    let mut own = Condition::any();
    if !members.is_empty() || plants.is_empty() {
        own = own.add(member.is_in(members.iter().copied()));
    }
    if !plants.is_empty() {
        own = own.add(about(plants).into_condition());
    }
    own
}
