//! Finds and reads codes in a picture.

use image::GrayImage;
use rqrr::{BitGrid, PreparedImage};

/// A code that could be read, and where it stands.
pub struct Code {
    pub payload: Vec<u8>,
    /// Modules along a side.
    pub modules: usize,
    /// Top left, top right, bottom right and bottom left, in pixels.
    corners: [(f64, f64); 4],
}

/// The codes of a picture. What looks like a code and cannot be read is none: 回 and 国 look like corners of one.
pub fn read(picture: &GrayImage) -> Vec<Code> {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let pixels = picture.as_raw();
    let mut prepared = PreparedImage::prepare_from_greyscale(width, height, |x, y| pixels[y * width + x]);
    let grids = prepared.detect_grids();
    grids
        .iter()
        .filter_map(|grid| {
            let mut payload = Vec::new();
            grid.decode_to(&mut payload).ok()?;
            let corners = grid.bounds.map(|point| (f64::from(point.x), f64::from(point.y)));
            Some(Code { payload, modules: grid.grid.size(), corners })
        })
        .collect()
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
