//! An image for the search that ends the search when its time is over, or when it finds more marks than codes can have.
//! Pictures can be made in which it would go on for hours: it compares every mark that might be the corner of a code with
//! all pairs of others, copies the whole for every three that fit, and paints areas again and again.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    sync::Arc,
    time::Instant,
};

use image::{GenericImage, GenericImageView, GrayImage, Luma};

/// So many pixels are painted between two looks at the clock; some tenths of a millisecond.
const BETWEEN_LOOKS: u32 = 50_000;
/// Marks of three hundred codes.
const MOST_MARKS: u32 = 900;
/// What the search paints over an area first that looks like the corner of a code.
const MARK: u8 = 4;

pub struct Watched {
    /// Row by row; copies share the rows that neither paints, for the search copies the whole for each three marks.
    rows: Vec<Arc<[Luma<u8>]>>,
    width: u32,
    until: Instant,
    painted: u32,
    marks: u32,
    last: u8,
}

/// What ends the search.
struct Enough;

impl Watched {
    pub fn new(image: &GrayImage, until: Instant) -> Self {
        let rows = image.rows().map(|row| row.copied().collect()).collect();
        Self { rows, width: image.width(), until, painted: 0, marks: 0, last: 0 }
    }

    fn look_at_the_clock(&self) {
        if Instant::now() >= self.until {
            end();
        }
    }

    fn at(&mut self, x: u32, y: u32) -> &mut Luma<u8> {
        &mut Arc::make_mut(&mut self.rows[y as usize])[x as usize]
    }

    fn count_marks(&mut self, painted: u8) {
        if painted == MARK && self.last != MARK {
            self.marks += 1;
            if self.marks > MOST_MARKS {
                end();
            }
        }
        self.last = painted;
    }
}

/// No panic: nothing is wrong, and nobody is told.
fn end() {
    resume_unwind(Box::new(Enough));
}

/// Does what may run out of time, or come upon one of the assertions in which the search gives up on a strange image;
/// nothing then.
pub fn unless_broken_off<T>(work: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(work)).map_err(drop::<Box<dyn Any + Send>>).ok()
}

impl Clone for Watched {
    fn clone(&self) -> Self {
        self.look_at_the_clock();
        Self { rows: self.rows.clone(), ..*self }
    }
}

impl GenericImageView for Watched {
    type Pixel = Luma<u8>;

    fn dimensions(&self) -> (u32, u32) {
        (self.width, u32::try_from(self.rows.len()).unwrap_or_default())
    }

    fn get_pixel(&self, x: u32, y: u32) -> Luma<u8> {
        self.rows[y as usize][x as usize]
    }
}

impl GenericImage for Watched {
    fn get_pixel_mut(&mut self, x: u32, y: u32) -> &mut Luma<u8> {
        self.at(x, y)
    }

    fn put_pixel(&mut self, x: u32, y: u32, pixel: Luma<u8>) {
        self.painted += 1;
        if self.painted == BETWEEN_LOOKS {
            self.painted = 0;
            self.look_at_the_clock();
        }
        self.count_marks(pixel.0[0]);
        *self.at(x, y) = pixel;
    }

    fn blend_pixel(&mut self, x: u32, y: u32, pixel: Luma<u8>) {
        self.put_pixel(x, y, pixel);
    }
}
