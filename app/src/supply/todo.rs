//! What supply reports bring to 待办: a member's own that are due or late, and for the secretariat how
//! many plants are behind today.

use super::store::{self, day::Filter};
use crate::{
    current::Current,
    db::ConnectionTrait,
    error::Result,
    ids::PlantId,
    members,
    state::AppState,
    text::Message,
    time::show_day,
    todo::{Counts, Item, SHOWN},
};

/// How many reports this person's own plants owe.
pub async fn count(conn: &impl ConnectionTrait, current: &Current, counts: &mut Counts) -> Result<()> {
    let plants: Vec<PlantId> = members::own_plants(conn, current).await?.iter().map(|plant| plant.id).collect();
    if plants.is_empty() {
        return Ok(());
    }
    let rules = store::duty::rules(conn).await?;
    counts.add("/supply", store::day::owed(conn, &rules, &plants, &store::duty::looked_back(current.now)).await?);
    Ok(())
}

/// The oldest of them.
pub async fn gather(conn: &impl ConnectionTrait, current: &Current, items: &mut Vec<Item>) -> Result<()> {
    items.extend(owed(conn, current).await?);
    Ok(())
}

/// For the secretariat: how many plants are overdue today.
pub async fn gather_behind(state: &AppState, current: &Current, items: &mut Vec<Item>) -> Result<()> {
    if current.is_office() {
        items.extend(behind(state, current).await?);
    }
    Ok(())
}

async fn behind(state: &AppState, current: &Current) -> Result<Option<Item>> {
    let (conn, moment) = (state.db.reader(), state.moment(current));
    let rules = store::duty::rules(conn).await?;
    let today = current.now.day();
    let due = rules.due_instant(today);
    if current.now <= due {
        return Ok(None);
    }
    let whole = Filter { day: today, district: None, kind: None };
    let missing = state.supply_sums.get(conn, &rules, &whole, moment).await?.figures.missing;
    Ok((missing > 0).then(|| Item {
        title: Message::of("supply.todo_behind").with("n", missing),
        about: None,
        href: format!("/supply/day/{}?show=missing#plants", show_day(today)),
        due: Some(due),
        urgent: false,
    }))
}

async fn owed(conn: &impl ConnectionTrait, current: &Current) -> Result<Vec<Item>> {
    let member_ids = current.member_ids();
    if member_ids.is_empty() {
        return Ok(Vec::new());
    }
    let plants = members::own_plants(conn, current).await?;
    let rules = store::duty::rules(conn).await?;
    let open = store::duty::open(conn, &rules, &plants, current.now).await?;
    // Whoever serves several members is told which one it is.
    let names = if member_ids.len() > 1 { members::store::members(conn, &member_ids).await? } else { Vec::new() };
    Ok(open
        .into_iter()
        .take(SHOWN as usize)
        .map(|open| {
            let plant = plants.iter().find(|plant| plant.id == open.plant);
            Item {
                title: Message::of("supply.todo").with("day", show_day(open.day)),
                about: plant.map(|plant| match names.iter().find(|member| member.id == plant.member_id) {
                    Some(member) => format!("{} {}", member.name, plant.name),
                    None => plant.name.clone(),
                }),
                href: format!("/plants/{}/supply/{}", open.plant, show_day(open.day)),
                due: Some(open.due_at),
                urgent: false,
            }
        })
        .collect())
}
