//! What a JPEG says of itself before its pixels (ITU-T T.81, annex B). The decoder reads past the end of a file that
//! was cut short and makes grey of it; and a progressive one takes up to four times the memory of an ordinary one.

use super::decode::read_u16;

const START_OF_SCAN: u8 = 0xda;
const END: [u8; 2] = [0xff, 0xd9];

#[derive(Debug, PartialEq, Eq)]
pub struct Jpeg {
    /// Bytes that reading it takes for each pixel.
    pub each: u64,
    /// Whether its end is there.
    pub whole: bool,
}

/// Looks at the segments up to the pixels; nothing when they make no sense.
pub fn look(bytes: &[u8]) -> Option<Jpeg> {
    let (mut at, mut frame) = (2, None::<Frame>);
    loop {
        if *bytes.get(at)? != 0xff {
            return None;
        }
        let marker = *bytes.get(at + 1)?;
        // Any number of fill bytes may stand before a marker; a few markers have no content.
        match marker {
            0xff => at += 1,
            0x01 | 0xd0..=0xd8 => at += 2,
            _ => {
                let content = bytes.get(at + 4..at + 2 + usize::from(read_u16(bytes, at + 2)?))?;
                if marker == START_OF_SCAN {
                    let each = frame?.each(*content.first()?);
                    let scans = bytes.get(at + 4..)?;
                    return Some(Jpeg { each, whole: scans.windows(2).rposition(|two| two == END).is_some() });
                }
                if matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc) {
                    frame = Some(Frame::of(marker, content)?);
                }
                at += 4 + content.len();
            }
        }
    }
}

#[derive(Clone, Copy)]
struct Frame {
    progressive: bool,
    components: u8,
    /// Samples of all components for a hundred pixels.
    samples: u64,
}

impl Frame {
    fn of(marker: u8, content: &[u8]) -> Option<Self> {
        let components = *content.get(5)?;
        let parts = content.get(6..6 + 3 * usize::from(components))?;
        let sampling = parts.chunks_exact(3).map(|part| (u64::from(part[1] >> 4), u64::from(part[1] & 0xf)));
        let across = sampling.clone().map(|(across, _)| across).max()?;
        let down = sampling.clone().map(|(_, down)| down).max()?;
        let sum: u64 = sampling.map(|(across, down)| across * down).sum();
        Some(Self { progressive: marker & 3 == 2, components, samples: (sum * 100).checked_div(across * down)? })
    }

    /// The pixels and their grey copy; and two bytes of every sample where the whole is unpacked before any pixel is made.
    fn each(self, in_first_scan: u8) -> u64 {
        let pixel = if self.components == 1 { 1 } else { 3 };
        let unpacked = if self.progressive || in_first_scan < self.components { 2 * self.samples } else { 0 };
        pixel + 1 + unpacked.div_ceil(100)
    }
}
