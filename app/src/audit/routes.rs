//! The audit's page, for everybody of the secretariat.

use axum::{
    extract::{Query, State},
    response::Response,
};
use serde::{Deserialize, Serialize};

use super::{page, store::read as store};
use crate::{
    access::{Route, Who},
    accounts::people::store as people,
    current::Current,
    error::Result,
    ids::{AuditId, MemberId, PersonId},
    members::store as members,
    state::AppState,
    time::{Instant, parse_day},
};

pub fn routes() -> Vec<Route> {
    vec![Route::get("/audit", Who::Office, show)]
}

/// How many members or people a part of a name may stand for.
const NAMED: u64 = 50;
/// Longest part of a name, in characters.
const LONGEST: usize = 100;

/// What the page is asked for, as it stands in its address. What cannot be read is as good as not asked.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct Wanted {
    /// A person's id, or a part of the name, number or address.
    pub person: String,
    /// A member's id, or a part of the name or code.
    pub member: String,
    pub act: String,
    pub subject: String,
    pub from: String,
    pub to: String,
    #[serde(skip_serializing)]
    pub after: String,
}

impl Wanted {
    /// The address of the same question, from the start or after a row.
    pub fn address(&self, after: Option<AuditId>) -> String {
        let own = serde_html_form::to_string(self).unwrap_or_default();
        match after {
            Some(id) => format!("/audit?{own}&after={id}"),
            None => format!("/audit?{own}"),
        }
    }

    async fn filter(&self, state: &AppState) -> Result<store::Filter> {
        let day = |text: &str| parse_day(text).map(|day| Instant::at(day, 0, 0));
        Ok(store::Filter {
            persons: self.persons(state).await?,
            members: self.members(state).await?,
            act: Some(self.act.trim().to_owned()).filter(|act| !act.is_empty()),
            subject: self.subject.trim().parse().ok(),
            from: day(&self.from),
            until: day(&self.to).map(|midnight| midnight.plus(Instant::DAY)),
        })
    }

    async fn persons(&self, state: &AppState) -> Result<Option<Vec<PersonId>>> {
        let Some(words) = words(&self.person) else { return Ok(None) };
        if let Ok(id) = words.parse() {
            return Ok(Some(vec![id]));
        }
        let found = people::list(state.db.reader(), &words, None, None).await?;
        Ok(Some(found.into_iter().map(|person| person.id).collect()))
    }

    async fn members(&self, state: &AppState) -> Result<Option<Vec<MemberId>>> {
        let Some(words) = words(&self.member) else { return Ok(None) };
        if let Ok(id) = words.parse() {
            return Ok(Some(vec![id]));
        }
        let named = members::Filter { words, ..members::Filter::default() };
        let found = members::list(state.db.reader(), &named, NAMED).await?;
        Ok(Some(found.into_iter().map(|member| member.id).collect()))
    }
}

fn words(text: &str) -> Option<String> {
    let text: String = text.trim().chars().take(LONGEST).collect();
    (!text.is_empty()).then_some(text)
}

async fn show(State(state): State<AppState>, current: Current, Query(wanted): Query<Wanted>) -> Result<Response> {
    let conn = state.db.reader();
    let filter = wanted.filter(&state).await?;
    let after = wanted.after.parse().ok();
    let (rows, more) = store::page(conn, &filter, after).await?;
    let persons: Vec<PersonId> = rows.iter().filter_map(|row| row.person_id).collect();
    let member_ids: Vec<MemberId> = rows.iter().filter_map(|row| row.member_id).collect();
    let shown = page::Shown {
        people: people::names(conn, &persons).await?,
        members: members::members(conn, &member_ids).await?,
        acts: store::acts(conn).await?,
        count: store::count(conn, &filter).await?,
        later: after.is_some(),
        rows,
        more,
        wanted,
    };
    Ok(page::show(&state, &current, shown))
}
