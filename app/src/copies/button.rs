//! The button that copies a text to WeChat, and who copied it before.

use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::Noted;
use crate::{current::Current, text::Locale, ui::copy};

/// A copy by staff is noted: they speak for the association.
pub fn button(current: &Current, text: String, label: String, noted: &Noted) -> AnyView {
    let note = current.is_staff().then(|| format!("kind={}&about={}", noted.kind, noted.about));
    copy::noting_button(current.locale, text, label, note)
}

/// By whom and when it was copied; nothing when it never was.
pub fn list(l: Locale, noted: &Noted) -> Option<AnyView> {
    let line = |(name, at): &(String, crate::time::Instant)| {
        let words = l.tn("copies.by", &[("name", name), ("at", &at.show())]);
        view! { <li>{words}</li> }.into_any()
    };
    (!noted.copies.is_empty()).then(|| {
        let lines = noted.copies.iter().map(line).collect::<Vec<_>>();
        view! { <ul class="copies" aria-label=l.t("copies.label")>{lines}</ul> }.into_any()
    })
}
