//! What is shown of notices: lists, the paper, the form, the check before publishing, the follow-up.

pub mod following;
pub mod form;
pub mod list;
pub mod paper;
pub mod publish;

use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::{model::Kind, store::Version};
use crate::text::Locale;

/// 通知 or 指南, with the document number where there is one.
fn kind_and_number(l: Locale, version: &Version) -> String {
    let kind = kind(l, version.kind);
    match &version.document_number {
        Some(number) => format!("{kind} · {number}"),
        None => kind,
    }
}

fn kind(l: Locale, kind: Kind) -> String {
    l.t(&format!("notices.kind.{kind}"))
}

/// A button that posts to an address, alone.
fn post(action: String, words: String, class: &'static str) -> AnyView {
    view! { <form method="post" action=action><button class=class>{words}</button></form> }.into_any()
}
