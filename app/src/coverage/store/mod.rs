//! Queries on coverage: `list` of entrances, `figures` over many of them. What is known of entrances is gathered by one
//! statement for all of these (`known`); what it means the model says.

mod figures;
mod known;
mod list;

pub use figures::{Cell, Figures, KeptFigures, figures, of_plants};
pub use list::{Row, page, whole};

use crate::{
    coverage::model::Show,
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
    /// What a list is narrowed to; figures are about all.
    pub show: Option<Show>,
}
