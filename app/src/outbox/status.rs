//! What is known of a mail, in words, and no more than that: queued, taken over by the mail server with
//! its reply, refused with the server's words, written as a file. Every page that shows a mail's fate
//! says it through here.

use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::{
    DeliveryState, PauseReason,
    entity::{delivery, pause},
    reason::said,
    store::Found,
};
use crate::{current::Current, ids::TextEnum, members::email::Email, text::Locale, ui::parts};

/// The address as this person may see it.
pub fn shown_email(current: &Current, email: &str) -> String {
    let masked = current.is_office() && current.masks_contacts();
    match Email::parse(email) {
        Ok(email) if masked => email.masked(),
        Err(_) if masked && !email.is_empty() => "***".to_owned(),
        _ => email.to_owned(),
    }
}

/// The server's words on a mail to `email` as this person may see them: servers like to repeat the address,
/// not always as it was written.
pub fn shown_reply(current: &Current, email: &str, words: &str) -> String {
    current.shown(&replaced(&said(current.locale, words), email, &shown_email(current, email)))
}

/// `words` with `other` in place of each `email`, whatever its capitals.
fn replaced(words: &str, email: &str, other: &str) -> String {
    let (sought, low) = (email.to_ascii_lowercase(), words.to_ascii_lowercase());
    if sought.is_empty() || email == other {
        return words.to_owned();
    }
    let (mut text, mut from) = (String::new(), 0);
    for (at, _) in low.match_indices(&sought) {
        text.push_str(&words[from..at]);
        text.push_str(other);
        from = at + sought.len();
    }
    text.push_str(&words[from..]);
    text
}

/// Who paused the queue, or what the server or the connection said.
pub fn pause_words(l: Locale, pause: &pause::Model) -> String {
    if pause.reason == PauseReason::ByHand && pause.words.is_empty() {
        l.t("outbox.pause.terminal")
    } else {
        said(l, &pause.words)
    }
}

/// The state as a tag.
pub fn state_tag(l: Locale, state: DeliveryState) -> AnyView {
    parts::tag(state.tone(), l.t(&state.label()))
}

/// The word of a delivery's state; a group is not reached by a mail server.
pub fn state_words(l: Locale, delivery: &delivery::Model) -> String {
    l.t(&key_of(l, delivery, "outbox.state", delivery.state.word()))
}

/// What a delivery's state is, as a tag.
pub fn delivery_tag(l: Locale, delivery: &delivery::Model) -> AnyView {
    parts::tag(delivery.state.tone(), state_words(l, delivery))
}

/// The key of a word, or the one that stands for it where a message goes to a group.
fn key_of(l: Locale, delivery: &delivery::Model, family: &str, word: &str) -> String {
    let own = format!("{family}.group_{word}");
    if delivery.group_id.is_some() && l.has(&own) { own } else { format!("{family}.{word}") }
}

/// What is known of this delivery, in one or two sentences, as this person may read them.
pub fn shown_sentence(current: &Current, delivery: &delivery::Model, rfc_id: &str) -> String {
    say(current.locale, delivery, rfc_id, |words| shown_reply(current, &delivery.email, words))
}

/// What is known of this delivery, for those who run the program.
pub fn sentence(l: Locale, delivery: &delivery::Model, rfc_id: &str) -> String {
    say(l, delivery, rfc_id, |words| said(l, words))
}

fn say(l: Locale, delivery: &delivery::Model, rfc_id: &str, shown: impl Fn(&str) -> String) -> String {
    let reply = &shown(delivery.reply.as_deref().unwrap_or_default());
    let at = delivery.settled_at.unwrap_or(delivery.created_at).show();
    // Code and words as the server (or the connection) said them.
    let words = match delivery.reply_code {
        Some(code) => format!("{code} {reply}").trim_end().to_owned(),
        None => reply.clone(),
    };
    let arguments = [
        ("at", at.as_str()),
        ("written", &delivery.created_at.show()),
        ("next", &delivery.next_at.show()),
        ("server", delivery.server.as_deref().unwrap_or_default()),
        ("words", &words),
        ("file", reply),
        ("refused", &delivery.refused_at.map(crate::time::Instant::show).unwrap_or_default()),
        ("attempts", &delivery.attempts.to_string()),
        ("id", rfc_id),
    ];
    let word = match delivery.state {
        DeliveryState::Uncertain if delivery.settled_at.is_none() => "uncertain_again",
        // What came back had left before: what was known of that is still true.
        DeliveryState::Refused if delivery.bounced_at.is_some() => match delivery.reply_code {
            Some(200..300) => "accepted",
            Some(_) => "refused",
            None => "uncertain",
        },
        DeliveryState::Refused if delivery.server.is_none() => "unsendable",
        state => state.word(),
    };
    let known = l.tn(&key_of(l, delivery, "outbox.known", word), &arguments);
    let Some(bounced) = delivery.bounced_at else { return known };
    let unnamed = l.t("outbox.bounced.unnamed");
    let said = [
        ("at", bounced.show()),
        ("server", delivery.bounce_server.clone().unwrap_or(unnamed)),
        ("words", shown(delivery.bounce_words.as_deref().unwrap_or_default())),
    ];
    let said = said.each_ref().map(|(name, value)| (*name, value.as_str()));
    format!("{known} {}", l.tn("outbox.bounced", &said))
}

/// What became of each of these, under a heading.
pub fn timeline(current: &Current, heading: String, known: &[Found]) -> AnyView {
    let lines = known.iter().map(|found| line(current, found)).collect::<Vec<_>>();
    view! { <section><h2>{heading}</h2><ol class="timeline">{lines}</ol></section> }.into_any()
}

/// What became of a mail, as a line of a timeline.
pub fn line(current: &Current, found: &Found) -> AnyView {
    let l = current.locale;
    let delivery = &found.delivery;
    let at = delivery.known_since();
    let details = current.is_office().then(|| {
        let href = format!("/outbox/{}", delivery.id);
        view! { <p><a href=href>{l.t("outbox.details")}</a></p> }
    });
    view! {
        <li>
            <time datetime=at.rfc3339()>{at.show()}</time>
            {delivery_tag(l, delivery)}
            " "
            <span class="timeline__who">{delivery.name.clone()} " " {shown_email(current, &delivery.email)}</span>
            <p>{shown_sentence(current, delivery, &found.message.rfc_id)}</p>
            {details}
        </li>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::replaced;

    #[test]
    fn an_address_is_masked_wherever_and_however_it_is_repeated() {
        let words = "<Wang@Example.cn>: wang@example.cn 不存在";
        assert_eq!(replaced(words, "wang@example.cn", "w***@example.cn"), "<w***@example.cn>: w***@example.cn 不存在");
        assert_eq!(replaced("no such user", "wang@example.cn", "w***@example.cn"), "no such user");
    }
}
