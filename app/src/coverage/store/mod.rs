//! Queries on coverage: the `overview` of all entrances of a choice, and the `list` of those that are looked at. What is
//! known of entrances is gathered by one statement for all of these (`known`); what it means the model says. Whose most
//! is not covered (`worst`) is counted along with the overview.

mod known;
mod list;
mod overview;
mod worst;

pub use list::{PER_PAGE, Row, rows};
pub use overview::{Covered, Figures, KeptOverviews, Overview, of_plants};
pub use worst::{OfMember, Worst};

use crate::{
    ids::{MemberId, PlantId},
    members::plant_kind::PlantKind,
    place_codes::reach::Reach,
};

/// Which entrances are looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Filter {
    /// A district's code.
    pub district: Option<String>,
    pub kind: Option<PlantKind>,
    pub member: Option<MemberId>,
    pub plant: Option<PlantId>,
    /// A part of the member's, the plant's or the entrance's name.
    pub text: String,
}

/// Whose entrances, and which of them.
#[derive(Clone, Copy, Debug)]
pub struct Choice<'a> {
    pub reach: &'a Reach,
    pub filter: &'a Filter,
}
