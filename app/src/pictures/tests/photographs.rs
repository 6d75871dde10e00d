//! Photographs of a posting: turned, seen from the side, in bad light, from afar.

use image::{DynamicImage, GrayImage, ImageFormat};

use super::drawn::{Drawn, PAYLOAD, Shot};
use crate::pictures::{Seen, read, single};

/// As a phone writes it.
fn photograph(image: GrayImage) -> Vec<u8> {
    let mut file = std::io::Cursor::new(Vec::new());
    let image = DynamicImage::ImageRgb8(DynamicImage::ImageLuma8(image).into_rgb8());
    image.write_to(&mut file, ImageFormat::Jpeg).unwrap();
    file.into_inner()
}

async fn seen(image: GrayImage) -> Seen {
    read(photograph(image).into()).await.unwrap()
}

#[track_caller]
fn says(seen: &Seen, what: &str) {
    assert_eq!(single(seen).map(|code| code.payload.as_str()), Ok(PAYLOAD), "{what}");
}

#[tokio::test]
async fn a_code_is_read_however_it_is_turned() {
    let code = Drawn::of(PAYLOAD);
    for degrees in [0, 5, 17, 30, 45, 62, 90, 135, 180, 201, 270, 315] {
        let shot = Shot::turned((800, 600), 380.0, f64::from(degrees));
        says(&seen(shot.of(&code)).await, &format!("turned by {degrees}"));
    }
}

#[tokio::test]
async fn a_code_is_read_that_is_seen_from_the_side() {
    let code = Drawn::of(PAYLOAD);
    let sides = [
        [(200.0, 120.0), (560.0, 170.0), (550.0, 450.0), (210.0, 520.0)],
        [(250.0, 100.0), (540.0, 105.0), (620.0, 470.0), (170.0, 460.0)],
        [(220.0, 180.0), (520.0, 100.0), (600.0, 430.0), (280.0, 490.0)],
    ];
    for corners in sides {
        let shot = Shot { corners, noise: 12.0, ..Shot::turned((800, 600), 1.0, 0.0) };
        says(&seen(shot.of(&code)).await, &format!("{corners:?}"));
    }
}

#[tokio::test]
async fn a_code_is_read_in_bad_light_with_noise_and_not_quite_sharp() {
    let code = Drawn::of(PAYLOAD);
    for (shade, noise, blur) in
        [(0.3, 0.0, 0.0), (1.0, 60.0, 0.0), (1.0, 0.0, 3.0), (0.35, 25.0, 1.5), (0.5, 40.0, 2.0), (0.15, 6.0, 1.0)]
    {
        let shot = Shot { shade, noise, blur, ..Shot::turned((900, 700), 330.0, 12.0) };
        says(&seen(shot.of(&code)).await, &format!("light {shade}, noise {noise}, blur {blur}"));
    }
}

/// Photographs as people take them, each turned, seen from the side, shaded, noisy and not quite sharp in its own way.
#[tokio::test]
async fn every_mixture_of_what_a_hand_and_a_lens_do_is_read() {
    let code = Drawn::of(PAYLOAD);
    let mut seed = 20_220_605_u64;
    let mut between = |least: f64, most: f64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        least + (most - least) * (seed >> 40) as f64 / f64::from(1 << 24)
    };
    let mut unread = Vec::new();
    for n in 0..48 {
        let side = between(300.0, 420.0);
        let mut shot = Shot::turned((800, 600), side, between(0.0, 360.0));
        // A corner is off by as much as a poster that is seen from beside has it.
        for (x, y) in &mut shot.corners {
            *x += between(-0.06, 0.06) * side;
            *y += between(-0.06, 0.06) * side;
        }
        shot.shade = between(0.35, 1.0);
        shot.noise = between(0.0, 22.0);
        shot.blur = between(0.0, 1.4) as f32;
        let read = seen(shot.of(&code)).await;
        if single(&read).map(|code| code.payload.as_str()) != Ok(PAYLOAD) {
            unread.push((n, shot.corners, shot.shade, shot.noise, shot.blur));
        }
    }
    assert!(unread.is_empty(), "{unread:?}");
}

#[tokio::test]
async fn a_small_code_is_read_in_a_large_photograph() {
    let code = Drawn::of(PAYLOAD);
    let shot = Shot { shade: 0.5, noise: 14.0, blur: 1.0, ..Shot::turned((4_000, 3_000), 300.0, 8.0) };
    let seen = seen(shot.of(&code)).await;
    says(&seen, "from afar");
    assert_eq!((seen.width, seen.height), (4_000, 3_000));
    let kept = image::load_from_memory(&seen.kept).unwrap();
    assert_eq!((kept.width(), kept.height()), (1_600, 1_200));
}

#[tokio::test]
async fn what_is_kept_of_a_photograph_can_be_read_again() {
    let code = Drawn::of(PAYLOAD);
    let shot = Shot { shade: 0.5, noise: 14.0, blur: 1.0, ..Shot::turned((3_200, 2_400), 900.0, 8.0) };
    let first = seen(shot.of(&code)).await;
    says(&read(first.kept.into()).await.unwrap(), "what is kept");
}
