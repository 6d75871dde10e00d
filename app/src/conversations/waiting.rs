//! What mails that came in put on 待办 of the secretariat: those in the holding pen, filed ones that nobody has
//! looked after, and one line for those that were put aside by themselves.

use super::store::{self, Filter};
use crate::{
    current::Current,
    db::ConnectionTrait,
    error::Result,
    paging::From,
    text::Message,
    todo::{Counts, Item, SHOWN},
};

pub async fn count(conn: &impl ConnectionTrait, current: &Current, counts: &mut Counts) -> Result<()> {
    if current.is_office() {
        let aside = store::count(conn, Filter::Aside).await?;
        counts.add("/mails", store::count(conn, Filter::waiting(current)).await? + aside.min(1));
    }
    Ok(())
}

pub async fn gather(conn: &impl ConnectionTrait, current: &Current, items: &mut Vec<Item>) -> Result<()> {
    if !current.is_office() {
        return Ok(());
    }
    let waiting = store::list(conn, Filter::waiting(current), From::Start).await?.rows;
    let aside = store::count(conn, Filter::Aside).await?;
    let most = usize::try_from(SHOWN - aside.min(1)).unwrap_or(usize::MAX);
    for mail in waiting.into_iter().take(most) {
        let key = if mail.about_id.is_some() { "conversations.todo.new" } else { "conversations.todo.held" };
        items.push(Item {
            title: Message::of(key).with("subject", subject(&current.shown(&mail.subject))),
            about: Some(current.shown(&mail.from_name)).filter(|name| !name.is_empty()),
            href: format!("/mails/{}", mail.id),
            due: None,
            urgent: false,
        });
    }
    if aside > 0 {
        let n = if aside > 1_000 { "1,000+".to_owned() } else { aside.to_string() };
        items.push(Item {
            title: Message::of("conversations.todo.aside").with("n", n),
            about: None,
            href: "/mails?tab=aside".to_owned(),
            due: None,
            urgent: false,
        });
    }
    Ok(())
}

/// A subject line, or a word for none.
fn subject(subject: &str) -> String {
    if subject.is_empty() { "@conversations.no_subject".to_owned() } else { subject.to_owned() }
}
