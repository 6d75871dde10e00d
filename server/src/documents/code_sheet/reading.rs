//! Finds and reads codes in a picture, within a bound of time: an uploaded image may stand in it, and images can be
//! made in which a search would go on for hours.

use std::time::Duration;

use app::pictures::{self, Found};
use image::GrayImage;

/// Longest search; an ordinary one takes some hundredths of a second. A program without optimisation takes longer.
const LONGEST: Duration = Duration::from_secs(if cfg!(debug_assertions) { 20 } else { 2 });

/// A code that could be read, and where it stands.
pub struct Code {
    pub payload: Vec<u8>,
    /// Modules along a side.
    pub modules: usize,
    /// Top left, top right, bottom right and bottom left, in pixels.
    corners: [(f64, f64); 4],
}

/// The codes of a picture; none when the search was broken off, so that what was not looked at to its end is not
/// handed out.
pub fn read(picture: &GrayImage) -> Vec<Code> {
    let found = pictures::search_within(picture, LONGEST).unwrap_or_default();
    found.into_iter().map(|Found { payload, modules, corners }| Code { payload, modules, corners }).collect()
}

impl Code {
    /// The pixel at so many modules right of and below the code's top left corner.
    pub fn at(&self, right: f64, down: f64) -> (f64, f64) {
        // The reader's corners lie one module beyond the code, at the right and below.
        let span = (self.modules + 1) as f64;
        let (right, down) = (right / span, down / span);
        let [top_left, top_right, bottom_right, bottom_left] = self.corners;
        let along = |from: f64, to: f64, share: f64| from + (to - from) * share;
        let point = |pick: fn((f64, f64)) -> f64| {
            let above = along(pick(top_left), pick(top_right), right);
            let below = along(pick(bottom_left), pick(bottom_right), right);
            along(above, below, down)
        };
        (point(|corner| corner.0), point(|corner| corner.1))
    }

    /// The shortest side, in pixels.
    pub fn width(&self) -> f64 {
        let side = self.modules as f64;
        let corners = [(0.0, 0.0), (side, 0.0), (side, side), (0.0, side)].map(|(right, down)| self.at(right, down));
        let length = |from: usize, to: usize| {
            let ((x, y), (x2, y2)) = (corners[from], corners[to]);
            (x2 - x).hypot(y2 - y)
        };
        [length(0, 1), length(1, 2), length(2, 3), length(3, 0)].into_iter().fold(f64::INFINITY, f64::min)
    }
}
