//! What postings put on 待办: for the member's people each entrance where copies are to be replaced, for the
//! secretariat one line.

use super::{
    model::due,
    routes::{LIST, WRONG},
    rules::Rules,
    store::{self, Posting},
};
use crate::{
    current::Current, db::ConnectionTrait, error::Result, place_codes::reach::Reach, settings, text::Message,
    todo::Item,
};

/// Entrances where something waits.
pub async fn count(conn: &impl ConnectionTrait, reach: &Reach) -> Result<u64> {
    store::waiting_entrances(conn, reach).await
}

/// The first `most` of them.
pub async fn gather(conn: &impl ConnectionTrait, reach: &Reach, most: u64, items: &mut Vec<Item>) -> Result<()> {
    let found = store::waiting(conn, reach, most).await?;
    if found.is_empty() {
        return Ok(());
    }
    let within = settings::load::<Rules>(conn).await?.value.replace_within;
    items.extend(found.iter().filter_map(|here| item(here, within)));
    Ok(())
}

fn item(here: &[Posting], within: u16) -> Option<Item> {
    let first = here.first()?;
    let since = here.iter().filter_map(|posting| posting.since).min();
    Some(Item {
        title: Message::of("postings.todo.replace").with("n", here.len()).with("entrance", &first.entrance.name),
        about: Some(first.plant.name.clone()),
        href: format!("{LIST}?state={WRONG}&entrance={}", first.entrance.id),
        due: since.map(|since| due(since, within)),
        urgent: false,
    })
}

/// The secretariat's line: what members have not replaced yet.
pub async fn gather_for_staff(conn: &impl ConnectionTrait, current: &Current, items: &mut Vec<Item>) -> Result<()> {
    if !current.site.modules.sentinels || !current.is_staff() {
        return Ok(());
    }
    let left = store::progress(conn, &Reach::All, &store::Filter::default()).await?.left;
    if left > 0 {
        items.push(Item {
            title: Message::of("postings.todo.members").with("n", left),
            about: None,
            href: super::recall_page::HERE.to_owned(),
            due: None,
            urgent: false,
        });
    }
    Ok(())
}
