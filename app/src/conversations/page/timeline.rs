//! The timeline of a conversation: mails out with what became of them, mails in, and talks, newest first; and
//! the two buttons by which a talk is written down.

use leptos::{prelude::*, tachys::view::any_view::AnyView};
use sea_orm::ConnectionTrait;

use super::{handled_button, luggage, masks, nature_tag, paragraphs, sender};
use crate::{
    accounts::{self, store::Known},
    conversations::{
        mail::{day_in, own_words},
        model::{Channel, Conversation, Nature},
        store::{self, Inbound, Talk},
    },
    current::Current,
    error::Result,
    files::Stored,
    form::Form,
    ids::{InboundMailId, MemberId},
    outbox::{self, store::Found},
    text::Locale,
    time::{Day, Instant},
    ui::{field::Fields, parts},
};

/// Characters of a note about a talk.
pub const LONGEST_NOTE: usize = 500;
pub const SCOPE: &str = "conversations.field";

/// Everything that belongs to a conversation.
pub struct Shown {
    of: Conversation,
    out: Vec<Found>,
    inbound: Vec<Inbound>,
    files: Vec<(InboundMailId, Stored)>,
    talks: Vec<Talk>,
    people: Vec<Known>,
}

pub async fn shown(conn: &impl ConnectionTrait, of: Conversation) -> Result<Shown> {
    let inbound = store::of(conn, of).await?;
    let talks = store::talks(conn, of).await?;
    let people: Vec<_> = talks.iter().filter_map(|talk| talk.person_id).collect();
    Ok(Shown {
        of,
        out: outbox::status(conn, of.subject().kind, of.id).await?,
        files: store::files(conn, &inbound.iter().map(|mail| mail.id).collect::<Vec<_>>()).await?,
        people: accounts::store::known(conn, &people).await?,
        inbound,
        talks,
    })
}

/// What somebody answered.
pub struct Answer {
    pub from: String,
    pub at: Instant,
    pub text: String,
    /// The first day to come that the text names.
    pub day: Option<Day>,
}

impl Shown {
    /// What a member sees that is told the rest by other ways: the mails of its own people that the page does
    /// not say already.
    #[must_use]
    pub fn only_of(mut self, member: MemberId) -> Self {
        self.out.clear();
        self.talks.clear();
        self.inbound.retain(|mail| mail.sender_member_id == Some(member) && !mail.became_reply);
        self
    }

    /// The newest answer of a person that nobody has looked after.
    pub fn answer(&self, today: Day) -> Option<Answer> {
        let is_answer = |mail: &&Inbound| mail.nature == Nature::Message && mail.handled_at.is_none();
        let mail = self.inbound.iter().find(is_answer)?;
        let text = own_words(&mail.body);
        let from = if mail.from_name.is_empty() { &mail.from_email } else { &mail.from_name };
        Some(Answer { from: from.clone(), at: mail.received_at, day: day_in(&text, today), text })
    }
}

/// The section of a page; `logs` offers the buttons for a talk.
pub fn view(current: &Current, shown: &Shown, logs: bool) -> Option<AnyView> {
    let l = current.locale;
    let mut lines: Vec<(Instant, AnyView)> = Vec::new();
    for found in &shown.out {
        let at = found.delivery.settled_at.unwrap_or(found.delivery.created_at);
        lines.push((at, outbox::status_line(current, found)));
    }
    lines.extend(shown.inbound.iter().map(|mail| (mail.received_at, mail_line(current, shown, mail))));
    lines.extend(shown.talks.iter().map(|talk| (talk.at, talk_line(l, shown, talk))));
    if lines.is_empty() && !logs {
        return None;
    }
    lines.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    let lines = lines.into_iter().map(|(_, line)| line).collect::<Vec<_>>();
    let body = if lines.is_empty() {
        view! { <p class="quiet">{l.t("conversations.nothing_yet")}</p> }.into_any()
    } else {
        view! { <ol class="timeline">{lines}</ol> }.into_any()
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

fn mail_line(current: &Current, shown: &Shown, mail: &Inbound) -> AnyView {
    let l = current.locale;
    let files = shown.files.iter().filter(|(of, _)| *of == mail.id).map(|(_, file)| file);
    let own = own_words(&mail.body);
    let text = if masks(current) {
        view! { <p>{l.t("conversations.masked")}</p> }.into_any()
    } else if mail.became_reply {
        view! { <p>{l.t("conversations.became_reply")}</p> }.into_any()
    } else {
        paragraphs(&own).into_any()
    };
    let whole = (!masks(current) && (mail.became_reply || own != mail.body)).then(|| {
        view! {
            <details class="disclosure">
                <summary>{l.t("conversations.whole")}</summary>
                <div>{paragraphs(&mail.body)}</div>
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
            <p><strong>{super::subject(l, &mail.subject)}</strong></p>
            {text}
            {whole}
            {(!masks(current)).then(|| luggage(l, mail, files))}
            {details}
            {handled_button(current, mail)}
        </li>
    }
    .into_any()
}

fn talk_line(l: Locale, shown: &Shown, talk: &Talk) -> AnyView {
    let who = shown.people.iter().find(|known| Some(known.id) == talk.person_id).map(|known| known.name.clone());
    view! {
        <li>
            <time datetime=talk.at.rfc3339()>{talk.at.show()}</time>
            {parts::tag(parts::Tone::Muted, l.t(&format!("conversations.channel.{}", talk.channel)))}
            " "
            <span class="timeline__who">{who}</span>
            {talk.note.as_deref().map(paragraphs)}
        </li>
    }
    .into_any()
}
