//! The sheet of a place code (场所码) that hangs at an entrance, and what keeps it from being handed out.
//!
//! A sheet is set, looked at as it will be printed, and handed out only when its one code is read back as the
//! very payload that it was given. How large the code must be follows from where people stand when they scan.

use crate::guides::facts::{Paper, Size};
use crate::ids::text_enum;
use crate::time::Day;

mod fault;

pub use fault::{SheetFault, SheetField};

/// One sheet to be printed. Texts are in Chinese, the sheet's language, and printed as typed; empty ones leave
/// their line out. Without `Debug`, because it names a person and a telephone.
#[derive(Clone)]
pub struct CodeSheet {
    pub size: SheetSize,
    pub kind: SheetKind,
    /// Hangs outdoors: the sheet reminds those who put it up to laminate it.
    pub outdoors: bool,
    pub member: String,
    /// The plant.
    pub place: String,
    pub entrance: String,
    pub address: String,
    /// Name and telephone of whom people may ask.
    pub contact: Option<(String, String)>,
    /// The number of the code that people say aloud: `CSM-2026-0042`.
    pub number: String,
    pub version: u32,
    /// The day on which the city issued the code.
    pub issued: Day,
    pub code: SheetCode,
}

/// The code on a sheet, and what it must say when it is read.
#[derive(Clone)]
pub enum SheetCode {
    /// The image that the city issued, PNG or JPEG, its pixels printed unchanged. The sheet shows the whole
    /// image; where its code would then be too small for the sheet or lacks its margin, it shows the code with a
    /// white margin and leaves out what stands around it.
    Issued { image: Vec<u8>, payload: String },
    /// The same payload drawn anew and sharp, with error correction M or better.
    Redrawn { payload: String },
}

impl SheetCode {
    #[must_use]
    pub fn payload(&self) -> &str {
        match self {
            Self::Issued { payload, .. } | Self::Redrawn { payload } => payload,
        }
    }
}

text_enum! {
    /// The paper. All of them have nearly the same proportions, so one layout serves them all.
    #[derive(Default)]
    pub enum SheetSize {
        /// The smallest that the guide allows.
        Smallest = "100x141",
        A6 = "a6",
        A5 = "a5",
        /// What the guide recommends.
        #[default]
        A4 = "a4",
        A3 = "a3",
        /// The largest that the guide allows.
        Largest = "420x594",
    }
}

text_enum! {
    #[derive(Default)]
    pub enum SheetKind {
        /// Hangs beside an entrance.
        #[default]
        Poster = "poster",
        /// A card that is held to a driver's window.
        HandHeld = "hand_held",
    }
}

impl SheetSize {
    /// The paper's facts.
    #[must_use]
    pub const fn paper(self) -> Paper {
        match self {
            Self::Smallest => Paper::SMALLEST,
            Self::A6 => Paper::A6,
            Self::A5 => Paper::A5,
            Self::A4 => Paper::A4,
            Self::A3 => Paper::A3,
            Self::Largest => Paper::LARGEST,
        }
    }

    /// Width and height in millimetres.
    #[must_use]
    pub const fn mm(self) -> (u16, u16) {
        let Size { width, height } = self.paper().size;
        (width, height)
    }

    /// From how far away the code is to be read, in millimetres.
    #[must_use]
    pub const fn reading_distance(self, kind: SheetKind) -> u16 {
        match kind {
            SheetKind::Poster => self.paper().hung,
            SheetKind::HandHeld => self.paper().held,
        }
    }

    /// The narrowest code, without its margin, in millimetres: a tenth of the reading distance, the rule of thumb
    /// by which codes are made.
    #[must_use]
    pub fn narrowest_code(self, kind: SheetKind) -> f64 {
        f64::from(self.reading_distance(kind)) / 10.0
    }

    /// The smallest module (one dark or light square) in millimetres. The standard (ISO/IEC 18004) leaves it to
    /// the use; a phone that scans sees one and a half to two points of its picture per millimetre from a metre
    /// away and wants that many per module. Below half a millimetre, print and rain make it unsure.
    #[must_use]
    pub fn smallest_module(self, kind: SheetKind) -> f64 {
        (f64::from(self.reading_distance(kind)) / 1000.0).max(0.5)
    }
}

impl SheetKind {
    /// The paper that is offered first.
    #[must_use]
    pub const fn usual_size(self) -> SheetSize {
        match self {
            Self::Poster => SheetSize::A4,
            Self::HandHeld => SheetSize::A5,
        }
    }
}

/// A sheet that passed its preflight: one page of PDF.
#[derive(Clone)]
pub struct SheetPage {
    pub size: SheetSize,
    /// Place, entrance and number, for those who cannot see the page.
    pub title: String,
    pub pdf: Vec<u8>,
}

/// Sheets in one PDF, a page each, every page as large as its paper.
#[derive(Clone)]
pub struct SheetPdf {
    pub bytes: Vec<u8>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guides::facts::{Facts, Size};
    use crate::ids::TextEnum;

    #[test]
    fn the_papers_are_those_of_the_guide() {
        let poster = Facts::default().poster;
        let size = |paper: SheetSize| Size::new(paper.mm().0, paper.mm().1);
        assert_eq!(size(SheetSize::Smallest), poster.smallest);
        assert_eq!(size(SheetSize::Largest), poster.largest);
        assert_eq!(size(SheetSize::default()), poster.recommended);
        assert!(SheetSize::ALL.iter().all(|paper| poster.allows(size(*paper))));
        assert!(SheetSize::ALL.is_sorted_by_key(|paper| paper.mm()));
    }

    #[test]
    fn larger_papers_are_read_from_further_away_and_a_code_for_it_fits_on_them() {
        for kind in SheetKind::ALL {
            assert!(SheetSize::ALL.is_sorted_by_key(|paper| paper.reading_distance(*kind)));
            for paper in SheetSize::ALL {
                assert!(paper.narrowest_code(*kind) < f64::from(paper.mm().0) * 0.6);
                assert!((0.5..=2.5).contains(&paper.smallest_module(*kind)));
            }
        }
    }
}
