//! What is read and what is refused, with pictures that the tests draw themselves.

mod archives;
mod bad_input;
mod bare;
mod drawn;
mod kinds;
mod photographs;
mod stress;
mod turns;

use std::io::Cursor;

use image::{DynamicImage, ImageFormat};

/// The file of a picture.
fn encoded(image: impl Into<DynamicImage>, kind: ImageFormat) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    image.into().write_to(&mut file, kind).unwrap();
    file.into_inner()
}
