//! What the template of a sheet reads.

use app::documents::code_sheet::{CodeSheet, SheetField, SheetKind};
use serde::Serialize;

use super::drawing::Window;

#[derive(Serialize)]
pub struct Facts<'a> {
    /// Of the paper, in millimetres.
    width: u16,
    height: u16,
    kind: SheetKind,
    outdoors: bool,
    member: &'a str,
    place: &'a str,
    entrance: &'a str,
    address: &'a str,
    contact: Option<[&'a str; 2]>,
    number: &'a str,
    version: u32,
    issued: String,
    picture: &'a str,
    /// Left, top, width and height of what the picture shows, as shares of its own width and height.
    window: Option<Window>,
}

impl<'a> Facts<'a> {
    pub fn of(sheet: &'a CodeSheet, picture: &'a str, window: Option<Window>) -> Self {
        let (width, height) = sheet.size.mm();
        let day = sheet.issued;
        Self {
            width,
            height,
            kind: sheet.kind,
            outdoors: sheet.outdoors,
            member: &sheet.member,
            place: &sheet.place,
            entrance: &sheet.entrance,
            address: &sheet.address,
            contact: sheet.contact.as_ref().map(|(name, phone)| [&**name, &**phone]),
            number: &sheet.number,
            version: sheet.version,
            issued: format!("{}年{}月{}日", day.year(), u8::from(day.month()), day.day()),
            picture,
            window,
        }
    }
}

/// A sheet's texts by their field.
pub fn texts(sheet: &CodeSheet) -> Vec<(SheetField, &str)> {
    let mut texts = vec![
        (SheetField::Member, &*sheet.member),
        (SheetField::Place, &*sheet.place),
        (SheetField::Entrance, &*sheet.entrance),
        (SheetField::Address, &*sheet.address),
        (SheetField::Number, &*sheet.number),
    ];
    if let Some((name, phone)) = &sheet.contact {
        texts.extend([(SheetField::Contact, &**name), (SheetField::Contact, &**phone)]);
    }
    texts
}
