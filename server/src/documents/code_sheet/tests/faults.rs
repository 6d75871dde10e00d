//! What must not be handed out is not, and says why.

use std::time::{Duration, Instant};

use app::documents::DocumentError;
use app::documents::code_sheet::SheetField;

use super::*;

#[test]
fn an_image_that_is_none_or_breaks_off_is_refused() {
    let whole = png(&a_code(PAYLOAD, 8, 4));
    for image in [b"GIF89a".to_vec(), Vec::new(), whole[..whole.len() / 2].to_vec()] {
        let code = SheetCode::Issued { image, payload: PAYLOAD.into() };
        assert_eq!(faults(&CodeSheet { code, ..a_sheet() }), [SheetFault::Image]);
    }
}

#[test]
fn an_image_without_a_code_that_can_be_read_is_refused() {
    let code = a_code(PAYLOAD, 8, 4);
    let side = code.width();
    let tiny = imageops::thumbnail(&code, 20, 20);
    let torn = pasted(code, &white(side, side / 2), 0, side / 3);
    for image in [tiny, torn, white(400, 400)] {
        assert_eq!(faults(&with_image(&image)), [SheetFault::Unreadable]);
    }
}

/// The code stands clean in its corner; everywhere else are marks that look like the corners of codes, four thousand
/// of them, which a search compares with all pairs of the others.
#[test]
fn an_image_that_would_be_searched_for_hours_is_refused_in_time() {
    let is_mark = |x: u32, y: u32| {
        let (x, y) = (x / 2 % 9, y / 2 % 9);
        let ring = |n: u32| (1..8).contains(&n);
        ring(x) && ring(y) && (matches!(x, 1 | 7) || matches!(y, 1 | 7) || ((3..6).contains(&x) && (3..6).contains(&y)))
    };
    let marks = GrayImage::from_fn(1152, 1152, |x, y| Luma([if is_mark(x, y) { 0 } else { 255 }]));
    let image = pasted(marks, &a_code(PAYLOAD, 4, 4), 0, 0);
    let begun = Instant::now();
    assert_eq!(faults(&with_image(&image)), [SheetFault::Unreadable]);
    assert!(begun.elapsed() < Duration::from_secs(120), "{:?}", begun.elapsed());
}

#[test]
fn a_code_that_says_something_else_is_refused() {
    assert_eq!(faults(&with_image(&a_code("https://s.sh.gov.cn/m/1", 8, 4))), [SheetFault::OtherPayload]);
    let longer_by_a_space = format!("{PAYLOAD} ");
    assert_eq!(faults(&with_image(&a_code(&longer_by_a_space, 8, 4))), [SheetFault::OtherPayload]);
}

#[test]
fn an_image_with_two_codes_is_refused() {
    let code = a_code(PAYLOAD, 8, 4);
    let side = code.width();
    for (other, pixels) in [(PAYLOAD, 8), ("another", 8), ("another", 12)] {
        let both = pasted(pasted(white(side * 2, side), &code, 0, 0), &a_code(other, pixels, 4), side, 0);
        assert_eq!(faults(&with_image(&both)), [SheetFault::SeveralCodes { found: 2 }]);
    }
}

#[test]
fn a_code_whose_margin_is_not_white_is_refused() {
    let code = a_code(PAYLOAD, 8, 2);
    let grey = GrayImage::from_pixel(code.width() + 80, code.height() + 80, Luma([200]));
    assert_eq!(faults(&with_image(&pasted(grey, &code, 40, 40))), [SheetFault::QuietZone { modules: 2 }]);
}

#[test]
fn a_code_that_is_too_small_for_the_distance_is_refused() {
    let askew = {
        let code = a_code(PAYLOAD, 8, 4);
        let side = code.width();
        let middle = f64::from(side);
        GrayImage::from_fn(side * 2, side * 2, |x, y| {
            let (x, y) = (f64::from(x) - middle, f64::from(y) - middle);
            let turn = std::f64::consts::FRAC_1_SQRT_2;
            let (x, y) = ((x + y) * turn + middle / 2.0, (y - x) * turn + middle / 2.0);
            let inside = x >= 0.0 && y >= 0.0 && x < middle && y < middle;
            if inside { *code.get_pixel(x as u32, y as u32) } else { Luma([255]) }
        })
    };
    let found = faults(&with_image(&askew));
    assert!(matches!(found[..], [SheetFault::CodeTooSmall { width, needed: 90.0 }] if width < 85.0), "{found:?}");

    let payload = "长".repeat(500);
    let found = faults(&CodeSheet { code: SheetCode::Redrawn { payload }, ..a_sheet() });
    assert!(matches!(found[..], [SheetFault::ModuleTooSmall { size, needed: 0.9 }] if size < 0.9), "{found:?}");
}

#[test]
fn a_payload_beyond_any_code_is_refused() {
    let code = SheetCode::Redrawn { payload: "x".repeat(3000) };
    assert_eq!(faults(&CodeSheet { code, ..a_sheet() }), [SheetFault::PayloadTooLong]);
}

#[test]
fn every_text_that_does_not_fit_is_named() {
    for kind in [SheetKind::Poster, SheetKind::HandHeld] {
        let long = || "门".repeat(200);
        let sheet = CodeSheet {
            kind,
            member: long(),
            place: long(),
            entrance: long(),
            address: long(),
            contact: Some((long(), "1".into())),
            number: long(),
            ..a_sheet()
        };
        let mut fields: Vec<SheetField> = faults(&sheet)
            .into_iter()
            .map(|fault| match fault {
                SheetFault::TextOverflow { field } => field,
                other => panic!("{other:?}"),
            })
            .collect();
        fields.sort_by_key(|field| SheetField::ALL.iter().position(|known| known == field));
        assert_eq!(fields, SheetField::ALL);
    }
}

#[test]
fn characters_that_would_print_as_boxes_are_named() {
    let sheet = CodeSheet { place: "临港\u{9FF0}站\u{1F69A}".into(), ..a_sheet() };
    let expected = SheetFault::NoGlyph { field: SheetField::Place, characters: "\u{9FF0}\u{1F69A}".into() };
    assert_eq!(faults(&sheet), [expected]);
}

#[test]
fn nothing_cannot_be_bound() {
    assert_eq!(TypstDocuments::new().bind_sheets(vec![]).err(), Some(DocumentError::Failed));
}
