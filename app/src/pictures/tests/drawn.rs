//! Pictures for tests: a code as a camera sees it.

use image::{GrayImage, Luma};
use qrcode::{Color, EcLevel, QrCode};

/// A payload as long as the city's are.
pub const PAYLOAD: &str = "https://qrcode.example.cn/p?c=31011700042&k=Zb7dQ2mXw9fLr1";

/// A flat code with its quiet zone: so many modules a side, each dark or not.
pub struct Drawn {
    modules: Vec<bool>,
    side: f64,
}

impl Drawn {
    pub fn of(payload: &str) -> Self {
        Self::with(payload, EcLevel::M)
    }

    pub fn with(payload: &str, level: EcLevel) -> Self {
        let code = QrCode::with_error_correction_level(payload, level).unwrap();
        let side = code.width() as f64;
        Self { modules: code.to_colors().iter().map(|colour| *colour == Color::Dark).collect(), side }
    }

    /// Whether there is ink at a place of the code, whose corners are 0 and 1.
    fn is_dark(&self, u: f64, v: f64) -> bool {
        let inside = (0.0..1.0).contains(&u) && (0.0..1.0).contains(&v);
        inside && self.modules[(v * self.side) as usize * self.side as usize + (u * self.side) as usize]
    }

    /// As an issued image has it: so many pixels for a module, four modules of white around.
    pub fn flat(&self, scale: u32) -> GrayImage {
        let modules = self.side as u32;
        GrayImage::from_fn((modules + 8) * scale, (modules + 8) * scale, |x, y| {
            let (x, y) = ((x / scale).wrapping_sub(4), (y / scale).wrapping_sub(4));
            let dark = x < modules && y < modules && self.modules[(y * modules + x) as usize];
            Luma([if dark { 0 } else { 255 }])
        })
    }
}

/// How a camera sees a poster: where the corners of the code are, what light falls on it, and what the lens adds.
#[derive(Clone, Copy)]
pub struct Shot {
    pub size: (u32, u32),
    /// Of the code: top left, top right, bottom right, bottom left.
    pub corners: [(f64, f64); 4],
    /// How much of the light is left at the right edge, of the left one's.
    pub shade: f64,
    /// The most by which a pixel is off.
    pub noise: f64,
    /// In pixels.
    pub blur: f32,
}

impl Shot {
    /// A code of that side in the middle, turned by so many degrees.
    pub fn turned(size: (u32, u32), side: f64, degrees: f64) -> Self {
        let (sin, cos) = degrees.to_radians().sin_cos();
        let (x, y) = (f64::from(size.0) / 2.0, f64::from(size.1) / 2.0);
        let half = side / 2.0;
        let corners = [(-half, -half), (half, -half), (half, half), (-half, half)]
            .map(|(u, v)| (x + u * cos - v * sin, y + u * sin + v * cos));
        Self { size, corners, shade: 1.0, noise: 0.0, blur: 0.0 }
    }

    pub fn of(&self, code: &Drawn) -> GrayImage {
        let plane = Plane::through(self.corners);
        let mut seed = 20_220_530_u64;
        let (left, right) = ends(self.corners.map(|(x, _)| x));
        let (top, bottom) = ends(self.corners.map(|(_, y)| y));
        let mut image = GrayImage::from_fn(self.size.0, self.size.1, |x, y| {
            let (x, y) = (f64::from(x), f64::from(y));
            // Four looks at a pixel, so that edges are soft as a lens makes them.
            let dark = if (left..right).contains(&x) && (top..bottom).contains(&y) {
                let looks = [(0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75)];
                looks
                    .iter()
                    .filter(|(dx, dy)| plane.at(x + dx, y + dy).is_some_and(|(u, v)| code.is_dark(u, v)))
                    .count()
            } else {
                0
            };
            let ink = 225.0 - 190.0 * dark as f64 / 4.0;
            let light = 1.0 - (1.0 - self.shade) * x / f64::from(self.size.0);
            shade(ink * light + self.noise * random(&mut seed))
        });
        if self.blur > 0.0 {
            image = image::imageops::fast_blur(&image, self.blur);
        }
        image
    }
}

fn ends(places: [f64; 4]) -> (f64, f64) {
    (places.iter().copied().fold(f64::MAX, f64::min) - 1.0, places.iter().copied().fold(f64::MIN, f64::max) + 1.0)
}

fn shade(value: f64) -> Luma<u8> {
    Luma([value.clamp(0.0, 255.0) as u8])
}

/// From -1 to 1; the same in every run.
fn random(seed: &mut u64) -> f64 {
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    f64::from(u32::try_from(*seed >> 32).unwrap()) / f64::from(u32::MAX) * 2.0 - 1.0
}

/// A flat square in space as a camera sees it (the projective map of a quadrilateral, turned round).
struct Plane([f64; 9]);

impl Plane {
    fn through([(x0, y0), (x1, y1), (x2, y2), (x3, y3)]: [(f64, f64); 4]) -> Self {
        let (sx, sy) = (x0 - x1 + x2 - x3, y0 - y1 + y2 - y3);
        let (dx1, dx2, dy1, dy2) = (x1 - x2, x3 - x2, y1 - y2, y3 - y2);
        let below = dx1 * dy2 - dx2 * dy1;
        let (g, h) = ((sx * dy2 - dx2 * sy) / below, (dx1 * sy - sx * dy1) / below);
        let (a, b, c) = (x1 - x0 + g * x1, x3 - x0 + h * x3, x0);
        let (d, e, f) = (y1 - y0 + g * y1, y3 - y0 + h * y3, y0);
        Self([
            e - f * h,
            c * h - b,
            b * f - c * e,
            f * g - d,
            a - c * g,
            c * d - a * f,
            d * h - e * g,
            b * g - a * h,
            a * e - b * d,
        ])
    }

    /// The place of the square that is seen at a pixel.
    fn at(&self, x: f64, y: f64) -> Option<(f64, f64)> {
        let [a, b, c, d, e, f, g, h, i] = self.0;
        let w = g * x + h * y + i;
        (w.abs() > f64::EPSILON).then(|| ((a * x + b * y + c) / w, (d * x + e * y + f) / w))
    }
}
