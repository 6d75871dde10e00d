//! The QR codes in a picture. One search finds most; where it finds nothing others follow, at other sizes and with other
//! ways to tell black from white, until one finds something or the time is over.

use std::time::{Duration, Instant};

use image::{
    DynamicImage, GrayImage, Luma,
    imageops::{self, FilterType},
};

use super::{
    kept::reduced,
    search::{Found, in_black, in_grey},
    threshold,
};

/// More are not told apart.
const MOST_CODES: usize = 10;
/// All searches together, and one of them. A program without optimisation takes that much longer.
const LONGEST: Duration = Duration::from_millis(900 * SLOWER);
const LONGEST_ONE: Duration = Duration::from_millis(250 * SLOWER);
const SLOWER: u64 = if cfg!(debug_assertions) { 10 } else { 1 };
/// How much around a code is painted over with it, of the way from its middle to its corner.
const AROUND: f64 = 0.05;

/// A QR code found in a picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    /// What it says; never more than text. Bytes that are no UTF-8 stand as U+FFFD.
    pub payload: String,
    /// How often it stands in the picture.
    pub copies: usize,
}

/// How black is told from white.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// As the search does it by itself.
    Plain,
    /// By the mean of what is around.
    Around,
    /// Softened first, against noise.
    Soft,
    /// Enlarged first, for codes of few pixels.
    Enlarged,
    /// White on black.
    Reversed,
}

/// The longest side and the way of each search, in their order.
const SEARCHES: [(u32, Way); 13] = [
    (1_000, Way::Plain),
    (2_000, Way::Plain),
    (1_000, Way::Around),
    (2_000, Way::Around),
    (4_000, Way::Plain),
    (1_000, Way::Soft),
    (1_400, Way::Plain),
    (600, Way::Plain),
    (2_000, Way::Soft),
    (1_000, Way::Reversed),
    (4_000, Way::Around),
    (1_000, Way::Enlarged),
    (600, Way::Soft),
];
/// So many are always done: at a second size a code shows that was lost at the first.
const ALWAYS: usize = 2;

/// Finds the codes of a grey picture; ten at most.
pub fn find(grey: &DynamicImage) -> Vec<Code> {
    let until = Instant::now() + LONGEST;
    // What is smaller is made from this.
    let middle = reduced(grey, 2_000);
    let longest_side = grey.width().max(grey.height());
    let (mut found, mut done) = (Vec::new(), Vec::new());
    for (n, (side, way)) in SEARCHES.into_iter().enumerate() {
        let kind = (side.min(longest_side), way);
        if done.contains(&kind) {
            continue;
        }
        let now = Instant::now();
        if now >= until || (n >= ALWAYS && !found.is_empty()) {
            break;
        }
        done.push(kind);
        let image = prepared(reduced(if side > 2_000 { grey } else { &middle }, side), way);
        let (payloads, whole) = search(&image, way, until.min(now + LONGEST_ONE));
        note(&mut found, &payloads);
        if !whole && found.len() < 2 {
            // Too many marks to compare all of them: there may be many codes. A part has few.
            for part in parts(&image) {
                let now = Instant::now();
                if now >= until {
                    break;
                }
                note(&mut found, &search(&part, way, until.min(now + LONGEST_ONE)).0);
            }
        }
    }
    found
}

/// The four quarters, each larger than one, so that what lies on the line between them is in one of them.
fn parts(image: &GrayImage) -> impl Iterator<Item = GrayImage> {
    let (width, height) = (image.width().div_ceil(5), image.height().div_ceil(5));
    let corners = [(0, 0), (2 * width, 0), (0, 2 * height), (2 * width, 2 * height)];
    corners.into_iter().map(move |(x, y)| imageops::crop_imm(image, x, y, 3 * width, 3 * height).to_image())
}

/// The payloads of all codes that are found at one size in one way, and whether the search came to its end. Marks of
/// several codes are easily taken for those of one, so what was found is painted over and the rest searched again.
fn search(image: &GrayImage, way: Way, until: Instant) -> (Vec<String>, bool) {
    let (mut image, mut all) = (image.clone(), Vec::new());
    loop {
        let Some(found) = search_once(&image, way, until) else { return (all, false) };
        for code in &found {
            erase(&mut image, code.corners);
        }
        let is_last = found.is_empty();
        all.extend(found.into_iter().map(|code| String::from_utf8_lossy(&code.payload).into_owned()));
        if is_last || all.len() >= MOST_CODES {
            return (all, true);
        }
    }
}

fn prepared(mut image: DynamicImage, way: Way) -> GrayImage {
    match way {
        Way::Plain | Way::Around => {}
        Way::Soft => image = image.fast_blur(1.5),
        Way::Enlarged => image = image.resize(image.width() * 2, image.height() * 2, FilterType::Triangle),
        Way::Reversed => image.invert(),
    }
    image.into_luma8()
}

/// What one search finds that says something; nothing when it is broken off.
fn search_once(image: &GrayImage, way: Way, until: Instant) -> Option<Vec<Found>> {
    let found = match way {
        Way::Around => in_black(&threshold::black(image), until),
        _ => in_grey(image, until),
    };
    found.map(|codes| codes.into_iter().filter(|code| !code.payload.is_empty()).collect())
}

/// Paints a code over, and a little of what is around it.
fn erase(image: &mut GrayImage, corners: [(f64, f64); 4]) {
    let middle = corners.iter().fold((0.0, 0.0), |sum, (x, y)| (sum.0 + x / 4.0, sum.1 + y / 4.0));
    let corners = corners.map(|(x, y)| (x + (x - middle.0) * AROUND, y + (y - middle.1) * AROUND));
    let side = |at: fn((f64, f64)) -> f64, most: u32| {
        let places = corners.map(|corner| at(corner).clamp(0.0, f64::from(most)) as u32);
        places.iter().min().copied().unwrap_or_default()..places.iter().max().copied().unwrap_or_default()
    };
    let (across, down) = (side(|corner| corner.0, image.width()), side(|corner| corner.1, image.height()));
    for (x, y) in down.flat_map(|y| across.clone().map(move |x| (x, y))) {
        let (u, v) = (f64::from(x), f64::from(y));
        let mut sides = (0..4).map(|n| {
            let ((x0, y0), (x1, y1)) = (corners[n], corners[(n + 1) % 4]);
            (x1 - x0) * (v - y0) - (y1 - y0) * (u - x0)
        });
        // Whoever walks around it has a place inside always on the same hand.
        let first = sides.next().unwrap_or_default();
        if sides.all(|side| side * first > 0.0) {
            image.put_pixel(x, y, Luma([u8::MAX]));
        }
    }
}

/// Adds what a search found. The same code in two searches is one, twice in the same search it is two.
fn note(found: &mut Vec<Code>, payloads: &[String]) {
    for payload in payloads {
        let copies = payloads.iter().filter(|other| *other == payload).count();
        let known = found.iter().position(|code| code.payload == *payload);
        if let Some(at) = known {
            found[at].copies = found[at].copies.max(copies);
        } else if found.len() < MOST_CODES {
            found.push(Code { payload: payload.clone(), copies });
        }
    }
}
