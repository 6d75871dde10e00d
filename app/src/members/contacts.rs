//! A contact's phone and e-mail as they are shown: whole to those who act, masked to those who only look.

use super::{email::Email, phone::Phone, store::Contact};
use crate::current::Current;

pub fn phone(current: &Current, contact: &Contact) -> Option<String> {
    let phone = contact.phone.clone()?;
    Some(if masked(current, contact) {
        Phone::parse(&phone).map_or_else(|_| "***".to_owned(), |p| p.masked())
    } else {
        phone
    })
}

pub fn email(current: &Current, contact: &Contact) -> Option<String> {
    let email = contact.email.clone()?;
    Some(if masked(current, contact) {
        Email::parse(&email).map_or_else(|_| "***".to_owned(), |e| e.masked())
    } else {
        email
    })
}

/// The member's own people see their contacts whole.
fn masked(current: &Current, contact: &Contact) -> bool {
    current.masks_contacts() && !current.member_ids().contains(&contact.member_id)
}
