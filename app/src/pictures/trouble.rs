//! Why a picture, an archive of pictures or the code in a picture is not taken.

use crate::text::Message;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    NotAPicture,
    /// What iPhones write unless told otherwise.
    Heic,
    Animated,
    TooLarge {
        megabytes: u64,
    },
    /// More pixels than fit into the memory that a picture of its kind may take.
    TooManyPixels {
        megapixels: u64,
        most: u64,
    },
    /// Damaged, or cut short on its way.
    Broken,
    NoCode,
    SeveralCodes,
    LongCode {
        most: usize,
    },
    /// A code whose payload is no plain text, or could be run by a browser.
    OddCode,
    NotAnArchive,
    /// An archive in an archive.
    Nested,
    /// Protected by a password.
    Locked,
    TooManyEntries {
        most: usize,
    },
    /// What came before it in the archive filled the room.
    TooMuch {
        megabytes: u64,
    },
}

impl Trouble {
    pub fn message(&self) -> Message {
        match *self {
            Self::NotAPicture => Message::of("pictures.trouble.not_a_picture"),
            Self::Heic => Message::of("pictures.trouble.heic"),
            Self::Animated => Message::of("pictures.trouble.animated"),
            Self::TooLarge { megabytes } => Message::of("pictures.trouble.too_large").with("max", megabytes),
            Self::TooManyPixels { megapixels, most } => Message::of("pictures.trouble.too_many_pixels")
                .with("found", megapixels)
                .with("found_in_wan", megapixels * 100)
                .with("max", most)
                .with("max_in_wan", most * 100),
            Self::Broken => Message::of("pictures.trouble.broken"),
            Self::NoCode => Message::of("pictures.trouble.no_code"),
            Self::SeveralCodes => Message::of("pictures.trouble.several_codes"),
            Self::LongCode { most } => Message::of("pictures.trouble.long_code").with("max", most),
            Self::OddCode => Message::of("pictures.trouble.odd_code"),
            Self::NotAnArchive => Message::of("pictures.trouble.not_an_archive"),
            Self::Nested => Message::of("pictures.trouble.nested"),
            Self::Locked => Message::of("pictures.trouble.locked"),
            Self::TooManyEntries { most } => Message::of("pictures.trouble.too_many_entries").with("max", most),
            Self::TooMuch { megabytes } => Message::of("pictures.trouble.too_much").with("max", megabytes),
        }
    }
}
