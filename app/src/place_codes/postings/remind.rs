//! Mails to a member's contacts for place codes: one when copies are to be replaced, one when the time for it ends, one
//! when it has been over for some days. Each copy is told of once for each, whoever looks and however often; all of a
//! member's stand in one mail. Where nobody can be told, that is tried again in every round.

use std::collections::{BTreeMap, HashMap};

use serde_json::json;
use time::Duration;

use super::{
    model::due,
    remind_mail::mail,
    rules::Rules,
    store::{self, AT_ONCE, Posting, Reminder},
};
use crate::{
    audit,
    db::{Actor, ConnectionTrait},
    error::Result,
    ids::MemberId,
    members::{
        model::{Duty, split_duties},
        store as register,
    },
    outbox::{self, Recipient},
    place_codes::reach::Reach,
    settings::{self, Modules},
    state::AppState,
    time::{Day, Instant},
};

/// From this hour on a mail says that this is the last day.
const HOUR: u8 = 8;
/// So long after the last day a mail says that the time is over.
const OVERDUE: Duration = Duration::days(3);

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
        let some = store::waiting_after(conn, &Reach::All, after, AT_ONCE).await?;
        let Some(last) = some.last() else { break };
        after = Some(last.row.id);
        let ids: Vec<_> = some.iter().map(|posting| posting.row.id).collect();
        let known = store::reminded(conn, &ids).await?;
        for posting in some {
            let Some(since) = posting.since else { continue };
            let kind = reminder(now, since, within);
            if !known.contains(&(posting.row.id, kind, since)) {
                by_member.entry((posting.member.id, kind)).or_default().push((posting, since));
            }
        }
    }
    let mut members: Vec<MemberId> = by_member.keys().map(|(member, _)| *member).collect();
    members.dedup();
    let recipients = recipients_of(conn, &members).await?;
    let mut mails = 0;
    for ((member, kind), postings) in by_member {
        let Some(recipients) = recipients.get(&member) else { continue };
        mails += usize::from(tell(state, member, kind, &postings, within, recipients.clone()).await?);
    }
    Ok(mails)
}

/// What is to be told now of a copy that is to be replaced since then; what was missed before it is not made up for.
fn reminder(now: Instant, since: Day, within: u16) -> Reminder {
    let last = due(since, within).day();
    if now >= Instant::at(last.saturating_add(OVERDUE), HOUR, 0) {
        Reminder::Overdue
    } else if now >= Instant::at(last, HOUR, 0) {
        Reminder::Due
    } else {
        Reminder::Begun
    }
}

/// Whom a mail reaches, for each of these members: its contacts for place codes; where none of them has an address, the
/// general ones. A member of whom nobody is reached is not among them.
async fn recipients_of(conn: &impl ConnectionTrait, members: &[MemberId]) -> Result<HashMap<MemberId, Vec<Recipient>>> {
    let mut found = HashMap::new();
    if members.is_empty() {
        return Ok(found);
    }
    let all = register::contacts_of(conn, members).await?;
    for own in all.chunk_by(|one, next| one.member_id == next.member_id) {
        let with_duty = |duty: Duty| {
            let bearers = own.iter().filter(|contact| split_duties(&contact.duties).contains(&duty));
            let reached = bearers.filter_map(|contact| {
                let email = contact.email.clone().filter(|email| !email.is_empty())?;
                Some(Recipient { name: contact.name.clone(), email, member: Some(contact.member_id) })
            });
            reached.collect::<Vec<_>>()
        };
        let reached = [Duty::Codes, Duty::General].into_iter().map(with_duty).find(|some| !some.is_empty());
        found.extend(own.first().map(|contact| contact.member_id).zip(reached));
    }
    Ok(found)
}

/// Tells a member of these; false when somebody else did.
async fn tell(
    state: &AppState,
    member: MemberId,
    kind: Reminder,
    postings: &[(Posting, Day)],
    within: u16,
    recipients: Vec<Recipient>,
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
    let entry = audit::Entry::new("posting.reminded", store::KIND).member(member);
    let after = json!({ "count": told.len(), "reminder": kind, "recipients": recipients.len() });
    audit::record(&tx, entry.after(&after)).await?;
    outbox::enqueue(&tx, &state.options, mail(state, member, kind, &told, within, recipients)).await?;
    tx.commit().await?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    #[test]
    fn each_reminder_has_its_morning() {
        let at = |day, hour| reminder(Instant::at(day, hour, 0), date!(2022 - 05 - 30), 7);
        assert_eq!(at(date!(2022 - 05 - 30), 9), Reminder::Begun);
        assert_eq!(at(date!(2022 - 06 - 06), 7), Reminder::Begun);
        assert_eq!(at(date!(2022 - 06 - 06), 8), Reminder::Due);
        assert_eq!(at(date!(2022 - 06 - 09), 7), Reminder::Due);
        assert_eq!(at(date!(2022 - 06 - 09), 8), Reminder::Overdue);
    }
}
