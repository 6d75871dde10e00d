//! Why a sheet is not handed out, in words that say how to mend it.

use crate::text::Message;

/// What the preflight found. Lengths are in millimetres.
#[derive(Clone, Debug, PartialEq)]
pub enum SheetFault {
    /// The city's image is damaged, too large, or neither PNG nor JPEG.
    Image,
    /// The payload is longer than a code with error correction M can say.
    PayloadTooLong,
    /// No code on the sheet can be read.
    Unreadable,
    /// More than one code on the sheet can be read.
    SeveralCodes { found: usize },
    /// The code says something else than it should.
    OtherPayload,
    /// The code is too narrow for the distance from which the sheet is read.
    CodeTooSmall { width: f64, needed: f64 },
    /// The code is too fine for the distance from which the sheet is read.
    ModuleTooSmall { size: f64, needed: f64 },
    /// So many white modules stand around the code where there should be four.
    QuietZone { modules: u8 },
    /// A text is too long for its place even in the smallest print.
    TextOverflow { field: SheetField },
    /// Characters that the fonts lack and that would print as empty boxes.
    NoGlyph { field: SheetField, characters: String },
    /// The sheet could not be set; the cause is in the log.
    NotMade,
}

/// The texts of a sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SheetField {
    Member,
    Place,
    Entrance,
    Address,
    Contact,
    Number,
}

impl SheetFault {
    /// What people are told.
    #[must_use]
    pub fn message(&self) -> Message {
        match self {
            Self::Image => Message::of("documents.sheet.image"),
            Self::PayloadTooLong => Message::of("documents.sheet.payload_too_long"),
            Self::Unreadable => Message::of("documents.sheet.unreadable"),
            Self::SeveralCodes { found } => Message::of("documents.sheet.several_codes").with("found", found),
            Self::OtherPayload => Message::of("documents.sheet.other_payload"),
            Self::CodeTooSmall { width, needed } => Message::of("documents.sheet.code_too_small")
                .with("width", format!("{width:.0}"))
                .with("needed", format!("{needed:.0}")),
            Self::ModuleTooSmall { size, needed } => Message::of("documents.sheet.module_too_small")
                .with("size", format!("{size:.2}"))
                .with("needed", format!("{needed:.2}")),
            Self::QuietZone { modules } => Message::of("documents.sheet.quiet_zone").with("modules", modules),
            Self::TextOverflow { field } => {
                Message::of("documents.sheet.text_overflow").with("field", format!("@{}", field.key()))
            }
            Self::NoGlyph { field, characters } => Message::of("documents.sheet.no_glyph")
                .with("field", format!("@{}", field.key()))
                .with("characters", characters),
            Self::NotMade => Message::of("documents.sheet.not_made"),
        }
    }
}

impl SheetField {
    pub const ALL: [Self; 6] = [Self::Member, Self::Place, Self::Entrance, Self::Address, Self::Contact, Self::Number];

    /// The word by which the sheet's layout calls it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Place => "place",
            Self::Entrance => "entrance",
            Self::Address => "address",
            Self::Contact => "contact",
            Self::Number => "number",
        }
    }

    fn key(self) -> &'static str {
        match self {
            Self::Member => "documents.sheet.field.member",
            Self::Place => "documents.sheet.field.place",
            Self::Entrance => "documents.sheet.field.entrance",
            Self::Address => "documents.sheet.field.address",
            Self::Contact => "documents.sheet.field.contact",
            Self::Number => "documents.sheet.field.number",
        }
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;
    use crate::text::Locale;

    #[test]
    fn a_fault_is_said_in_both_languages_with_its_figures() {
        let said = |fault: SheetFault, locale: Locale| locale.say(&fault.message());
        let fault = SheetFault::CodeTooSmall { width: 61.6, needed: 90.0 };
        assert!(said(fault.clone(), Locale::Zh).contains("62") && said(fault, Locale::En).contains("90"));
        let fault = SheetFault::TextOverflow { field: SheetField::Entrance };
        assert!(said(fault.clone(), Locale::Zh).contains("出入口"), "{}", said(fault.clone(), Locale::Zh));
        assert!(said(fault, Locale::En).contains("entrance"));
        let fault = SheetFault::NoGlyph { field: SheetField::Place, characters: "𰻞".into() };
        assert!(said(fault, Locale::Zh).contains('𰻞'));
    }
}
