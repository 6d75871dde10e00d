//! What issues give to 待办 and to the counts of the navigation.

use super::{
    model::State,
    reach::Reach,
    store::{
        Issue,
        letter::Overdue,
        waiting::{self, Waiting},
    },
};
use crate::{
    current::Current,
    db::ConnectionTrait,
    error::Result,
    members,
    text::Message,
    time::Instant,
    todo::{self, Counts, Item},
};

/// Adds how many issues wait for this person.
pub async fn counts(conn: &impl ConnectionTrait, current: &Current, counts: &mut Counts) -> Result<()> {
    let mut n = 0;
    for waiting in of(current) {
        n += waiting.count(conn).await?;
    }
    counts.add("/issues", n);
    if current.is_staff() {
        counts.add("/letters", overdue(current).count(conn).await?);
    }
    Ok(())
}

/// The issues that wait for this person, each one click from done.
pub async fn gather(conn: &impl ConnectionTrait, current: &Current, items: &mut Vec<Item>) -> Result<()> {
    let mut issues = Vec::new();
    for waiting in of(current) {
        issues.extend(waiting.first(conn, todo::SHOWN).await?);
    }
    let mut ids: Vec<_> = issues.iter().map(|issue| issue.member_id).collect();
    ids.dedup();
    let members = members::store::members(conn, &ids).await?;
    let names_matter = current.is_office() || current.member_ids().len() > 1;
    let item = |issue: Issue| {
        let key = match issue.state() {
            State::Filed if current.is_staff() => "issues.todo.new",
            State::Taken if current.is_staff() => "issues.todo.taken",
            State::Replied if current.is_staff() => "issues.todo.replied",
            State::Reopened if current.is_staff() => "issues.todo.reopened",
            State::AskedBack => "issues.todo.asked_back",
            // Told once more since: the answer itself is known already.
            State::Answered if issue.told_at <= issue.answered_at => "issues.todo.answered",
            _ => "issues.todo.moved",
        };
        let name = members.iter().find(|member| member.id == issue.member_id).map(|member| member.name.clone());
        Item {
            title: Message::of(key).with("number", &issue.number).with("title", &issue.title),
            about: name.filter(|_| names_matter),
            href: format!("/issues/{}", issue.id),
            due: None,
            urgent: false,
        }
    };
    items.extend(issues.into_iter().map(item));
    Ok(())
}

/// The letters that departments should have answered by now.
pub async fn gather_letters(conn: &impl ConnectionTrait, current: &Current, items: &mut Vec<Item>) -> Result<()> {
    if current.is_staff() {
        let letters = overdue(current).first(conn, todo::SHOWN).await?;
        items.extend(letters.into_iter().map(|letter| Item {
            title:
                Message::of("issues.todo.letter").with("department", letter.department).with("number", letter.number),
            about: None,
            href: format!("/letters/{}", letter.id),
            due: letter.answer_due.map(|day| Instant::at(day, 23, 59)),
            urgent: false,
        }));
    }
    Ok(())
}

fn overdue(current: &Current) -> Overdue {
    Overdue { today: current.now.day() }
}

/// What waits for this person as staff and as a member.
fn of(current: &Current) -> Vec<Waiting> {
    let Some(person) = &current.person else { return Vec::new() };
    let staff = current.is_staff().then(|| waiting::for_staff(person.id));
    let reach = Reach::of(&person.roles);
    let member = current.serves_a_member().then(|| waiting::for_member(&reach, person.id, current.now));
    staff.into_iter().chain(member).collect()
}
