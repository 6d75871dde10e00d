//! The matrix as a spreadsheet: the very entrances that the list shows, on all its pages.

use axum::response::Response;

use super::{
    list_page::{code_words, sentinel_words},
    model::Show,
    store::{self, Row},
};
use crate::{
    db::ConnectionTrait,
    error::{AppError, Result},
    ids::{EntranceId, TextEnum},
    members::towns,
    sheets::{self, Column, Kind, Table, Value},
    text::Locale,
    time::Day,
};

/// Rows of one spreadsheet; there are fewer entrances in a city's trade. The sheet says when it leaves something out.
const MOST: usize = 50_000;
/// Rows that are read at a time: what the database hands over for a row is many times what is kept of it.
const AT_ONCE: usize = 1_000;

/// The spreadsheet of these entrances, as far as they still are what is shown.
pub async fn download(
    conn: &impl ConnectionTrait,
    l: Locale,
    ids: &[EntranceId],
    show: Option<Show>,
    since: Day,
) -> Result<Response> {
    let mut table = table(l);
    for some in ids[..ids.len().min(MOST)].chunks(AT_ONCE) {
        let rows = store::rows(conn, some, since).await?;
        let shown = rows.iter().filter(|row| show.is_none_or(|show| show.shows(row.coverage())));
        table.rows.extend(shown.map(|row| line(l, row)));
    }
    if ids.len() > MOST {
        table.rows.push(vec![l.tn("list.cut", &[("n", &MOST.to_string())]).into()]);
    }
    let name = table.title.clone();
    // Thousands of rows are written where they hold nobody up.
    let bytes = tokio::task::spawn_blocking(move || table.bytes()).await.map_err(AppError::internal)??;
    sheets::download(&name, bytes)
}

fn table(l: Locale) -> Table {
    let columns = [
        ("coverage.row.member", Kind::Text, 34),
        ("coverage.row.plant", Kind::Text, 22),
        ("coverage.row.kind", Kind::Text, 16),
        ("coverage.row.district", Kind::Text, 12),
        ("coverage.row.address", Kind::Text, 44),
        ("coverage.row.entrance", Kind::Text, 16),
        ("coverage.row.coverage", Kind::Text, 22),
        ("coverage.row.code", Kind::Text, 26),
        ("coverage.row.number", Kind::Text, 16),
        ("coverage.row.verified_on", Kind::Date, 12),
        ("coverage.row.sentinel", Kind::Text, 26),
    ];
    Table {
        title: l.t("coverage.title"),
        columns: columns.into_iter().map(|(key, kind, width)| Column::new(l.t(key), kind, width)).collect(),
        rows: Vec::new(),
    }
}

fn line(l: Locale, row: &Row) -> Vec<Value> {
    let facts = row.facts();
    vec![
        row.member_name.clone().into(),
        row.plant_name.clone().into(),
        l.say(&row.kind.name()).into(),
        row.district.as_deref().and_then(towns::district).map(|district| district.name).into(),
        row.address_line.clone().into(),
        row.name.clone().into(),
        l.t(&format!("coverage.state.{}", row.coverage().word())).into(),
        code_words(l, facts).into(),
        row.number.clone().into(),
        row.verified_on.map_or(Value::Empty, Value::Day),
        sentinel_words(l, facts.sentinel).into(),
    ]
}
