//! Mails to a member's contacts for place codes: one when copies are to be replaced, one when the time for it ends.
//! Each copy is told of once for each, whoever looks and however often; all of a member's stand in one mail.

use std::collections::BTreeMap;

use serde_json::json;

use super::{
    model::due,
    routes::{LIST, WRONG},
    rules::Rules,
    store::{self, Posting, Reminder},
};
use crate::{
    audit,
    db::Actor,
    error::Result,
    ids::{MemberId, TextEnum},
    members::{model::Duty, store as register},
    outbox::{self, NewMessage, Recipient, Subject},
    settings::{self, Modules},
    state::AppState,
    text::Locale,
    time::{Day, Instant},
};

/// The mails are in Chinese, as the papers are.
const L: Locale = Locale::Zh;
/// Copies that are looked at together.
const AT_ONCE: u64 = 1_000;
/// Copies that a mail names; the page has all of them.
const NAMED: usize = 30;
/// From this hour on a mail says that this is the last day.
const HOUR: u8 = 8;

/// Sends what is to be sent now; says how many mails.
pub async fn remind(state: &AppState) -> Result<usize> {
    let conn = state.db.reader();
    if !settings::load::<Modules>(conn).await?.value.sentinels {
        return Ok(0);
    }
    let within = settings::load::<Rules>(conn).await?.value.replace_within;
    let now = state.clock.now();
    let mut by_member: BTreeMap<(MemberId, Reminder), Vec<(Posting, Day)>> = BTreeMap::new();
    let mut after = None;
    loop {
        let some = store::waiting_after(conn, after, AT_ONCE).await?;
        let Some(last) = some.last() else { break };
        after = Some(last.row.id);
        let ids: Vec<_> = some.iter().map(|posting| posting.row.id).collect();
        let known = store::reminded(conn, &ids).await?;
        for posting in some {
            let Some(since) = posting.since else { continue };
            let kind = if now >= last_morning(since, within) { Reminder::Due } else { Reminder::Begun };
            if !known.contains(&(posting.row.id, kind, since)) {
                by_member.entry((posting.member.id, kind)).or_default().push((posting, since));
            }
        }
    }
    let mut mails = 0;
    for ((member, kind), postings) in by_member {
        mails += usize::from(tell(state, member, kind, &postings, within).await?);
    }
    Ok(mails)
}

fn last_morning(since: Day, within: u16) -> Instant {
    Instant::at(due(since, within).day(), HOUR, 0)
}

/// Tells a member of these; false when somebody else did, or nobody is there to be told.
async fn tell(
    state: &AppState,
    member: MemberId,
    kind: Reminder,
    postings: &[(Posting, Day)],
    within: u16,
) -> Result<bool> {
    let tx = state.db.begin(Actor::program(), state.clock.now()).await?;
    let mut told = Vec::new();
    for (posting, since) in postings {
        if store::remember(&tx, posting.row.id, kind, *since).await? {
            told.push((posting, *since));
        }
    }
    if told.is_empty() {
        return Ok(false);
    }
    let recipients: Vec<Recipient> = register::contacts_for(&*tx, &[member], Duty::Codes)
        .await?
        .into_iter()
        .filter_map(|contact| {
            let email = contact.email.filter(|email| !email.is_empty())?;
            Some(Recipient { name: contact.name, email, member: Some(member) })
        })
        .collect();
    let mailed = !recipients.is_empty();
    if mailed {
        let entry = audit::Entry::new("posting.reminded", store::KIND).member(member);
        let after = json!({ "count": told.len(), "reminder": kind, "recipients": recipients.len() });
        audit::record(&tx, entry.after(&after)).await?;
        outbox::enqueue(&tx, &state.options, mail(state, member, kind, &told, within, recipients)).await?;
    }
    tx.commit().await?;
    Ok(mailed)
}

fn mail(
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
