//! The rules of a posting: what a photo says of it, how it stands, which of the guide's rules it breaks, and until
//! when it is to be replaced.

use time::Duration;

use crate::{
    guides::facts::{Poster, Size},
    ids::{EntranceId, PlaceCodeId, text_enum},
    text::Message,
    time::{Day, Instant},
};

text_enum! {
    /// What was seen of a posting: by a photo, by eye where a photo could not be read, or reported.
    pub enum What {
        /// The photo shows the entrance's current version.
        Right = "right",
        /// It shows an older version.
        Outdated = "outdated",
        /// It shows another entrance's code, or one that nobody knows.
        Elsewhere = "elsewhere",
        Unreadable = "unreadable",
        /// Somebody compared it with their own eyes.
        ByEye = "by_eye",
        Damaged = "damaged",
        Lost = "lost",
    }
}

impl What {
    /// Those after which something else must hang there.
    pub const WRONG: [Self; 4] = [Self::Outdated, Self::Elsewhere, Self::Damaged, Self::Lost];

    #[must_use]
    pub fn is_wrong(self) -> bool {
        Self::WRONG.contains(&self)
    }

    /// What it says of a copy of the code `own`, where the photo shows the code `shown`. A photo of its own code holds
    /// nothing against a copy: whether that is the current one is known of codes, and a later one may be taken back.
    #[must_use]
    pub fn says_of(self, own: PlaceCodeId, shown: Option<PlaceCodeId>) -> Self {
        match self {
            Self::Outdated if shown == Some(own) => Self::Right,
            what => what,
        }
    }
}

text_enum! {
    /// Why a posting is no longer there.
    pub enum Why {
        Replaced = "replaced",
        Damaged = "damaged",
        Lost = "lost",
        NotNeeded = "not_needed",
        /// It was entered by mistake.
        Mistaken = "mistaken",
    }
}

text_enum! {
    /// How a posting stands.
    pub enum State {
        Right = "right",
        ByEye = "by_eye",
        NoPhoto = "no_photo",
        Unreadable = "unreadable",
        Outdated = "outdated",
        Elsewhere = "elsewhere",
        /// Its version was replaced, the address changed, or it was reported damaged or lost.
        ToReplace = "to_replace",
        Removed = "removed",
    }
}

/// What is known of a posting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    pub removed: bool,
    /// Whether the entrance is open, and its member one.
    pub in_use: bool,
    /// Whether its version is the entrance's current one and stands under the present address.
    pub stands: bool,
    /// What counts of all that was seen of it.
    pub verdict: Option<What>,
}

impl State {
    #[must_use]
    pub fn of(known: Known) -> Self {
        match known {
            Known { removed: true, .. } => Self::Removed,
            Known { in_use: true, stands: false, .. } | Known { verdict: Some(What::Damaged | What::Lost), .. } => {
                Self::ToReplace
            }
            Known { verdict: None, .. } => Self::NoPhoto,
            Known { verdict: Some(What::Right), .. } => Self::Right,
            Known { verdict: Some(What::ByEye), .. } => Self::ByEye,
            Known { verdict: Some(What::Unreadable), .. } => Self::Unreadable,
            Known { verdict: Some(What::Outdated), .. } => Self::Outdated,
            Known { verdict: Some(What::Elsewhere), .. } => Self::Elsewhere,
        }
    }

    /// Those in which something else must hang there.
    pub const WRONG: [Self; 3] = [Self::ToReplace, Self::Outdated, Self::Elsewhere];

    #[must_use]
    pub fn is_wrong(self) -> bool {
        Self::WRONG.contains(&self)
    }
}

/// A code that stands in a photo and on record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    pub code: PlaceCodeId,
    pub entrance: EntranceId,
    pub version: i32,
    pub withdrawn: bool,
}

/// What a photo says of a copy at this entrance: of all codes in it the one that says most counts, so that a second
/// code beside the right one does no harm. `any` tells whether there was a code at all.
#[must_use]
pub fn compare(
    entrance: EntranceId,
    current: Option<PlaceCodeId>,
    found: &[Found],
    any: bool,
) -> (What, Option<PlaceCodeId>) {
    if let Some(right) = found.iter().find(|one| Some(one.code) == current) {
        return (What::Right, Some(right.code));
    }
    let newest = |withdrawn: bool| {
        let here = found.iter().filter(|one| one.entrance == entrance && one.withdrawn == withdrawn);
        here.max_by_key(|one| one.version)
    };
    if let Some(old) = newest(false) {
        return (What::Outdated, Some(old.code));
    }
    if let Some(other) = found.iter().find(|one| one.entrance != entrance && !one.withdrawn) {
        return (What::Elsewhere, Some(other.code));
    }
    match newest(true) {
        // Taken back since: it hung here, and is to hang here no more.
        Some(old) => (What::Outdated, Some(old.code)),
        None if any => (What::Elsewhere, None),
        None => (What::Unreadable, None),
    }
}

/// A copy as it hangs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Copy {
    pub size: Size,
    pub outdoors: bool,
    pub laminated: bool,
}

/// Which of the guide's rules a copy breaks, as far as the facts tell; where it hangs it is to be as large as `least`.
#[must_use]
pub fn warnings(copy: Copy, poster: &Poster, least: Size) -> Vec<Message> {
    let said = |key, size: Size| Message::of(key).with("width", size.width).with("height", size.height);
    let mut found = Vec::new();
    if !poster.allows(upright(copy.size)) {
        let message = said("postings.warning.limits", poster.smallest);
        found.push(message.with("most_width", poster.largest.width).with("most_height", poster.largest.height));
    } else if !covers(copy.size, least) {
        found.push(said("postings.warning.small", least));
    }
    if copy.outdoors && !copy.laminated {
        found.push(Message::of("postings.warning.laminate"));
    }
    found
}

/// The longer side up.
fn upright(size: Size) -> Size {
    Size::new(size.width.min(size.height), size.width.max(size.height))
}

fn covers(size: Size, other: Size) -> bool {
    let (size, other) = (upright(size), upright(other));
    size.width >= other.width && size.height >= other.height
}

/// The end of the last day on which a copy is to be replaced.
#[must_use]
pub fn due(since: Day, within_days: u16) -> Instant {
    Instant::at(since.saturating_add(Duration::days(within_days.into())), 23, 59)
}

/// How far a recall is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    pub replaced: u64,
    pub left: u64,
}

impl Progress {
    #[must_use]
    pub fn total(self) -> u64 {
        self.replaced + self.left
    }

    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self { replaced: self.replaced + other.replaced, left: self.left + other.left }
    }
}

#[cfg(test)]
mod tests {
    use time::macros::date;
    use uuid::Uuid;

    use super::*;
    use crate::guides::facts::Facts;

    fn code(n: u128) -> PlaceCodeId {
        PlaceCodeId(Uuid::from_u128(n))
    }

    fn entrance(n: u128) -> EntranceId {
        EntranceId(Uuid::from_u128(n))
    }

    fn found(n: u128, at: u128, version: i32, withdrawn: bool) -> Found {
        Found { code: code(n), entrance: entrance(at), version, withdrawn }
    }

    #[test]
    fn of_all_codes_in_a_photo_the_right_one_counts() {
        let says = |found: &[Found], any| compare(entrance(1), Some(code(3)), found, any);
        let (right, old, other) = (found(3, 1, 3, false), found(2, 1, 2, false), found(9, 2, 1, false));
        assert_eq!(says(&[other, old, right], true), (What::Right, Some(code(3))));
        assert_eq!(says(&[other, found(1, 1, 1, false), old], true), (What::Outdated, Some(code(2))));
        assert_eq!(says(&[other], true), (What::Elsewhere, Some(code(9))));
        assert_eq!(says(&[], true), (What::Elsewhere, None));
        assert_eq!(says(&[], false), (What::Unreadable, None));
    }

    #[test]
    fn a_code_that_was_taken_back_hangs_nowhere_rightly() {
        let says = |found: &[Found]| compare(entrance(1), None, found, true);
        assert_eq!(says(&[found(2, 1, 2, true)]), (What::Outdated, Some(code(2))));
        assert_eq!(says(&[found(2, 5, 2, true)]), (What::Elsewhere, None));
        // Taken back here and entered where it belongs.
        assert_eq!(says(&[found(2, 1, 2, true), found(7, 4, 1, false)]), (What::Elsewhere, Some(code(7))));
    }

    #[test]
    fn a_photo_of_the_own_code_holds_nothing_against_a_copy() {
        let says = |what: What, shown: Option<u128>| what.says_of(code(1), shown.map(code));
        assert_eq!(says(What::Outdated, Some(1)), What::Right);
        assert_eq!(says(What::Outdated, Some(2)), What::Outdated);
        assert_eq!(says(What::Outdated, None), What::Outdated);
        for what in [What::Right, What::ByEye, What::Elsewhere, What::Unreadable, What::Damaged, What::Lost] {
            assert_eq!(says(what, Some(1)), what);
        }
    }

    #[test]
    fn a_posting_stands_by_its_version_before_its_photo() {
        let known = |stands, verdict| Known { removed: false, in_use: true, stands, verdict };
        assert_eq!(State::of(known(true, None)), State::NoPhoto);
        assert_eq!(State::of(known(true, Some(What::Right))), State::Right);
        assert_eq!(State::of(known(true, Some(What::ByEye))), State::ByEye);
        assert_eq!(State::of(known(false, Some(What::Right))), State::ToReplace);
        assert_eq!(State::of(known(true, Some(What::Lost))), State::ToReplace);
        for what in What::WRONG {
            assert!(State::of(known(true, Some(what))).is_wrong(), "{what}");
        }
        let closed = Known { in_use: false, ..known(false, Some(What::Right)) };
        assert_eq!(State::of(closed), State::Right, "where nobody passes nothing is recalled");
        assert_eq!(State::of(Known { removed: true, ..closed }), State::Removed);
    }

    #[test]
    fn warnings_follow_the_facts() {
        let poster = Facts::default().poster;
        let (usual, card) = (poster.recommended, Size::new(148, 210));
        let keys = |least, (width, height), outdoors, laminated| {
            let copy = Copy { size: Size::new(width, height), outdoors, laminated };
            warnings(copy, &poster, least).into_iter().map(|message| message.key).collect::<Vec<_>>()
        };
        assert!(keys(usual, (210, 297), true, true).is_empty());
        assert!(keys(usual, (297, 210), false, false).is_empty(), "lying is as large as upright");
        assert_eq!(keys(usual, (148, 210), true, false), ["postings.warning.small", "postings.warning.laminate"]);
        assert_eq!(keys(usual, (90, 120), false, false), ["postings.warning.limits"]);
        assert_eq!([(210, 148), (105, 148)].map(|size| keys(card, size, true, true).len()), [0, 1], "the card will do");
    }

    #[test]
    fn the_last_day_counts_whole() {
        assert_eq!(due(date!(2022 - 05 - 30), 7).show(), "2022-06-06 23:59");
    }
}
