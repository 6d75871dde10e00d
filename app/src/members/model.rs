//! The words of the register, and what is known of a member, a plant, an entrance and a contact before
//! it has a row. Forms, import sheets and demo data all become these, so they are checked alike.

use super::{address::Address, credit_code::CreditCode, plant_kind::PlantKind};
use crate::ids::{TextEnum, text_enum};

text_enum! {
    /// Who or what passes an entrance.
    pub enum Passage {
        People = "people",
        Vehicles = "vehicles",
        Both = "both",
    }
}

text_enum! {
    /// What a contact of a member is called for. A contact may have several duties.
    pub enum Duty {
        /// Gets notices.
        Notices = "notices",
        /// Reports supply.
        Supply = "supply",
        /// Keeps place codes and sentinels in order.
        Codes = "codes",
        /// Answers for everything else.
        General = "general",
    }
}

/// A member as its licence names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberFacts {
    pub name: String,
    pub short_name: Option<String>,
    pub credit_code: CreditCode,
}

/// A plant; the address as it is stored, tidied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlantFacts {
    pub name: String,
    pub kind: PlantKind,
    pub address: Address,
    /// Kilograms.
    pub silo_capacity: Option<i64>,
    /// Kilograms a day.
    pub normal_output: Option<i64>,
}

/// An entrance, indoors or outdoors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntranceFacts {
    pub name: String,
    pub passage: Passage,
    pub outdoors: bool,
}

/// A contact; phone and e-mail normalised, neither is fine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContactFacts {
    pub name: String,
    pub title: Option<String>,
    pub phone: Option<String>,
    pub email: Option<String>,
    pub duties: Vec<Duty>,
}

/// The duties as they are stored: in alphabetical order, each between commas.
#[must_use]
pub fn join_duties(duties: &[Duty]) -> String {
    let mut words: Vec<&str> = duties.iter().map(|duty| duty.word()).collect();
    words.sort_unstable();
    words.dedup();
    if words.is_empty() { String::new() } else { format!(",{},", words.join(",")) }
}

/// Reads duties as they are stored.
#[must_use]
pub fn split_duties(stored: &str) -> Vec<Duty> {
    stored.split(',').filter_map(Duty::from_word).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn duties_are_stored_sorted_and_read_back() {
        let stored = join_duties(&[Duty::Supply, Duty::Codes, Duty::Supply]);
        assert_eq!(stored, ",codes,supply,");
        assert_eq!(split_duties(&stored), [Duty::Codes, Duty::Supply]);
        assert_eq!(join_duties(&[]), "");
        assert_eq!(split_duties(""), []);
    }
}
