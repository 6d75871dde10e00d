//! Black and white by what is around: a pixel is black when it is clearly darker than the mean of its neighbourhood.
//! That finds a small code in a large photograph with light and shade, which the search's own way loses.

use image::{GrayImage, Luma};

/// Of a hundred: as dark as that beside its neighbourhood is black.
const DARK: u32 = 90;

/// 1 where a pixel is black and 0 where it is white.
pub fn black(image: &GrayImage) -> GrayImage {
    let (width, height) = image.dimensions();
    let reach = (width.max(height) / 16).max(8);
    let mut black = GrayImage::new(width, height);
    // The sums of the columns of the neighbourhood, which moves down row by row.
    let mut columns = vec![0_u32; width as usize];
    let row = |y: u32| image.as_raw()[(y * width) as usize..((y + 1) * width) as usize].iter();
    for y in 0..reach.min(height) {
        columns.iter_mut().zip(row(y)).for_each(|(sum, value)| *sum += u32::from(*value));
    }
    for y in 0..height {
        if y + reach < height {
            columns.iter_mut().zip(row(y + reach)).for_each(|(sum, value)| *sum += u32::from(*value));
        }
        if y > reach {
            columns.iter_mut().zip(row(y - reach - 1)).for_each(|(sum, value)| *sum -= u32::from(*value));
        }
        let rows = (y + reach).min(height - 1) - y.saturating_sub(reach) + 1;
        let mut sum: u32 = columns.iter().take(reach as usize).sum();
        for (x, value) in (0..).zip(row(y)) {
            sum += columns.get((x + reach) as usize).copied().unwrap_or_default();
            sum -= if x > reach { columns[(x - reach - 1) as usize] } else { 0 };
            let count = rows * ((x + reach).min(width - 1) - x.saturating_sub(reach) + 1);
            let mean = sum / count;
            black.put_pixel(x, y, Luma([u8::from(u32::from(*value) * 100 < mean * DARK)]));
        }
    }
    black
}
