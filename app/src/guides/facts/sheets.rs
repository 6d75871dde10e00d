//! The paper that place codes are printed on: the sizes that the guide allows, and from how far away each is read.

use serde::{Deserialize, Serialize};

/// Sizes of a printed place code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Poster {
    pub smallest: Size,
    pub largest: Size,
    pub recommended: Size,
    /// Dots per inch.
    pub dpi: u16,
}

/// Width and height in millimetres.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Size {
    pub width: u16,
    pub height: u16,
}

/// A paper that sheets of place codes are made on, and from how far away they are to be read, in millimetres: hung
/// beside an entrance, and held out towards a window. A poster is read from where people queue, which is nearer to a
/// small one; a card is held at arm's length, and its code fills more of the paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paper {
    pub size: Size,
    pub hung: u16,
    pub held: u16,
}

impl Paper {
    const fn new(size: Size, hung: u16, held: u16) -> Self {
        Self { size, hung, held }
    }

    /// The smallest that the guide allows.
    pub const SMALLEST: Self = Self::new(Size::new(100, 141), 400, 500);
    pub const A6: Self = Self::new(Size::new(105, 148), 400, 500);
    pub const A5: Self = Self::new(Size::new(148, 210), 600, 750);
    /// What the guide recommends.
    pub const A4: Self = Self::new(Size::new(210, 297), 900, 1100);
    pub const A3: Self = Self::new(Size::new(297, 420), 1200, 1500);
    /// The largest that the guide allows.
    pub const LARGEST: Self = Self::new(Size::new(420, 594), 1800, 2200);
    /// All of them, the smallest first.
    pub const ALL: [Self; 6] = [Self::SMALLEST, Self::A6, Self::A5, Self::A4, Self::A3, Self::LARGEST];
}

/// The longest side that any sheet may have, in millimetres (A0).
const LONGEST_SIDE: u16 = 1189;

impl Size {
    #[must_use]
    pub const fn new(width: u16, height: u16) -> Self {
        Self { width, height }
    }

    /// Width and height in dots, rounded: A4 at 300 dpi is 2480 × 3508.
    #[must_use]
    pub fn pixels(self, dpi: u16) -> (u32, u32) {
        let dots = |millimetres: u16| (u32::from(millimetres) * u32::from(dpi) * 10 + 127) / 254;
        (dots(self.width), dots(self.height))
    }

    /// By how much two sizes differ: both sides together, in millimetres.
    #[must_use]
    pub fn differs_by(self, other: Self) -> u32 {
        u32::from(self.width.abs_diff(other.width)) + u32::from(self.height.abs_diff(other.height))
    }

    pub(super) fn fits_into(self, other: Self) -> bool {
        self.width <= other.width && self.height <= other.height
    }

    pub(super) fn is_sheet(self) -> bool {
        let side = 20..=LONGEST_SIDE;
        side.contains(&self.width) && side.contains(&self.height)
    }
}

impl Poster {
    /// Whether a print of this size keeps within the limits.
    #[must_use]
    pub fn allows(&self, size: Size) -> bool {
        self.smallest.fits_into(size) && size.fits_into(self.largest)
    }

    /// Whether a sheet can be made within the limits.
    pub(super) fn allows_a_paper(&self) -> bool {
        Paper::ALL.iter().any(|paper| self.allows(paper.size))
    }
}

#[cfg(test)]
mod tests {
    use super::super::Facts;
    use super::*;

    #[test]
    fn sizes_in_dots_are_exact() {
        for (size, dots) in [
            (Size::new(420, 594), (4961, 7016)),
            (Size::new(210, 297), (2480, 3508)),
            (Size::new(100, 141), (1181, 1665)),
        ] {
            assert_eq!(size.pixels(300), dots);
        }
        let poster = Facts::default().poster;
        assert!(poster.allows(Size::new(420, 594)));
        assert!(!poster.allows(Size::new(421, 594)));
        assert!(!poster.allows(Size::new(99, 200)));
    }
}
