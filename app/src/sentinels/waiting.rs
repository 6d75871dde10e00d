//! What install requests put on 待办: mails that failed, requests without an answer, appointments that
//! have passed, confirmations that the vendor still owes; faults of which the vendor was not told or is late; and, for
//! members, devices that do not count and those that are due to be checked.

use super::{
    checkups, devices, faults,
    model::{Act, State},
    routes::{path, scope},
    store::{self, Case, Scope, Waiting},
};
use crate::{
    current::Current,
    db::ConnectionTrait,
    error::Result,
    text::Message,
    time::Instant,
    todo::{self, Counts, Item},
};

/// Without an answer for this long a request waits for somebody to call.
const LONG: i64 = 3 * Instant::DAY;

pub async fn count(conn: &impl ConnectionTrait, current: &Current, counts: &mut Counts) -> Result<()> {
    if is_concerned(current) {
        let requests = waiting(&scope(current), current.now).count(conn).await?;
        let devices = u64::from(unproven(conn, current).await? > 0) + u64::from(due(conn, current).await? > 0);
        counts.add("/sentinels", requests + devices + faults::waiting::count(conn, current).await?);
    }
    Ok(())
}

pub async fn gather(conn: &impl ConnectionTrait, current: &Current, items: &mut Vec<Item>) -> Result<()> {
    if !is_concerned(current) {
        return Ok(());
    }
    let unproven = unproven(conn, current).await?;
    if unproven > 0 {
        items.push(Item {
            title: Message::of("sentinels.todo.unproven").with("n", unproven),
            about: None,
            href: "/sentinels/devices?stage=there&counts=no".to_owned(),
            due: None,
            urgent: false,
        });
    }
    let due = due(conn, current).await?;
    if due > 0 {
        items.push(Item {
            title: Message::of("sentinels.todo.due").with("n", due),
            about: None,
            href: "/sentinels/devices?due=yes".to_owned(),
            due: None,
            urgent: false,
        });
    }
    faults::waiting::gather(conn, current, items).await?;
    let cases = waiting(&scope(current), current.now).first(conn, todo::SHOWN).await?;
    let names = store::names(conn, &cases).await?;
    let titled = cases.iter().filter_map(|case| why(case, current.now).map(|why| (case, why)));
    items.extend(titled.map(|(case, title)| {
        let name = |found: Option<&String>| found.cloned().unwrap_or_default();
        let member = name(names.members.get(&case.request.member_id));
        let plant = name(names.plants.get(&case.request.plant_id));
        Item {
            title: title.with("number", case.request.number.clone().unwrap_or_default()),
            about: Some(format!("{member} {plant}")),
            href: path(case.request.id, ""),
            due: None,
            urgent: case.state().mail_failed(),
        }
    }));
    Ok(())
}

/// How many of a member's devices are in service and do not count. The secretariat finds those of all members by the
/// list's filter; to count them on every page would be dear.
async fn unproven(conn: &impl ConnectionTrait, current: &Current) -> Result<u64> {
    if current.is_office() { Ok(0) } else { devices::store::unproven(conn, &scope(current)).await }
}

/// How many of a member's devices are due to be checked. The secretariat is told on the list, as above.
async fn due(conn: &impl ConnectionTrait, current: &Current) -> Result<u64> {
    if current.is_office() { Ok(0) } else { checkups::store::count_due(conn, &scope(current), current.now.day()).await }
}

fn is_concerned(current: &Current) -> bool {
    current.site.modules.sentinels && (current.is_office() || current.serves_a_member())
}

fn waiting(scope: &Scope, now: Instant) -> Waiting<'_> {
    Waiting { scope, silent: now.plus(-LONG), today: now.day() }
}

/// Why a request waits for somebody; nothing when it waits for its time only. `Waiting` finds the same.
fn why(case: &Case, now: Instant) -> Option<Message> {
    let last = case.events.last().map_or(case.request.created_at, |event| event.at);
    let long = now.since(last) >= LONG;
    let day = case.last(Act::Schedule).and_then(|event| event.day);
    match case.state() {
        State::Refused => Some(Message::of("sentinels.todo.refused")),
        State::Uncertain | State::NotSent => Some(Message::of("sentinels.todo.not_sent")),
        State::Written | State::Queued | State::Accepted | State::Acknowledged if long => {
            Some(Message::of("sentinels.todo.no_answer").with("days", now.since(last) / Instant::DAY))
        }
        State::Scheduled if day.is_some_and(|day| day < now.day()) => Some(Message::of("sentinels.todo.day_passed")),
        State::Installed => Some(Message::of("sentinels.todo.unconfirmed")),
        _ => None,
    }
}
