//! What a sheet costs, for the bench: run in a release build, where it also holds to its aims.

use std::time::Instant;

use super::*;
use crate::documents::{
    code_sheet::{SHEET, drawing, set},
    paper,
};

/// The median of several runs, in milliseconds.
fn milliseconds(mut work: impl FnMut()) -> f64 {
    // The first one reads fonts and templates.
    work();
    let mut times: Vec<f64> = (0..15)
        .map(|_| {
            let begun = Instant::now();
            work();
            begun.elapsed().as_secs_f64() * 1000.0
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

#[test]
#[ignore = "the bench runs it, in a release build"]
#[expect(clippy::print_stdout, reason = "it tells who runs the bench")]
fn a_sheet_is_made_in_time() {
    let issued = pasted(white(900, 900), &a_code(PAYLOAD, 16, 4), 60, 60);
    for (name, sheet) in [("drawn anew", a_wordy_sheet()), ("with the issued image", with_image(&issued))] {
        let without = milliseconds(|| {
            let picture = drawing::picture(&sheet.code).unwrap_or_else(|fault| panic!("{fault:?}"));
            let document = set(&sheet, &picture, None).unwrap_or_else(|faults| panic!("{faults:?}"));
            assert!(paper::pdf(&SHEET, &document, false).is_ok());
        });
        let with = milliseconds(|| drop(passed(&sheet)));
        println!("sheet {name}, set as PDF: {without:.1} ms (aim 20); looked at as well: {with:.1} ms (aim 200)");
        assert!(cfg!(debug_assertions) || (without < 20.0 && with < 200.0), "{name}: {without} and {with}");
    }
}
