//! What postings put on 待办: for the member's people each entrance where copies are to be replaced, the one that is due
//! first before the others. The secretariat has the page of recalls, whose numbers over all members are too dear for a
//! page that everybody opens all day.

use std::collections::HashMap;

use super::{
    model::due,
    routes::{LIST, WRONG},
    rules::Rules,
    store::{self, AT_ONCE},
};
use crate::{
    db::ConnectionTrait, error::Result, ids::EntranceId, place_codes::reach::Reach, settings, text::Message, time::Day,
    todo::Item,
};

/// Entrances where something waits.
pub async fn count(conn: &impl ConnectionTrait, reach: &Reach) -> Result<u64> {
    store::waiting_entrances(conn, reach).await
}

/// The first `most` of them.
pub async fn gather(conn: &impl ConnectionTrait, reach: &Reach, most: u64, items: &mut Vec<Item>) -> Result<()> {
    if most == 0 {
        return Ok(());
    }
    let places = places(conn, reach).await?;
    if places.is_empty() {
        return Ok(());
    }
    let within = settings::load::<Rules>(conn).await?.value.replace_within;
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    items.extend(places.into_iter().take(most).map(|place| place.item(within)));
    Ok(())
}

/// An entrance where copies are to be replaced.
struct Place {
    entrance: EntranceId,
    name: String,
    plant: String,
    copies: usize,
    /// Since when the first of them is.
    since: Option<Day>,
}

/// All of them, the one that is due first at the head. When a copy is due follows from more than the database compares,
/// so all are looked at that wait within reach; they are those of a person's own members.
async fn places(conn: &impl ConnectionTrait, reach: &Reach) -> Result<Vec<Place>> {
    let mut found: HashMap<EntranceId, Place> = HashMap::new();
    let mut after = None;
    loop {
        let some = store::waiting_after(conn, reach, after, AT_ONCE).await?;
        let Some(last) = some.last() else { break };
        after = Some(last.row.id);
        for posting in some {
            let place = found.entry(posting.entrance.id).or_insert_with(|| Place {
                entrance: posting.entrance.id,
                name: posting.entrance.name,
                plant: posting.plant.name,
                copies: 0,
                since: None,
            });
            place.copies += 1;
            place.since = place.since.into_iter().chain(posting.since).min();
        }
    }
    let mut places: Vec<Place> = found.into_values().collect();
    places.sort_unstable_by_key(|place| (place.since.unwrap_or(Day::MAX), place.entrance));
    Ok(places)
}

impl Place {
    fn item(self, within: u16) -> Item {
        Item {
            title: Message::of("postings.todo.replace").with("n", self.copies).with("entrance", self.name),
            about: Some(self.plant),
            href: format!("{LIST}?state={WRONG}&entrance={}", self.entrance),
            due: self.since.map(|since| due(since, within)),
            urgent: false,
        }
    }
}
