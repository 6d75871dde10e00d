//! The timeline of a conversation: mails out with what became of them, mails in, and talks, newest first; and
//! the two buttons by which a talk is written down.

use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::{handled_button, luggage, masks, nature_tag, paragraphs, removed, sender};
use crate::{
    conversations::{
        mail::own_words,
        model::{Channel, Conversation},
        store::{BEGINNING, Inbound, MOST_MAILS, MOST_TALKS, Talk, Timeline},
    },
    current::Current,
    form::Form,
    outbox,
    text::Locale,
    time::Instant,
    ui::{field::Fields, parts},
};

/// Characters of a note about a talk.
pub const LONGEST_NOTE: usize = 500;
pub const SCOPE: &str = "conversations.field";

/// The section of a page; `logs` offers the buttons for a talk.
pub fn view(current: &Current, shown: &Timeline, logs: bool) -> Option<AnyView> {
    let l = current.locale;
    let mut lines: Vec<(Instant, AnyView)> = Vec::new();
    for found in &shown.out {
        lines.push((found.delivery.known_since(), outbox::status_line(current, found)));
    }
    lines.extend(shown.inbound.iter().map(|mail| (mail.received_at, mail_line(current, shown, mail))));
    lines.extend(shown.talks.iter().map(|talk| (talk.at, talk_line(current, shown, talk))));
    if lines.is_empty() && !logs {
        return None;
    }
    lines.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    let lines = lines.into_iter().map(|(_, line)| line).collect::<Vec<_>>();
    let body = if lines.is_empty() {
        view! { <p class="quiet">{l.t("conversations.nothing_yet")}</p> }.into_any()
    } else {
        view! { <ol class="timeline">{lines}</ol> {more(current, shown)} }.into_any()
    };
    Some(
        view! {
            <section aria-labelledby="conversation">
                <h2 id="conversation">{l.t("conversations.title")}</h2>
                {logs.then(|| log(l, shown.of, &Form::new(SCOPE)))}
                {body}
            </section>
        }
        .into_any(),
    )
}

/// That there are older mails or talks than these, and where the mails are.
fn more(current: &Current, shown: &Timeline) -> AnyView {
    let l = current.locale;
    let mails = shown.more_mails.then(|| {
        let words = l.tn("conversations.more_mails", &[("n", &MOST_MAILS.to_string())]);
        let all = current.is_office().then(|| {
            let href = format!("/mails?tab=all&of={}:{}", shown.of.kind, shown.of.id);
            view! { <a href=href>{l.t("conversations.all_mails")}</a> }
        });
        view! { <p class="quiet">{words} " " {all}</p> }
    });
    let talks = shown.more_talks.then(|| {
        view! { <p class="quiet">{l.tn("conversations.more_talks", &[("n", &MOST_TALKS.to_string())])}</p> }
    });
    view! { {mails} {talks} }.into_any()
}

/// A note if one likes, then the button of the channel: one tap saves who and when. Enter begins a new line of the
/// note, for no button is the likelier one.
pub(super) fn log(l: Locale, of: Conversation, form: &Form) -> AnyView {
    let fields = Fields::new(l, form);
    let button = |channel: Channel| {
        let words = l.t(&format!("conversations.log.{channel}"));
        view! { <button class="button button--quiet" name="channel" value=channel.to_string()>{words}</button> }
            .into_any()
    };
    view! {
        <form class="form no-print" method="post" action=format!("{}/talks", of.path())>
            {fields.once()}
            {fields.area("note", 2).optional().view()}
            <div class="actions">{button(Channel::Phone)} {button(Channel::Wechat)}</div>
        </form>
    }
    .into_any()
}

fn mail_line(current: &Current, shown: &Timeline, mail: &Inbound) -> AnyView {
    let l = current.locale;
    let files = shown.files.iter().filter(|(of, _)| *of == mail.id).map(|(_, file)| file);
    let own = own_words(&mail.body);
    let text = if masks(current) {
        view! { <p>{l.t("conversations.masked")}</p> }.into_any()
    } else if mail.became_reply {
        view! { <p>{l.t("conversations.became_reply")}</p> }.into_any()
    } else if let Some(removed) = removed(l, mail) {
        removed
    } else {
        paragraphs(&own).into_any()
    };
    let is_cut = mail.body.chars().count() >= BEGINNING;
    // The member reads its reply where it stands; the secretariat sees what it was made of.
    let more = if mail.became_reply { current.is_office() } else { is_cut || own != mail.body };
    let whole = (!masks(current) && mail.text_removed_at.is_none() && more).then(|| {
        view! {
            <details class="disclosure">
                <summary>{l.t("conversations.whole")}</summary>
                <div>
                    {paragraphs(&mail.body)}
                    {is_cut.then(|| view! { <p class="quiet">{l.t("conversations.cut")}</p> })}
                </div>
            </details>
        }
    });
    let details = current.is_office().then(|| {
        view! { <p><a href=format!("/mails/{}", mail.id)>{l.t("conversations.details")}</a></p> }
    });
    view! {
        <li>
            <time datetime=mail.received_at.rfc3339()>{mail.received_at.show()}</time>
            {nature_tag(l, mail.nature)}
            " "
            <span class="timeline__who">{sender(current, &mail.from_name, &mail.from_email)}</span>
            <p><strong>{super::subject(current, &mail.subject)}</strong></p>
            {text}
            {whole}
            {(!masks(current)).then(|| luggage(l, mail, files))}
            {details}
            {handled_button(current, mail)}
        </li>
    }
    .into_any()
}

fn talk_line(current: &Current, shown: &Timeline, talk: &Talk) -> AnyView {
    let l = current.locale;
    let who = shown.people.iter().find(|known| Some(known.id) == talk.person_id).map(|known| known.name.clone());
    view! {
        <li>
            <time datetime=talk.at.rfc3339()>{talk.at.show()}</time>
            {parts::tag(parts::Tone::Muted, l.t(&format!("conversations.channel.{}", talk.channel)))}
            " "
            <span class="timeline__who">{who}</span>
            {talk.note.as_deref().map(|note| paragraphs(&current.shown(note)))}
        </li>
    }
    .into_any()
}
