//! What faults put on 待办: for a member those of which the vendor was not told or whose time is over, for the
//! secretariat how many vendors are late.

use super::{
    model::Standing,
    routes::narrowed,
    store::{self, Case},
};
use crate::{
    current::Current,
    db::ConnectionTrait,
    error::Result,
    sentinels::{
        devices::{self, page::title},
        routes::scope,
    },
    text::Message,
    todo::{self, Item},
};

/// How many things wait.
pub async fn count(conn: &impl ConnectionTrait, current: &Current) -> Result<u64> {
    let clock = store::clock(conn, current.now).await?;
    if current.is_office() {
        Ok(u64::from(store::count_overdue(conn, &scope(current), clock).await? > 0))
    } else {
        store::count_pressing(conn, &scope(current), clock).await
    }
}

pub async fn gather(conn: &impl ConnectionTrait, current: &Current, items: &mut Vec<Item>) -> Result<()> {
    let clock = store::clock(conn, current.now).await?;
    if current.is_office() {
        let late = store::count_overdue(conn, &scope(current), clock).await?;
        if late > 0 {
            items.push(Item {
                title: Message::of("sentinels.todo.vendors_late").with("n", late),
                about: None,
                href: narrowed(Standing::Overdue),
                due: None,
                urgent: false,
            });
        }
        return Ok(());
    }
    let cases = store::first_pressing(conn, &scope(current), clock, todo::SHOWN).await?;
    items.extend(cases.iter().map(|Case { fault, device }| {
        let overdue = fault.course().standing(clock.hours, clock.now) == Standing::Overdue;
        let key = if overdue { "sentinels.todo.vendor_late" } else { "sentinels.todo.vendor_untold" };
        Item {
            title: Message::of(key).with("device", title(current.locale, device)),
            about: Some(current.shown(&fault.what)),
            href: devices::routes::path(device.row.id),
            due: fault.course().due(clock.hours),
            urgent: false,
        }
    }));
    Ok(())
}
