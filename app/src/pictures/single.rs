//! What an image that the city issued must hold: one code, which says a text or an ordinary address.

use super::{Code, Seen, trouble::Trouble};

/// Longest payload of an issued code, in bytes; the city's are addresses of some hundred.
pub const LONGEST_PAYLOAD: usize = 1_000;
/// Addresses that a browser runs, or shows as a page of its own, instead of going there.
const RUN: [&str; 3] = ["javascript:", "data:", "vbscript:"];

/// The one code of a picture that should hold exactly one, such as the image that the city issued.
///
/// # Errors
/// `NoCode`, `SeveralCodes` (the same one twice is two), `LongCode`, or `OddCode` for a payload with control characters
/// or with what a browser could run.
pub fn single(seen: &Seen) -> Result<&Code, Trouble> {
    let code = match &seen.codes[..] {
        [] => return Err(Trouble::NoCode),
        [code] if code.copies == 1 => code,
        _ => return Err(Trouble::SeveralCodes),
    };
    if code.payload.len() > LONGEST_PAYLOAD {
        return Err(Trouble::LongCode { most: LONGEST_PAYLOAD });
    }
    let is_odd = |c: char| c.is_control() || c == char::REPLACEMENT_CHARACTER;
    let odd = code.payload.trim().is_empty() || code.payload.chars().any(is_odd) || holds_a_script(&code.payload);
    if odd { Err(Trouble::OddCode) } else { Ok(code) }
}

/// Whether it is markup, or an address that is run. People scan what is printed, and not every scanner is careful.
fn holds_a_script(payload: &str) -> bool {
    let start = payload.trim().to_lowercase();
    payload.contains('<') || RUN.iter().any(|scheme| start.starts_with(scheme))
}
