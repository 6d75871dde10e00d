//! The audit's page, for everybody of the secretariat.

use std::{collections::BTreeSet, str::FromStr};

use axum::{
    extract::{Query, State},
    response::Response,
};
use serde::{Deserialize, Serialize};

use super::{
    entity::Model,
    export, page,
    store::read::{self as store, Named},
};
use crate::{
    access::{Route, Who},
    accounts::people::store as people,
    current::Current,
    db::words,
    error::Result,
    ids::{AuditId, MemberId, PersonId},
    members::store as members,
    sheets,
    state::AppState,
    time::{Instant, parse_day},
};

pub fn routes() -> Vec<Route> {
    vec![Route::get("/audit", Who::Office, show), Route::get("/audit.xlsx", Who::Office, as_sheet)]
}

/// How many rows stand on one page.
const PAGE: usize = 50;
/// Longest part of a name, in characters.
const LONGEST: usize = 100;

/// What the page is asked for, as it stands in its address. What cannot be read is as good as not asked.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct Wanted {
    /// A person's id, or a part of the name; numbers and addresses are hidden from some who read this.
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
    pub fn address(&self, path: &str, after: Option<AuditId>) -> String {
        let own = serde_html_form::to_string(self).unwrap_or_default();
        match after {
            Some(id) => format!("{path}?{own}&after={id}"),
            None => format!("{path}?{own}"),
        }
    }

    fn filter(&self) -> store::Filter {
        let day = |text: &str| parse_day(text).map(|day| Instant::at(day, 0, 0));
        store::Filter {
            person: named(&self.person),
            member: named(&self.member),
            act: Some(words(&self.act, LONGEST)).filter(|act| !act.is_empty()),
            subject: self.subject.trim().parse().ok(),
            from: day(&self.from),
            until: day(&self.to).map(|midnight| midnight.plus(Instant::DAY)),
        }
    }
}

fn named<Id: FromStr>(text: &str) -> Option<Named<Id>> {
    let words = words(text, LONGEST);
    (!words.is_empty()).then(|| words.parse().map_or(Named::Words(words), Named::Id))
}

/// Rows, and the names that stand beside them.
pub struct Shown {
    pub rows: Vec<Model>,
    people: Vec<people::PersonRow>,
    members: Vec<members::Member>,
}

impl Shown {
    async fn of(state: &AppState, rows: Vec<Model>) -> Result<Self> {
        let conn = state.db.reader();
        let persons: BTreeSet<PersonId> = rows.iter().filter_map(|row| row.person_id).collect();
        let members: BTreeSet<MemberId> = rows.iter().filter_map(|row| row.member_id).collect();
        Ok(Self {
            people: people::names(conn, &Vec::from_iter(persons)).await?,
            members: members::members(conn, &Vec::from_iter(members)).await?,
            rows,
        })
    }

    pub fn person(&self, id: PersonId) -> Option<String> {
        self.people.iter().find(|person| person.id == id).map(|person| person.name.clone())
    }

    pub fn member(&self, id: MemberId) -> Option<String> {
        self.members.iter().find(|member| member.id == id).map(|member| member.name.clone())
    }
}

async fn show(State(state): State<AppState>, current: Current, Query(wanted): Query<Wanted>) -> Result<Response> {
    let conn = state.db.reader();
    let filter = wanted.filter();
    let after = wanted.after.parse().ok();
    let (rows, more) = store::list(conn, &filter, after, PAGE).await?;
    let listing = page::Listing {
        shown: Shown::of(&state, rows).await?,
        acts: store::acts(conn).await?,
        count: store::count(conn, &filter).await?,
        later: after.is_some(),
        more,
        wanted,
    };
    Ok(page::show(&state, &current, &listing))
}

/// The same rows as a spreadsheet, all pages of them.
async fn as_sheet(State(state): State<AppState>, current: Current, Query(wanted): Query<Wanted>) -> Result<Response> {
    let filter = wanted.filter();
    let (rows, _) = store::list(state.db.reader(), &filter, None, sheets::MOST_ROWS + 1).await?;
    let table = export::table(&current, &Shown::of(&state, rows).await?);
    sheets::download_table(current.locale, &table.title.clone(), table).await
}
