//! 待办: what waits for a person. Every feature says what it has for them; this one gathers, counts and
//! sorts it by deadline.

mod page;
mod routes;

pub use routes::routes;

use crate::{
    conversations, current::Current, error::Result, ids::PersonId, issues, kept::Kept, notices, outbox, place_codes,
    sentinels, state::AppState, supply, text::Message, time::Instant,
};

/// Most of one feature that are listed; the rest is one line that leads to them.
pub const SHOWN: u64 = 20;

/// One thing that waits, one click from done.
#[derive(Clone, Debug)]
pub struct Item {
    /// What it is.
    pub title: Message,
    /// Whose it is, for a person who serves several members; or what more is to be known.
    pub about: Option<String>,
    pub href: String,
    pub due: Option<Instant>,
    /// Urgent whatever the deadline: mail that cannot leave.
    pub urgent: bool,
}

/// How much waits behind each entry of the navigation, by its path.
#[derive(Clone, Debug, Default)]
pub struct Counts {
    waiting: Vec<(&'static str, u64)>,
    /// Whether the secretariat must know that no mail leaves.
    pub mail_paused: bool,
}

impl Counts {
    pub fn of(&self, path: &str) -> u64 {
        self.waiting.iter().find(|(p, _)| *p == path).map_or(0, |(_, n)| *n)
    }

    pub fn add(&mut self, path: &'static str, n: u64) {
        self.waiting.push((path, n));
    }
}

/// The counts of those who are looking at pages now.
pub type CountsOfPeople = Kept<PersonId, Counts, 4_096>;

/// The counts for the navigation; on every page, so only indexed look-ups belong here.
pub async fn counts(state: &AppState, current: &Current) -> Result<Counts> {
    let now = state.moment(current);
    let person = current.person()?.id;
    if let Some(counts) = state.counts.get(&person, now) {
        return Ok(counts);
    }
    let conn = state.db.reader();
    let mut counts = Counts::default();
    outbox::count(conn, current, &mut counts).await?;
    conversations::count(conn, current, &mut counts).await?;
    notices::count(conn, current, &mut counts).await?;
    supply::count(conn, current, &mut counts).await?;
    issues::counts(conn, current, &mut counts).await?;
    sentinels::count(conn, current, &mut counts).await?;
    place_codes::count(conn, current, &mut counts).await?;
    state.counts.put(person, now, counts.clone());
    Ok(counts)
}

/// What waits for this person, nearest deadline first, urgent things before all.
pub async fn gather(state: &AppState, current: &Current) -> Result<Vec<Item>> {
    let conn = state.db.reader();
    let mut items: Vec<Item> = Vec::new();
    outbox::gather(conn, current, &mut items).await?;
    supply::gather_behind(state, current, &mut items).await?;
    let mut listed = items.len();
    supply::gather(conn, current, &mut items).await?;
    listed = rest(current, &mut items, listed, ("/supply", "nav.supply"));
    conversations::gather(conn, current, &mut items).await?;
    listed = rest(current, &mut items, listed, ("/mails", "nav.mails"));
    notices::gather(conn, current, &mut items).await?;
    listed = rest(current, &mut items, listed, ("/notices", "nav.notices"));
    issues::gather(conn, current, &mut items).await?;
    listed = rest(current, &mut items, listed, ("/issues", "nav.issues"));
    issues::gather_letters(conn, current, &mut items).await?;
    listed = rest(current, &mut items, listed, ("/letters", "nav.letters"));
    sentinels::gather(conn, current, &mut items).await?;
    listed = rest(current, &mut items, listed, ("/sentinels", "nav.sentinels"));
    place_codes::gather(conn, current, &mut items).await?;
    rest(current, &mut items, listed, ("/place-codes", "nav.place_codes"));
    items.sort_by_key(|item| (!item.urgent, item.due.unwrap_or(Instant(i64::MAX))));
    Ok(items)
}

/// Adds a line for what a feature counted and did not list. Gives the number of items by now.
fn rest(current: &Current, items: &mut Vec<Item>, before: usize, (path, name): (&str, &str)) -> usize {
    let listed = (items.len() - before) as u64;
    let more = current.counts.of(path).saturating_sub(listed);
    if listed > 0 && more > 0 {
        items.push(Item {
            title: Message::of("todo.more").with("n", more),
            about: Some(current.locale.t(name)),
            href: path.to_owned(),
            due: None,
            urgent: false,
        });
    }
    items.len()
}
