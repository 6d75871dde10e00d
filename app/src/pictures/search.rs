//! One search for the codes of a picture. It ends when its time is over, whatever the picture holds, and tells where
//! each code stands.

use std::time::{Duration, Instant};

use image::GrayImage;
use rqrr::{BitGrid, PreparedImage};

use super::watched::{Watched, unless_broken_off};

/// A code that was found and read.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    pub payload: Vec<u8>,
    /// Modules along a side.
    pub modules: usize,
    /// Top left, top right, bottom right and bottom left, in pixels.
    pub corners: [(f64, f64); 4],
}

/// The codes of a grey picture that one search finds within that time; nothing when it did not come to its end. What
/// looks like a code and cannot be read is none: 回 and 国 look like corners of one.
#[must_use]
pub fn search_within(grey: &GrayImage, longest: Duration) -> Option<Vec<Found>> {
    in_grey(grey, Instant::now() + longest)
}

/// The same until a moment that several searches share.
pub fn in_grey(image: &GrayImage, until: Instant) -> Option<Vec<Found>> {
    unless_broken_off(|| read(PreparedImage::prepare(Watched::new(image, until))))
}

/// The same where black is told from white already: 1 and 0.
pub fn in_black(image: &GrayImage, until: Instant) -> Option<Vec<Found>> {
    unless_broken_off(|| read(PreparedImage::without_preparation(Watched::new(image, until))))
}

fn read(mut image: PreparedImage<Watched>) -> Vec<Found> {
    let grids = image.detect_grids();
    let found = grids.iter().filter_map(|grid| {
        let mut payload = Vec::new();
        unless_broken_off(|| grid.decode_to(&mut payload).is_ok()).filter(|whole| *whole)?;
        let corners = grid.bounds.map(|point| (f64::from(point.x), f64::from(point.y)));
        Some(Found { payload, modules: grid.grid.size(), corners })
    });
    found.collect()
}
