//! What a reminder of copies that are to be replaced says.

use super::{
    model::due,
    routes::{LIST, WRONG},
    store::{Posting, Reminder},
};
use crate::{
    ids::{MemberId, TextEnum},
    outbox::{NewMessage, Recipient, Subject},
    state::AppState,
    text::Locale,
    time::Day,
};

/// The mails are in Chinese, as the papers are.
const L: Locale = Locale::Zh;
/// Copies that a mail names; the page has all of them.
const NAMED: usize = 30;

/// The mail that tells a member of these.
pub fn mail(
    state: &AppState,
    member: MemberId,
    kind: Reminder,
    told: &[(&Posting, Day)],
    within: u16,
    recipients: Vec<Recipient>,
) -> NewMessage {
    let n = told.len().to_string();
    let title = L.tn(&format!("postings.mail.{}.title", kind.word()), &[("n", &n)]);
    let mut lines = vec![L.t(&format!("postings.mail.{}", kind.word())), String::new()];
    lines.extend(told.iter().take(NAMED).map(|(posting, since)| {
        let place = format!("{} {}", posting.plant.name, posting.entrance.name);
        let due = due(*since, within).show();
        let arguments =
            [("place", &*place), ("spot", &posting.row.spot), ("number", &posting.row.number), ("due", &due)];
        L.tn("postings.mail.line", &arguments)
    }));
    if told.len() > NAMED {
        lines.push(L.tn("postings.mail.more", &[("n", &(told.len() - NAMED).to_string())]));
    }
    lines.push(String::new());
    lines.push(L.t("postings.mail.open"));
    lines.push(state.options.url(&format!("{LIST}?state={WRONG}&member={member}")));
    NewMessage {
        about: Subject { kind: "posting_recall", id: member.0 },
        title,
        text: lines.join("\n"),
        html: None,
        reply_to: None,
        attachments: Vec::new(),
        recipients,
        shown_together: false,
    }
}
