//! The list of issues: a member's own, or the secretariat's with its filters.

use axum::{
    extract::{Query, State},
    response::Response,
};
use serde::Deserialize;

use crate::{
    accounts,
    current::Current,
    error::Result,
    ids::{PersonId, TextEnum},
    issues::{
        export,
        model::{Category, Kind, Side, State as IssueState},
        page,
        reach::Reach,
        store::{
            Issue,
            list::{self, Filter, Owner, waiting_for},
        },
    },
    members,
    paging::{From, Paged, address},
    sheets,
    state::AppState,
};

/// How many issues stand on one page.
const ON_A_PAGE: usize = 50;

/// The owner in the address of a list of what nobody of the secretariat owns now.
pub const NOBODY: &str = "nobody";

/// What stands in the address of a list.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    /// `open` (also when empty), `waiting`, `mine` or `all`.
    pub view: String,
    pub state: String,
    pub kind: String,
    pub category: String,
    pub owner: String,
    pub q: String,
    pub after: String,
    pub before: String,
}

impl Wanted {
    /// What this person's list shows.
    pub fn filter(&self, current: &Current) -> Filter {
        let of_view = match self.view.as_str() {
            "waiting" => Some(waiting_for(Side::Secretariat)),
            "all" => None,
            _ => Some(IssueState::ALL.iter().copied().filter(|state| state.is_open()).collect()),
        };
        let mine = current.person.as_ref().filter(|_| self.view == "mine").map(|person| Owner::Person(person.id));
        let owner = match self.owner.as_str() {
            NOBODY => Some(Owner::Nobody),
            id => id.parse::<PersonId>().ok().map(Owner::Person),
        };
        Filter {
            reach: (!current.is_office()).then(|| Reach::of_current(current)),
            states: IssueState::from_word(&self.state).map(|state| vec![state]).or(of_view),
            kind: Kind::from_word(&self.kind),
            category: Category::from_word(&self.category),
            owner: mine.or(owner),
            search: Some(self.q.trim().chars().take(60).collect::<String>()).filter(|text| !text.is_empty()),
        }
    }

    /// The same list from its start with something changed, as an address.
    pub fn address(&self, path: &str, change: impl FnOnce(&mut Self)) -> String {
        let mut wanted = Self { after: String::new(), before: String::new(), ..self.clone() };
        change(&mut wanted);
        let pairs = [
            ("view", wanted.view),
            ("state", wanted.state),
            ("kind", wanted.kind),
            ("category", wanted.category),
            ("owner", wanted.owner),
            ("q", wanted.q),
            ("after", wanted.after),
            ("before", wanted.before),
        ];
        address(path, pairs)
    }
}

pub async fn show(State(state): State<AppState>, current: Current, Query(wanted): Query<Wanted>) -> Result<Response> {
    let reader = state.db.reader();
    let filter = wanted.filter(&current);
    let from = From::asked(&wanted.after, &wanted.before);
    let Paged { rows: issues, before, after } = list::page(reader, &filter, from, ON_A_PAGE).await?;
    let shown = page::list::Shown {
        count: list::count(reader, &filter).await?,
        before,
        after,
        staff: if current.is_office() { accounts::store::staff(reader).await? } else { Vec::new() },
        rows: rows(&state, issues).await?,
    };
    Ok(page::list::show(&state, &current, &wanted, &shown))
}

/// The issues with the names that stand beside them.
async fn rows(state: &AppState, issues: Vec<Issue>) -> Result<page::list::Rows> {
    let reader = state.db.reader();
    let mut ids: Vec<_> = issues.iter().map(|issue| issue.member_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let owners: Vec<_> = issues.iter().filter_map(|issue| issue.owner_id).collect();
    Ok(page::list::Rows {
        members: members::store::members(reader, &ids).await?,
        owners: accounts::store::known(reader, &owners).await?,
        issues,
    })
}

/// The same issues as a spreadsheet, all pages of them.
pub async fn export(State(state): State<AppState>, current: Current, Query(wanted): Query<Wanted>) -> Result<Response> {
    let issues = list::newest(state.db.reader(), &wanted.filter(&current), sheets::MOST_ROWS as u64 + 1).await?;
    let table = export::table(&current, &rows(&state, issues).await?);
    sheets::download_table(current.locale, &table.title.clone(), table).await
}
