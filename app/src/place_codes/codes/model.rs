//! The rules of an issued code: why an entrance gets a version, when an image is taken, and how an entrance
//! stands by what hangs under its address.

use crate::{
    ids::text_enum,
    text::{Kept, Message},
    time::{Day, show_day},
};

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
    /// At this entrance: as its current version, or as one that was replaced; the latter, too, at any entrance of the
    /// same member while nobody said yet where the image belongs.
    Here { number: String, current: bool },
    /// As the current version of an entrance of the same member, and nobody said yet where the image belongs.
    There { number: String, place: String },
    /// At another one that the asker may see.
    Elsewhere { number: String, place: String },
    /// At a plant of the same member that the asker does not work for.
    Sister { number: String },
    /// At an entrance of another member. Its number tells nothing, and the secretariat finds the entrance by it.
    OtherMember { number: String },
}

/// What is said of an image whose code is where it belongs already, so that nothing is to be done.
const ON_RECORD: [&str; 2] = ["place_codes.refused.same", "place_codes.upload.on_record"];

/// Whether a refusal says no more than that.
#[must_use]
pub fn is_on_record(why: &Kept) -> bool {
    ON_RECORD.iter().any(|key| why.is(key))
}

/// The same of one that was not kept yet.
#[must_use]
pub fn says_on_record(why: &Message) -> bool {
    ON_RECORD.contains(&why.key)
}

/// What is said of an image whose code is the current one of a place already.
#[must_use]
pub fn on_record(place: &str, number: &str) -> Message {
    Message::of("place_codes.upload.on_record").with("place", place).with("number", number)
}

/// What is said of an archive as a whole and not of one of its files.
const OF_ARCHIVE: [&str; 4] = [
    "place_codes.upload.rest",
    "place_codes.upload.rest_late",
    "place_codes.upload.rest_stuck",
    "place_codes.upload.more",
];

/// Whether what was kept is no refusal of an image but such a note.
#[must_use]
pub fn is_of_archive(why: &Kept) -> bool {
    OF_ARCHIVE.iter().any(|key| why.is(key))
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
        Some(InUse::There { number, place }) => Err(on_record(place, number)),
        Some(InUse::Elsewhere { number, place }) => {
            Err(Message::of("place_codes.refused.elsewhere").with("place", place).with("number", number))
        }
        Some(InUse::Sister { number }) => Err(Message::of("place_codes.refused.sister").with("number", number)),
        Some(InUse::OtherMember { number }) => {
            Err(Message::of("place_codes.refused.other_member").with("number", number))
        }
    }
}

/// The first version is the first, whatever was chosen; a later one never is. Where nothing was chosen it follows from
/// whether it is filed under another address than the version before it (`moved`).
#[must_use]
pub fn cause(first: bool, moved: bool, chosen: Option<Cause>) -> Cause {
    match chosen {
        _ if first => Cause::First,
        Some(Cause::First) | None if moved => Cause::AddressChanged,
        Some(Cause::First) | None => Cause::Reissued,
        Some(cause) => cause,
    }
}

/// The same of a version that was taken back and counts again: what it was, unless another cause was chosen.
#[must_use]
pub fn cause_again(was: Cause, chosen: Option<Cause>) -> Cause {
    chosen.filter(|chosen| was != Cause::First && *chosen != Cause::First).unwrap_or(was)
}

/// What is said of a code that was issued before the current one.
pub const OLDER: &str = "place_codes.refused.older";

/// Whether a code that was issued on that day may take the place of the current one, of which number and day are given:
/// an older one would put out of use what the city issued since, unless somebody corrects a mistake.
///
/// # Errors
/// A sentence that says why not.
pub fn may_follow(current: Option<(&str, Day)>, issued_on: Day, corrects: bool) -> Result<(), Message> {
    match current {
        Some((number, day)) if issued_on < day && !corrects => {
            Err(Message::of(OLDER).with("number", number).with("day", show_day(day)))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use time::macros::date;

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
        let there = InUse::There { number: number.clone(), place: "西门".to_owned() };
        assert_eq!(key(there), "place_codes.upload.on_record");
        let elsewhere = InUse::Elsewhere { number: number.clone(), place: "西门".to_owned() };
        assert_eq!(key(elsewhere), "place_codes.refused.elsewhere");
        assert_eq!(key(InUse::Sister { number: number.clone() }), "place_codes.refused.sister");
        assert_eq!(key(InUse::OtherMember { number }), "place_codes.refused.other_member");
    }

    #[test]
    fn only_the_first_version_is_the_first() {
        assert_eq!(cause(true, false, Some(Cause::Corrected)), Cause::First);
        assert_eq!(cause(false, false, Some(Cause::First)), Cause::Reissued);
        assert_eq!(cause(false, false, Some(Cause::AddressChanged)), Cause::AddressChanged);
    }

    #[test]
    fn where_no_cause_is_chosen_it_is_the_one_that_fits() {
        assert_eq!(cause(false, true, None), Cause::AddressChanged);
        assert_eq!(cause(false, false, None), Cause::Reissued);
        assert_eq!(cause(true, false, None), Cause::First);
        assert_eq!(cause(false, true, Some(Cause::Reissued)), Cause::Reissued);
    }

    #[test]
    fn a_code_does_not_follow_one_that_was_issued_later_unless_it_corrects_it() {
        let (before, day, after) = (date!(2022 - 05 - 19), date!(2022 - 05 - 20), date!(2022 - 05 - 21));
        let current = Some(("CSM-2026-0001", day));
        for issued_on in [day, after] {
            assert_eq!(may_follow(current, issued_on, false), Ok(()));
        }
        let why = Message::of(OLDER).with("number", "CSM-2026-0001").with("day", "2022-05-20");
        assert_eq!(may_follow(current, before, false), Err(why));
        assert_eq!(may_follow(current, before, true), Ok(()));
        assert_eq!(may_follow(None, before, false), Ok(()));
    }

    #[test]
    fn what_is_on_record_where_it_belongs_is_told_from_what_is_refused() {
        let of = |in_use: InUse| says_on_record(&may_be_added(Some(&in_use)).expect_err("refused"));
        let (number, place) = ("CSM-2026-0001".to_owned(), "西门".to_owned());
        assert!(of(InUse::Here { number: number.clone(), current: true }));
        assert!(of(InUse::There { number: number.clone(), place: place.clone() }));
        assert!(!of(InUse::Here { number: number.clone(), current: false }));
        assert!(!of(InUse::Elsewhere { number, place }));
    }
}
