//! What place codes put on 待办: applications that wait for the member's people.

use super::{
    applications::{
        model::State,
        routes::path,
        store::{Case, Waiting},
    },
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
        counts.add("/place-codes", waiting(&reach, current.now).count(conn).await?);
    }
    Ok(())
}

pub async fn gather(conn: &impl ConnectionTrait, current: &Current, items: &mut Vec<Item>) -> Result<()> {
    if !is_concerned(current) {
        return Ok(());
    }
    let reach = Reach::of(current);
    let cases = waiting(&reach, current.now).first(conn, todo::SHOWN).await?;
    items.extend(cases.iter().map(|case| item(current, case)));
    Ok(())
}

/// Codes are their members' own business; the secretariat has the lists.
fn is_concerned(current: &Current) -> bool {
    current.site.modules.sentinels && !current.is_office() && current.serves_a_member()
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
