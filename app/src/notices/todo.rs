//! What notices add to 待办: for members what they are to acknowledge, for staff the notices
//! whose deadline passed while members are behind, and those that could not be published at their time.

use super::store::lists;
use crate::{
    current::Current,
    db::ConnectionTrait,
    error::Result,
    text::Message,
    todo::{Counts, Item},
};

/// The number beside the navigation's entry; indexed look-ups only.
pub async fn count(conn: &impl ConnectionTrait, current: &Current, counts: &mut Counts) -> Result<()> {
    let waiting = if current.serves_a_member() { lists::count_waiting(conn, &current.member_ids()).await? } else { 0 };
    let overdue = if current.is_staff() { lists::count_overdue(conn, current.now).await? } else { 0 };
    let missed = if current.is_staff() { lists::count_not_published(conn).await? } else { 0 };
    counts.add("/notices", waiting + overdue + missed);
    Ok(())
}

pub async fn gather(conn: &impl ConnectionTrait, current: &Current, items: &mut Vec<Item>) -> Result<()> {
    if current.serves_a_member() {
        for waiting in lists::waiting(conn, &current.member_ids()).await? {
            items.push(Item {
                title: Message::of("notices.todo.acknowledge").with("title", waiting.title),
                about: Some(waiting.member_name),
                href: format!("/notices/{}", waiting.notice_id),
                due: waiting.acknowledge_by,
                urgent: false,
            });
        }
    }
    if current.is_staff() {
        for missed in lists::not_published(conn).await? {
            items.push(Item {
                title: Message::of("notices.todo.not_published").with("title", missed.title),
                about: Some(current.locale.say(&missed.problem.message())),
                href: format!("/notices/{}/publish", missed.notice_id),
                due: None,
                urgent: true,
            });
        }
        for overdue in lists::overdue(conn, current.now).await? {
            items.push(Item {
                title: Message::of("notices.todo.behind").with("n", overdue.n).with("title", overdue.title),
                about: None,
                href: format!("/notices/{}/members?show=waiting", overdue.notice_id),
                due: overdue.acknowledge_by,
                urgent: false,
            });
        }
    }
    Ok(())
}
