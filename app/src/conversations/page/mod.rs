//! What is shown of mails that came in and of talks: the list with the holding pen, one mail, and the
//! timeline of a conversation that stands on the page of its issue or request.

pub mod list;
pub mod one;
pub mod talk;
pub mod timeline;

use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::{
    model::{Held, Nature},
    store::Inbound,
};
use crate::{
    current::Current,
    files::Stored,
    ids::DeliveryId,
    members::email::Email,
    text::{Kept, Locale},
    ui::parts::{self, Tone, size},
};

/// The sender as this person may see them.
fn sender(current: &Current, name: &str, email: &str) -> String {
    let email = match email {
        "" => String::new(),
        email if masks(current) => Email::mask(email),
        email => email.to_owned(),
    };
    match (current.shown(name).as_str(), email.as_str()) {
        ("", "") => current.locale.t("conversations.no_sender"),
        (name, email) => format!("{name} {email}").trim().to_owned(),
    }
}

/// Whether this person sees neither addresses nor texts, which hold contacts.
fn masks(current: &Current) -> bool {
    current.is_office() && current.masks_contacts()
}

fn subject(current: &Current, subject: &str) -> String {
    if subject.is_empty() { current.locale.t("conversations.no_subject") } else { current.shown(subject) }
}

/// That what a mail carried was removed, and when.
fn removed(l: Locale, mail: &Inbound) -> Option<AnyView> {
    let at = mail.text_removed_at?.show();
    Some(view! { <p class="quiet">{l.tn("conversations.removed", &[("at", &at)])}</p> }.into_any())
}

fn nature_tag(l: Locale, nature: Nature) -> AnyView {
    let tone = match nature {
        Nature::Message => Tone::Info,
        Nature::Automatic => Tone::Wait,
        Nature::AutoReply => Tone::Muted,
        Nature::Report => Tone::Wait,
    };
    parts::tag(tone, l.t(&format!("conversations.nature.{nature}")))
}

/// The key of the sentence why a mail waits or waited. What came to a delivery's own return path is not doubted; when it
/// is filed, people judged it.
fn why_held(held: Held, delivery: Option<DeliveryId>, is_filed: bool) -> String {
    match (held, delivery) {
        (Held::UnprovedReport, Some(_)) if is_filed => "conversations.held.judged_report".to_owned(),
        (Held::UnprovedReport, Some(_)) => "conversations.held.unclear_report".to_owned(),
        (Held::NoMatch | Held::UnknownSender, Some(_)) => "conversations.held.to_return_path".to_owned(),
        (held, _) => format!("conversations.held.{held}"),
    }
}

fn paragraphs(text: &str) -> Vec<AnyView> {
    text.lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| view! { <p>{line.to_owned()}</p> }.into_any())
        .collect()
}

/// What came with a mail, and what of it was not taken and why.
fn luggage<'a>(l: Locale, mail: &Inbound, files: impl Iterator<Item = &'a Stored>) -> AnyView {
    let lines = files
        .map(|file| {
            let href = format!("/mails/{}/files/{}", mail.id, file.id);
            view! {
                <li><a href=href>{file.name.clone()}</a> <span class="attachments__size">{size(file.size)}</span></li>
            }
            .into_any()
        })
        .collect::<Vec<_>>();
    let list = (!lines.is_empty()).then(|| view! { <ul class="attachments">{lines}</ul> });
    let left_out: Vec<Kept> = serde_json::from_str(&mail.left_out).unwrap_or_default();
    let left_out = left_out
        .iter()
        .filter_map(|why| l.say_kept(why))
        .map(|why| view! { <p class="quiet">{l.t("conversations.left_out")} " " {why}</p> }.into_any())
        .collect::<Vec<_>>();
    view! { {list} {left_out} }.into_any()
}

/// The button that takes a filed mail off 待办.
fn handled_button(current: &Current, mail: &Inbound) -> Option<AnyView> {
    (current.is_staff() && mail.handled_at.is_none()).then(|| {
        let action = format!("/mails/{}/handled", mail.id);
        let back = current.here.clone();
        view! {
            <form method="post" action=action>
                <input type="hidden" name="back" value=back />
                <button class="button button--quiet">{current.locale.t("conversations.handled")}</button>
            </form>
        }
        .into_any()
    })
}
