//! How far a print is, computed from what was noted about it.

use serde::{Deserialize, Serialize};

use crate::{
    documents::code_sheet::{SheetKind, SheetSize},
    guides::facts::{Poster, Size},
    ids::{TextEnum, text_enum},
    members::model::Passage,
    text::{Kept, Message},
};

/// Most sheets of one print; a member with more prints plant by plant.
pub const MOST: usize = 1_000;

text_enum! {
    pub enum PrintState {
        /// Waits for the program, or is being worked on.
        Working = "working",
        /// There is a file.
        Done = "done",
        /// Not one sheet passed.
        Nothing = "nothing",
        /// Given up after several beginnings.
        Failed = "failed",
    }
}

/// How the sheets are to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wish {
    pub size: SheetSize,
    pub kind: SheetKind,
    /// The code drawn anew instead of the city's image.
    pub redrawn: bool,
}

/// A sheet that is not handed out, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Left {
    pub number: String,
    pub place: String,
    pub reasons: Vec<Kept>,
}

/// What is said of a sheet that was left out because the ones before it filled the print.
pub const TOO_MUCH: &str = "place_codes.print.too_much";

impl Left {
    /// Whether nothing is wrong with it but that there was no room.
    #[must_use]
    pub fn is_for_room(&self) -> bool {
        self.reasons.iter().any(|why| why.is(TOO_MUCH))
    }
}

/// Why sheets that were made are not handed out any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outdated {
    /// Some of their codes were replaced.
    Replaced,
    /// Some were taken back.
    TakenBack,
    Both,
}

impl Outdated {
    /// Of so many codes so many still are the current ones and so many were taken back; the others were replaced.
    #[must_use]
    pub fn of(codes: u64, current: u64, taken_back: u64) -> Option<Self> {
        match (current + taken_back < codes, taken_back > 0) {
            (true, true) => Some(Self::Both),
            (true, false) => Some(Self::Replaced),
            (false, true) => Some(Self::TakenBack),
            (false, false) => None,
        }
    }

    #[must_use]
    pub fn message(self) -> Message {
        Message::of(match self {
            Self::Replaced => "place_codes.print.outdated.replaced",
            Self::TakenBack => "place_codes.print.outdated.taken_back",
            Self::Both => "place_codes.print.outdated.both",
        })
    }
}

/// The papers that the guides' facts allow.
#[must_use]
pub fn papers(poster: &Poster) -> Vec<SheetSize> {
    let allowed = |size: &SheetSize| poster.allows(size.paper().size);
    SheetSize::ALL.iter().copied().filter(allowed).collect()
}

/// Of the papers that the facts allow the one nearest to what they recommend; the usual one where old facts allow none.
#[must_use]
pub fn recommended(poster: &Poster) -> SheetSize {
    let differs_by = |size: &SheetSize| size.paper().size.differs_by(poster.recommended);
    papers(poster).into_iter().min_by_key(differs_by).unwrap_or_default()
}

/// What is offered first: for an entrance that only vehicles pass the card that is held to a driver's window, else what
/// hangs on the recommended paper.
#[must_use]
pub fn usual(poster: &Poster, passage: Option<Passage>) -> (SheetKind, SheetSize) {
    if passage == Some(Passage::Vehicles) {
        let held = SheetKind::HandHeld;
        let size = Some(held.usual_size()).filter(|size| papers(poster).contains(size));
        return (held, size.unwrap_or_else(|| recommended(poster)));
    }
    (SheetKind::Poster, recommended(poster))
}

/// How large a copy is to be at least: as the facts recommend, and where only vehicles pass no larger than the card
/// that is offered there.
#[must_use]
pub fn least(poster: &Poster, passage: Passage) -> Size {
    let recommended = poster.recommended;
    if passage != Passage::Vehicles {
        return recommended;
    }
    let (width, height) = usual(poster, Some(passage)).1.mm();
    Size::new(width.min(recommended.width), height.min(recommended.height))
}

impl PrintState {
    #[must_use]
    pub fn of(finished: bool, has_file: bool, failed: bool) -> Self {
        match (finished, has_file, failed) {
            (false, ..) => Self::Working,
            (true, true, _) => Self::Done,
            (true, false, true) => Self::Failed,
            (true, false, false) => Self::Nothing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guides::facts::Facts;

    #[test]
    fn papers_and_the_recommended_one_are_those_of_the_facts() {
        let mut poster = Facts::default().poster;
        assert_eq!(papers(&poster), SheetSize::ALL);
        assert_eq!(recommended(&poster), SheetSize::A4);
        poster.largest = Size::new(297, 420);
        poster.recommended = Size::new(297, 420);
        assert!(!papers(&poster).contains(&SheetSize::Largest));
        assert_eq!(recommended(&poster), SheetSize::A3);
    }

    #[test]
    fn where_none_of_the_papers_is_recommended_the_nearest_one_that_is_allowed_stands_for_it() {
        let mut poster = Facts::default().poster;
        for (width, height, nearest) in [
            (100, 150, SheetSize::A6),
            (170, 240, SheetSize::A5),
            (200, 280, SheetSize::A4),
            (280, 400, SheetSize::A3),
            (400, 560, SheetSize::Largest),
        ] {
            poster.recommended = Size::new(width, height);
            assert_eq!(recommended(&poster), nearest, "{width} × {height}");
        }
        // The nearest of all is too large, or the usual one too small.
        poster.recommended = Size::new(280, 400);
        poster.largest = Size::new(290, 410);
        assert_eq!(recommended(&poster), SheetSize::A4);
        poster.largest = Size::new(420, 594);
        poster.smallest = Size::new(250, 350);
        poster.recommended = Size::new(250, 350);
        assert_eq!(recommended(&poster), SheetSize::A3);
    }

    #[test]
    fn the_card_is_offered_where_only_vehicles_pass() {
        let mut poster = Facts::default().poster;
        for passage in [None, Some(Passage::People), Some(Passage::Both)] {
            assert_eq!(usual(&poster, passage), (SheetKind::Poster, SheetSize::A4), "{passage:?}");
        }
        assert_eq!(usual(&poster, Some(Passage::Vehicles)), (SheetKind::HandHeld, SheetSize::A5));
        // Facts under which the card's usual paper is too small.
        poster.smallest = Size::new(210, 297);
        assert_eq!(usual(&poster, Some(Passage::Vehicles)), (SheetKind::HandHeld, SheetSize::A4));
    }

    #[test]
    fn a_copy_where_only_vehicles_pass_is_to_be_as_large_as_the_card() {
        let mut poster = Facts::default().poster;
        for passage in [Passage::People, Passage::Both] {
            assert_eq!(least(&poster, passage), Size::new(210, 297), "{passage}");
        }
        assert_eq!(least(&poster, Passage::Vehicles), Size::new(148, 210));
        // Facts that recommend less than the card, and such under which its usual paper is too small.
        poster.recommended = Size::new(105, 148);
        assert_eq!(least(&poster, Passage::Vehicles), Size::new(105, 148));
        let poster = Poster { smallest: Size::new(210, 297), ..Facts::default().poster };
        assert_eq!(least(&poster, Passage::Vehicles), Size::new(210, 297));
    }

    #[test]
    fn sheets_are_outdated_by_what_became_of_their_codes() {
        for (current, taken_back, expected) in [
            (3, 0, None),
            (2, 0, Some(Outdated::Replaced)),
            (2, 1, Some(Outdated::TakenBack)),
            (1, 1, Some(Outdated::Both)),
            (0, 3, Some(Outdated::TakenBack)),
        ] {
            assert_eq!(Outdated::of(3, current, taken_back), expected, "{current} {taken_back}");
        }
    }

    #[test]
    fn a_print_is_where_its_traces_say() {
        assert_eq!(PrintState::of(false, false, false), PrintState::Working);
        assert_eq!(PrintState::of(true, true, false), PrintState::Done);
        assert_eq!(PrintState::of(true, false, false), PrintState::Nothing);
        assert_eq!(PrintState::of(true, false, true), PrintState::Failed);
    }
}
