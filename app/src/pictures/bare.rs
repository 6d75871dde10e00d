//! A PNG or JPEG without what stands beside its pixels. Nothing is decoded: the parts that the pixels are made of are
//! copied byte for byte, and the others left out, so that the pixels stay what they were. How the picture must be turned
//! to stand upright is told anew and once, where every reader looks for it, without what was told beside it.

use image::metadata::Orientation;

use super::decode::{Kind, read_u16};

/// The chunks of a PNG that make its pixels (ISO/IEC 15948): header, palette, transparency, data, end.
const CHUNKS: [&[u8; 4]; 5] = [b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"];
/// Bytes of a PNG before its first chunk, and of a chunk beside its content.
const SIGNATURE: usize = 8;
const AROUND: usize = 12;
/// Bytes up to the end of a PNG's header, which is its first chunk and has thirteen.
const HEADER: usize = SIGNATURE + AROUND + 13;
/// How a segment of a JPEG begins that holds what a camera noted.
const EXIF: &[u8] = b"Exif\0\0";

/// The file so reduced; nothing when it is of another kind or makes no sense.
#[must_use]
pub fn bare(bytes: &[u8]) -> Option<Vec<u8>> {
    match Kind::of(bytes).ok()? {
        Kind::Png => png(bytes),
        Kind::Jpeg => jpeg(bytes),
        Kind::Gif | Kind::WebP | Kind::Bmp => None,
    }
}

fn png(bytes: &[u8]) -> Option<Vec<u8>> {
    if !bytes.get(SIGNATURE..HEADER)?.starts_with(b"\0\0\0\x0dIHDR") {
        return None;
    }
    let (mut bare, mut at, mut noted) = (bytes[..SIGNATURE].to_vec(), SIGNATURE, None);
    loop {
        let length = usize::try_from(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?)).ok()?;
        let chunk = bytes.get(at..at.checked_add(length)?.checked_add(AROUND)?)?;
        let kind = &chunk[4..8];
        if CHUNKS.iter().any(|kept| *kept == kind) {
            bare.extend_from_slice(chunk);
        } else if kind == b"eXIf" {
            noted = noted.or(Some(&chunk[8..8 + length]));
        }
        if kind == b"IEND" {
            let turned = noted.and_then(turned).map(|turned| with_checksum(b"eXIf", &turned));
            bare.splice(HEADER..HEADER, turned.unwrap_or_default());
            return Some(bare);
        }
        at += chunk.len();
    }
}

/// A chunk of a PNG: its length, its kind, its content and the checksum of both (ISO/IEC 15948, annex D).
fn with_checksum(kind: &[u8], content: &[u8]) -> Vec<u8> {
    let named = [kind, content].concat();
    let bit = |crc: u32| crc >> 1 ^ (0xedb8_8320 * (crc & 1));
    let sum = !named.iter().fold(u32::MAX, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), |crc, _| bit(crc)));
    let length = u32::try_from(content.len()).unwrap_or_default();
    [&length.to_be_bytes(), &named[..], &sum.to_be_bytes()].concat()
}

/// Of what a camera noted (CIPA DC-008) only how the picture must be turned; nothing where it stands upright already.
fn turned(noted: &[u8]) -> Option<Vec<u8>> {
    let orientation = Orientation::from_exif_chunk(noted).filter(|found| *found != Orientation::NoTransforms)?;
    let entry = [0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation.to_exif(), 0, 0, 0];
    Some([b"II*\0\x08\0\0\0\x01\0".as_slice(), &entry, &[0; 4]].concat())
}

/// Segment by segment (ITU-T T.81, annex B), to the end of the image and not beyond.
fn jpeg(bytes: &[u8]) -> Option<Vec<u8>> {
    let (mut bare, mut at, mut noted) = (bytes.get(..2)?.to_vec(), 2, false);
    loop {
        let marker = *bytes.get(at + 1).filter(|_| bytes[at] == 0xff)?;
        match marker {
            // Any number of fill bytes may stand before a marker.
            0xff => at += 1,
            0x01 | 0xd0..=0xd8 => at += 2,
            0xd9 => {
                bare.extend([0xff, 0xd9]);
                return Some(bare);
            }
            _ => {
                let content = bytes.get(at + 4..at + 2 + usize::from(read_u16(bytes, at + 2)?))?;
                let is_note = marker == 0xe1 && content.starts_with(EXIF);
                let again = is_note && std::mem::replace(&mut noted, true);
                if let Some(kept) = kept(marker, content).filter(|_| !again) {
                    bare.extend([0xff, marker]);
                    bare.extend(u16::try_from(kept.len() + 2).ok()?.to_be_bytes());
                    bare.extend(kept);
                }
                at += 4 + content.len();
                if marker == 0xda {
                    // What is noted behind the pixels, not every reader sees.
                    noted = true;
                    let scan = scan(bytes.get(at..)?)?;
                    bare.extend_from_slice(scan);
                    at += scan.len();
                }
            }
        }
    }
}

/// What is kept of a segment's content; nothing of notes and of what programs put in for themselves. How colours are
/// meant is told by two of these and how the picture is turned by a third, which are cut to that.
fn kept(marker: u8, content: &[u8]) -> Option<Vec<u8>> {
    match marker {
        // Version, density, and no thumbnail.
        0xe0 if content.starts_with(b"JFIF\0") => Some([content.get(..12)?, &[0, 0]].concat()),
        0xe1 if content.starts_with(EXIF) => Some([EXIF, &turned(&content[EXIF.len()..])?].concat()),
        0xee if content.starts_with(b"Adobe") => Some(content.get(..12)?.to_vec()),
        0xe0..=0xef | 0xfe => None,
        _ => Some(content.to_vec()),
    }
}

/// The pixels' own bytes, up to the next marker; those within are restarts and a 0xff that is no marker.
fn scan(bytes: &[u8]) -> Option<&[u8]> {
    let is_marker = |two: &[u8]| two[0] == 0xff && !matches!(two[1], 0 | 0xff | 0xd0..=0xd7);
    bytes.get(..bytes.windows(2).position(is_marker)?)
}
