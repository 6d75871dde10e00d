//! A contact's phone and e-mail as they are shown: whole to those who act, masked to those who only look.

use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::{email::Email, phone::Phone, store::Contact};
use crate::{current::Current, ui::parts};

pub fn phone(current: &Current, contact: &Contact) -> Option<String> {
    let phone = contact.phone.as_deref()?;
    Some(if masked(current, contact) { Phone::mask(phone) } else { phone.to_owned() })
}

pub fn email(current: &Current, contact: &Contact) -> Option<String> {
    let email = contact.email.as_deref()?;
    Some(if masked(current, contact) { Email::mask(email) } else { email.to_owned() })
}

/// The phone, one tap to call for those who may see it.
pub fn call(current: &Current, contact: &Contact, class: &'static str) -> Option<AnyView> {
    let shown = phone(current, contact)?;
    Some(if masked(current, contact) {
        view! { <span class=class>{shown}</span> }.into_any()
    } else {
        parts::call(shown, class)
    })
}

/// The member's own people see their contacts whole.
fn masked(current: &Current, contact: &Contact) -> bool {
    current.masks_contacts() && !current.member_ids().contains(&contact.member_id)
}
