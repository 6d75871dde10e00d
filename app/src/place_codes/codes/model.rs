//! The rules of an issued code: why an entrance gets a version, when an image is taken, and how an entrance
//! stands by what hangs under its address.

use crate::{ids::text_enum, text::Message};

text_enum! {
    /// Why an entrance got a version of its code.
    pub enum Cause {
        First = "first",
        /// The city issued it anew.
        Reissued = "reissued",
        AddressChanged = "address_changed",
        /// The version before was another place's, or unreadable in print.
        Corrected = "corrected",
    }
}

text_enum! {
    /// How an entrance stands.
    pub enum Standing {
        /// It has a code under its address.
        Current = "current",
        /// Its code was filed under another address.
        Moved = "moved",
        /// No code, but an application is under way.
        Applied = "applied",
        Missing = "missing",
    }
}

/// What is known of an entrance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    /// Whether it has a code, and whether that stands under the present address.
    pub code_here: Option<bool>,
    pub applied: bool,
}

impl Standing {
    #[must_use]
    pub fn of(known: Known) -> Self {
        match known {
            Known { code_here: Some(true), .. } => Self::Current,
            Known { code_here: Some(false), .. } => Self::Moved,
            Known { applied: true, .. } => Self::Applied,
            Known { .. } => Self::Missing,
        }
    }
}

/// Where a payload is in use already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InUse {
    /// At this entrance: as its current version, or as one that was replaced.
    Here { number: String, current: bool },
    /// At another one that the asker may see.
    Elsewhere { number: String, place: String },
    /// At a plant of the same member that the asker does not work for.
    Sister { number: String },
    /// At an entrance of another member. Its number tells nothing, and the secretariat finds the entrance by it.
    OtherMember { number: String },
}

/// Whether an image may become a version of an entrance's code.
///
/// # Errors
/// A sentence that says why not.
pub fn may_be_added(in_use: Option<&InUse>) -> Result<(), Message> {
    match in_use {
        None => Ok(()),
        Some(InUse::Here { number, current: true }) => {
            Err(Message::of("place_codes.refused.same").with("number", number))
        }
        Some(InUse::Here { number, current: false }) => {
            Err(Message::of("place_codes.refused.old").with("number", number))
        }
        Some(InUse::Elsewhere { number, place }) => {
            Err(Message::of("place_codes.refused.elsewhere").with("place", place).with("number", number))
        }
        Some(InUse::Sister { number }) => Err(Message::of("place_codes.refused.sister").with("number", number)),
        Some(InUse::OtherMember { number }) => {
            Err(Message::of("place_codes.refused.other_member").with("number", number))
        }
    }
}

/// The first version is the first, whatever was chosen; a later one never is.
#[must_use]
pub fn cause(first: bool, chosen: Option<Cause>) -> Cause {
    match chosen {
        _ if first => Cause::First,
        Some(Cause::First) | None => Cause::Reissued,
        Some(cause) => cause,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entrance_stands_by_its_code_first() {
        let of = |code_here, applied| Standing::of(Known { code_here, applied });
        assert_eq!(of(Some(true), true), Standing::Current);
        assert_eq!(of(Some(false), true), Standing::Moved);
        assert_eq!(of(None, true), Standing::Applied);
        assert_eq!(of(None, false), Standing::Missing);
    }

    #[test]
    fn a_payload_in_use_is_refused_with_where() {
        let key = |in_use: InUse| may_be_added(Some(&in_use)).expect_err("refused").key;
        let here = |current| InUse::Here { number: "CSM-2026-0001".to_owned(), current };
        assert_eq!(may_be_added(None), Ok(()));
        assert_eq!(key(here(true)), "place_codes.refused.same");
        assert_eq!(key(here(false)), "place_codes.refused.old");
        let number = "CSM-2026-0001".to_owned();
        let elsewhere = InUse::Elsewhere { number: number.clone(), place: "西门".to_owned() };
        assert_eq!(key(elsewhere), "place_codes.refused.elsewhere");
        assert_eq!(key(InUse::Sister { number: number.clone() }), "place_codes.refused.sister");
        assert_eq!(key(InUse::OtherMember { number }), "place_codes.refused.other_member");
    }

    #[test]
    fn only_the_first_version_is_the_first() {
        assert_eq!(cause(true, Some(Cause::Corrected)), Cause::First);
        assert_eq!(cause(false, Some(Cause::First)), Cause::Reissued);
        assert_eq!(cause(false, Some(Cause::AddressChanged)), Cause::AddressChanged);
    }
}
