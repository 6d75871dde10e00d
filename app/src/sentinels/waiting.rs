//! What install requests put on 待办: mails that failed, requests without an answer, appointments that
//! have passed, confirmations that the vendor still owes.

use sea_orm::ConnectionTrait;

use super::{
    model::{Act, State},
    routes::{path, scope},
    store::{self, Case},
};
use crate::{
    current::Current,
    error::Result,
    text::Message,
    time::Instant,
    todo::{Counts, Item},
};

/// Without an answer for this long a request waits for somebody to call.
const LONG: i64 = 3 * Instant::DAY;
/// Open requests that are looked at, the oldest; more would be more than anybody can see to.
const LOOKED_AT: u64 = 200;

pub async fn count(conn: &impl ConnectionTrait, current: &Current, counts: &mut Counts) -> Result<()> {
    counts.add("/sentinels", waiting(conn, current).await?.len() as u64);
    Ok(())
}

pub async fn gather(conn: &impl ConnectionTrait, current: &Current, items: &mut Vec<Item>) -> Result<()> {
    let waiting = waiting(conn, current).await?;
    if waiting.is_empty() {
        return Ok(());
    }
    let all: Vec<Case> = waiting.iter().map(|(case, _)| case.clone()).collect();
    let names = store::names(conn, &all).await?;
    items.extend(waiting.into_iter().map(|(case, title)| {
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

async fn waiting(conn: &impl ConnectionTrait, current: &Current) -> Result<Vec<(Case, Message)>> {
    if !current.site.modules.sentinels || !(current.is_office() || current.serves_a_member()) {
        return Ok(Vec::new());
    }
    let cases = store::open(conn, &scope(current), LOOKED_AT).await?;
    Ok(cases.into_iter().filter_map(|case| why(&case, current.now).map(|why| (case, why))).collect())
}

/// Why a request waits for somebody; nothing when it waits for its time only.
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
