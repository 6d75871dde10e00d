//! What place codes put on 待办: codes under an address that is no longer the plant's, while a new one can be applied
//! for, applications that wait for the member's people, and postings that are to be replaced.

use super::{
    applications::{
        model::State,
        routes::path,
        store::{Case, Waiting},
    },
    codes::{
        routes::TO_APPLY,
        store::{self as codes, Filter},
    },
    postings,
    reach::Reach,
};
use crate::{
    current::Current,
    db::ConnectionTrait,
    error::Result,
    text::Message,
    time::Instant,
    todo::{self, Counts, Item},
};

/// When nothing was heard of an application for this long, somebody looks it up.
const LONG: i64 = 3 * Instant::DAY;

pub async fn count(conn: &impl ConnectionTrait, current: &Current, counts: &mut Counts) -> Result<()> {
    if is_concerned(current) {
        let reach = Reach::of(current);
        let to_apply = codes::count(conn, &reach, &to_apply()).await?.min(1);
        let postings = postings::waiting::count(conn, &reach).await?;
        counts.add("/place-codes", to_apply + waiting(&reach, current.now).count(conn).await? + postings);
    }
    Ok(())
}

pub async fn gather(conn: &impl ConnectionTrait, current: &Current, items: &mut Vec<Item>) -> Result<()> {
    if !is_concerned(current) {
        return Ok(());
    }
    let reach = Reach::of(current);
    let to_apply = codes::count(conn, &reach, &to_apply()).await?;
    if to_apply > 0 {
        items.push(Item {
            title: Message::of("place_codes.todo.moved").with("n", to_apply),
            about: None,
            href: format!("/place-codes?standing={TO_APPLY}"),
            due: None,
            urgent: true,
        });
    }
    let cases = waiting(&reach, current.now).first(conn, todo::SHOWN - to_apply.min(1)).await?;
    let listed = to_apply.min(1) + cases.len() as u64;
    items.extend(cases.iter().map(|case| item(current, case)));
    postings::waiting::gather(conn, &reach, todo::SHOWN.saturating_sub(listed), items).await
}

/// Codes are their members' own business; the secretariat has the lists.
fn is_concerned(current: &Current) -> bool {
    current.site.modules.sentinels && !current.is_office() && current.serves_a_member()
}

/// All of them are one thing to do: the list leads through them. What is applied for already is followed by its
/// application, and outside Shanghai there is nothing to be done here.
fn to_apply() -> Filter {
    Filter { to_apply: true, ..Filter::default() }
}

fn waiting(reach: &Reach, now: Instant) -> Waiting<'_> {
    Waiting { reach, silent: now.plus(-LONG) }
}

fn item(current: &Current, case: &Case) -> Item {
    let title = match case.state() {
        State::Prepared => "place_codes.todo.prepared",
        State::Refused => "place_codes.todo.refused",
        State::ToUpload => "place_codes.todo.to_upload",
        State::Waiting | State::Done => "place_codes.todo.waiting",
    };
    let mut plants: Vec<&str> = case.lines.iter().map(|line| line.plant.name.as_str()).collect();
    plants.dedup();
    Item {
        title: Message::of(title).with("number", &case.application.number),
        about: Some(plants.join(&current.locale.t("list.comma"))),
        href: path(case.application.id, ""),
        due: None,
        urgent: case.state() == State::Refused,
    }
}
