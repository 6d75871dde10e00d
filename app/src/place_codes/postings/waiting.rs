//! What postings put on 待办: for the member's people each entrance where copies are to be replaced. The secretariat has the
//! page of recalls, whose numbers over all members are too dear for a page that everybody opens all day.

use super::{
    model::due,
    routes::{LIST, WRONG},
    rules::Rules,
    store::{self, Posting},
};
use crate::{db::ConnectionTrait, error::Result, place_codes::reach::Reach, settings, text::Message, todo::Item};

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
