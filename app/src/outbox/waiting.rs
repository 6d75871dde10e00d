//! What the outbox puts on 待办 of the secretariat: a paused queue, mail that nobody sends, and mails
//! that failed.

use super::{status::pause_words, store};
use crate::{
    current::Current,
    db::ConnectionTrait,
    error::Result,
    text::Message,
    todo::{Counts, Item},
};

/// Failures beyond this are not counted one by one.
const COUNTED: u64 = 1_001;

pub async fn count(conn: &impl ConnectionTrait, current: &Current, counts: &mut Counts) -> Result<()> {
    if current.is_office() {
        counts.mail_paused = store::pause(conn).await?.is_some();
        counts.add("/outbox", store::count_unhandled(conn, COUNTED).await?);
    }
    Ok(())
}

pub async fn gather(conn: &impl ConnectionTrait, current: &Current, items: &mut Vec<Item>) -> Result<()> {
    if !current.is_office() {
        return Ok(());
    }
    if let Some(pause) = store::pause(conn).await? {
        items.push(Item {
            title: Message::of("outbox.todo.paused").with("since", pause.since.show()),
            about: Some(pause_words(current.locale, &pause)),
            href: "/outbox".to_owned(),
            due: None,
            urgent: true,
        });
    }
    if store::nobody_sends(conn, current.now).await? {
        items.push(Item {
            title: Message::of("outbox.todo.nobody_sends"),
            about: None,
            href: "/outbox".to_owned(),
            due: None,
            urgent: true,
        });
    }
    let failed = store::count_unhandled(conn, COUNTED).await?;
    if failed > 0 {
        let key = if current.is_staff() { "outbox.todo.failed" } else { "outbox.todo.failed_seen" };
        items.push(Item {
            title: Message::of(key).with("n", failed),
            about: None,
            href: "/outbox?state=failed".to_owned(),
            due: None,
            urgent: true,
        });
    }
    Ok(())
}
