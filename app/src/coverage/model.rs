//! The rules of coverage: from what is known of an entrance to how its code and its sentinel stand, and from the two
//! to what the entrance is covered by. The database only gathers [`Facts`]; what they mean is decided here alone.

use crate::ids::{TextEnum, text_enum};

text_enum! {
    /// How the best sentinel of an entrance stands, the worst first.
    pub enum SentinelState {
        Missing = "missing",
        /// Planned, asked for, on its way or being set up.
        Coming = "coming",
        Faulty = "faulty",
        /// In service, but not all of what makes it a sentinel is on record.
        Unproven = "unproven",
        /// In service, and it counts.
        Counts = "counts",
    }
}

text_enum! {
    /// How the place code of an entrance stands.
    pub enum CodeState {
        /// A copy of the current version hangs and was seen to be right, not too long ago.
        Verified = "verified",
        /// So it was, but too long ago.
        Expired = "expired",
        /// A copy of the current version hangs; that it is right was not seen, or no longer holds.
        Unverified = "unverified",
        /// What hangs is another version, or was issued for another address.
        Outdated = "outdated",
        /// There is a code under the present address, and no copy of it.
        Unposted = "unposted",
        /// There is a code for an earlier address only, and no copy of it.
        Moved = "moved",
        Missing = "missing",
    }
}

text_enum! {
    /// What an entrance is covered by, or what comes nearest to it.
    pub enum Coverage {
        Both = "both",
        Code = "code",
        Sentinel = "sentinel",
        Outdated = "outdated",
        Expired = "expired",
        Unverified = "unverified",
        Unposted = "unposted",
        Moved = "moved",
        /// No code, and a sentinel that does not count yet.
        Pending = "pending",
        Nothing = "nothing",
    }
}

/// What is known of an entrance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    /// It has a code that was not withdrawn.
    pub issued: bool,
    /// The newest of these stands under the present address.
    pub here: bool,
    /// A copy of anything else hangs.
    pub old_copy: bool,
    /// A copy of that newest code hangs, and it stands under the present address.
    pub copy: bool,
    /// Of such a copy the last that was seen is that it is right.
    pub verified: bool,
    /// And that was recently enough.
    pub fresh: bool,
    /// No photo that is recent enough shows that. Where it was recent all the same, somebody on the spot said so of a
    /// photo that could not be read.
    pub by_eye: bool,
    pub sentinel: SentinelState,
}

/// The facts as the database counts them, each a power of two; the sentinel's place in its list comes on top.
pub const ISSUED: i64 = 1;
pub const HERE: i64 = 2;
pub const OLD_COPY: i64 = 4;
pub const COPY: i64 = 8;
pub const VERIFIED: i64 = 16;
pub const FRESH: i64 = 32;
pub const BY_EYE: i64 = 64;
pub const SENTINEL: i64 = 128;

impl Facts {
    /// Reads what the database counted.
    #[must_use]
    pub fn of_bits(bits: i64) -> Self {
        let has = |bit| bits & bit != 0;
        let place = usize::try_from(bits / SENTINEL).unwrap_or(0);
        Self {
            issued: has(ISSUED),
            here: has(HERE),
            old_copy: has(OLD_COPY),
            copy: has(COPY),
            verified: has(VERIFIED),
            fresh: has(FRESH),
            by_eye: has(BY_EYE),
            sentinel: SentinelState::ALL.get(place).copied().unwrap_or(SentinelState::Missing),
        }
    }

    /// How the code stands. One copy that is right and was seen lately is enough; a copy of something else, which
    /// people scan as well, is named before what is merely not known.
    #[must_use]
    pub fn code(self) -> CodeState {
        match self {
            Self { copy: true, verified: true, fresh: true, .. } => CodeState::Verified,
            Self { old_copy: true, .. } => CodeState::Outdated,
            Self { copy: true, verified: true, .. } => CodeState::Expired,
            Self { copy: true, .. } => CodeState::Unverified,
            Self { issued: true, here: true, .. } => CodeState::Unposted,
            Self { issued: true, .. } => CodeState::Moved,
            Self { .. } => CodeState::Missing,
        }
    }

    /// Whether no photo speaks for the code that covers the entrance, only somebody's eyes.
    #[must_use]
    pub fn rests_on_eyes(self) -> bool {
        self.by_eye && self.coverage() == Coverage::Code
    }

    #[must_use]
    pub fn coverage(self) -> Coverage {
        Coverage::of(self.code(), self.sentinel)
    }
}

impl Coverage {
    #[must_use]
    pub fn of(code: CodeState, sentinel: SentinelState) -> Self {
        match (code, sentinel) {
            (CodeState::Verified, SentinelState::Counts) => Self::Both,
            (CodeState::Verified, _) => Self::Code,
            (_, SentinelState::Counts) => Self::Sentinel,
            (CodeState::Outdated, _) => Self::Outdated,
            (CodeState::Expired, _) => Self::Expired,
            (CodeState::Unverified, _) => Self::Unverified,
            (CodeState::Unposted, _) => Self::Unposted,
            (CodeState::Moved, _) => Self::Moved,
            (CodeState::Missing, SentinelState::Missing) => Self::Nothing,
            (CodeState::Missing, _) => Self::Pending,
        }
    }

    /// Whether the entrance is covered, by whatever it is.
    #[must_use]
    pub fn is_covered(self) -> bool {
        matches!(self, Self::Both | Self::Code | Self::Sentinel)
    }
}

/// What acts are done to that have nothing to do with entrances, by the first word of their names in the audit.
const APART: [&str; 12] = [
    "chat_group",
    "contact",
    "delivery",
    "download",
    "issue",
    "mail",
    "notice",
    "person",
    "question",
    "readiness_sheet",
    "supply_duty",
    "supply_report",
];

/// Whether an act may change how an entrance stands. These are by far the fewer: most of what is done all day is apart.
#[must_use]
pub fn may_change(act: &str) -> bool {
    !act.split_once('.').is_some_and(|(thing, _)| APART.contains(&thing))
}

/// Which entrances are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Show {
    /// Those that are not covered.
    Open,
    In(Coverage),
}

impl Show {
    pub const OPEN: &'static str = "open";

    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        if word == Self::OPEN { Some(Self::Open) } else { Coverage::from_word(word).map(Self::In) }
    }

    #[must_use]
    pub fn shows(self, coverage: Coverage) -> bool {
        match self {
            Self::Open => !coverage.is_covered(),
            Self::In(one) => one == coverage,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CURRENT: i64 = ISSUED | HERE;

    fn code(bits: i64) -> CodeState {
        Facts::of_bits(bits).code()
    }

    #[test]
    fn a_code_stands_by_what_hangs_and_was_seen() {
        assert_eq!(code(0), CodeState::Missing);
        assert_eq!(code(ISSUED), CodeState::Moved);
        assert_eq!(code(CURRENT), CodeState::Unposted);
        assert_eq!(code(CURRENT | COPY), CodeState::Unverified);
        assert_eq!(code(CURRENT | COPY | VERIFIED), CodeState::Expired);
        assert_eq!(code(CURRENT | COPY | VERIFIED | FRESH), CodeState::Verified);
    }

    #[test]
    fn an_old_copy_is_named_unless_a_right_one_was_seen_lately() {
        assert_eq!(code(OLD_COPY), CodeState::Outdated, "the code was withdrawn and still hangs");
        assert_eq!(code(ISSUED | OLD_COPY), CodeState::Outdated, "the plant moved and the code still hangs");
        assert_eq!(code(CURRENT | OLD_COPY), CodeState::Outdated);
        assert_eq!(code(CURRENT | OLD_COPY | COPY), CodeState::Outdated);
        assert_eq!(code(CURRENT | OLD_COPY | COPY | VERIFIED), CodeState::Outdated);
        assert_eq!(code(CURRENT | OLD_COPY | COPY | VERIFIED | FRESH), CodeState::Verified);
    }

    #[test]
    fn what_was_seen_by_eye_only_covers_and_is_named() {
        let seen = CURRENT | COPY | VERIFIED | FRESH;
        let counts = SENTINEL * SentinelState::ALL.iter().position(|one| *one == SentinelState::Counts).unwrap() as i64;
        let by_eye = Facts::of_bits(seen | BY_EYE);
        assert_eq!((by_eye.coverage(), by_eye.sentinel), (Coverage::Code, SentinelState::Missing));
        assert!(by_eye.rests_on_eyes() && !Facts::of_bits(seen).rests_on_eyes());
        assert!(!Facts::of_bits(seen + BY_EYE + counts).rests_on_eyes(), "a sentinel covers it as well");
        assert!(!Facts::of_bits(CURRENT | COPY | VERIFIED | BY_EYE).rests_on_eyes(), "that was too long ago");
    }

    #[test]
    fn the_sentinels_place_comes_on_top() {
        for (place, state) in (0..).zip(SentinelState::ALL) {
            let facts = Facts::of_bits(place * SENTINEL + CURRENT);
            assert_eq!((facts.sentinel, facts.code()), (*state, CodeState::Unposted));
        }
    }

    #[test]
    fn an_entrance_is_covered_by_a_seen_code_or_a_counting_sentinel_and_by_nothing_else() {
        for code in CodeState::ALL {
            for sentinel in SentinelState::ALL {
                let covered = *code == CodeState::Verified || *sentinel == SentinelState::Counts;
                let both = *code == CodeState::Verified && *sentinel == SentinelState::Counts;
                let coverage = Coverage::of(*code, *sentinel);
                assert_eq!(coverage.is_covered(), covered, "{code} {sentinel}");
                assert_eq!(coverage == Coverage::Both, both, "{code} {sentinel}");
            }
        }
        assert_eq!(Coverage::of(CodeState::Outdated, SentinelState::Faulty), Coverage::Outdated);
        assert_eq!(Coverage::of(CodeState::Missing, SentinelState::Coming), Coverage::Pending);
        assert_eq!(Coverage::of(CodeState::Missing, SentinelState::Missing), Coverage::Nothing);
    }

    #[test]
    fn an_act_may_change_an_entrance_unless_it_is_known_to_be_apart() {
        for act in ["posting.seen", "sentinel.moved", "plant.changed", "settings.changed", "anything.done", "done"] {
            assert!(may_change(act), "{act}");
        }
        for act in ["supply_report.filed", "notice.acknowledged", "issue.answered", "readiness_sheet.made"] {
            assert!(!may_change(act), "{act}");
        }
    }

    #[test]
    fn a_list_shows_one_state_or_all_that_is_open() {
        for coverage in Coverage::ALL {
            let alone: Vec<_> = Coverage::ALL.iter().filter(|one| Show::In(**one).shows(*coverage)).collect();
            assert_eq!(alone, [coverage]);
            assert_eq!(Show::Open.shows(*coverage), !coverage.is_covered());
        }
        assert_eq!(Show::from_word("open"), Some(Show::Open));
        assert_eq!(Show::from_word("both"), Some(Show::In(Coverage::Both)));
        assert_eq!(Show::from_word("half"), None);
    }
}
