//! Reading notices: the public without an account, members and the secretariat signed in. Who may read
//! a version is decided here, for the page and for its files alike.

use axum::{
    extract::{Path, Query, State},
    http::HeaderMap,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{conditional, id};
use crate::{
    copies::{self, Noted},
    current::Current,
    db::words,
    error::{AppError, Result},
    files, flash,
    form::Form,
    ids::{FileId, MemberId, NoticeId, NoticeVersionId, TextEnum},
    notices::{
        feed,
        model::{Audience, Kind},
        page,
        store::{
            self, Version,
            lists::{self, Listed, Reader, Standing, Wanted},
            reading,
        },
    },
    state::AppState,
    text::Message,
};

/// What an address of a list may ask for.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct ListQuery {
    kind: Option<String>,
    q: Option<String>,
    after: Option<String>,
    before: Option<String>,
    show: Option<String>,
}

impl ListQuery {
    fn wanted(&self) -> Wanted {
        Wanted {
            kind: self.kind.as_deref().and_then(Kind::from_word),
            words: self.q.as_deref().map(|q| words(q, 60)).filter(|words| !words.is_empty()),
            after: self.after.as_deref().and_then(|key| key.parse().ok()),
            before: self.before.as_deref().and_then(|key| key.parse().ok()),
        }
    }
}

/// The first page for those who are not signed in: the public notices.
pub async fn front(state: &AppState, current: &Current, headers: &HeaderMap) -> Result<Response> {
    public_list(state, current, headers, &Wanted::default()).await
}

pub(super) async fn list(
    State(state): State<AppState>,
    current: Current,
    Query(query): Query<ListQuery>,
    headers: HeaderMap,
) -> Result<Response> {
    let wanted = query.wanted();
    let conn = state.db.reader();
    if current.is_office() {
        if query.show.as_deref() == Some("drafts") {
            let drafts = lists::unpublished(conn).await?;
            return Ok(page::list::drafts(&state, &current, &drafts));
        }
        let listed = lists::published(conn, &Reader::Office, &wanted).await?;
        let behind = lists::behind(conn, &ids(&listed)).await?;
        Ok(page::list::office(&state, &current, &listed, &wanted, &behind))
    } else if current.serves_a_member() {
        let members = current.member_ids();
        let listed = lists::published(conn, &Reader::Members(members.clone()), &wanted).await?;
        let standings = lists::standings(conn, &ids(&listed), &members).await?;
        Ok(page::list::member(&state, &current, &listed, &wanted, &standings))
    } else {
        public_list(&state, &current, &headers, &wanted).await
    }
}

async fn public_list(state: &AppState, current: &Current, headers: &HeaderMap, wanted: &Wanted) -> Result<Response> {
    conditional::for_strangers(state, current, headers, async {
        let listed = lists::published(state.db.reader(), &Reader::Public, wanted).await?;
        Ok(page::list::public(state, current, &listed, wanted))
    })
    .await
}

fn ids(listed: &Listed) -> Vec<NoticeVersionId> {
    listed.versions.iter().map(|version| version.id).collect()
}

pub(super) async fn atom(State(state): State<AppState>, current: Current, headers: HeaderMap) -> Result<Response> {
    let listed = lists::published(state.db.reader(), &Reader::Public, &Wanted::default()).await?;
    let xml = feed::atom(&state.options, &current.site.association.name, &listed.versions);
    conditional::dated(&headers, "application/atom+xml; charset=utf-8", xml, feed::updated(&listed.versions))
}

#[derive(Deserialize)]
pub struct ShowQuery {
    version: Option<i32>,
}

/// The versions of a notice that somebody may read, newest first, and how their members stand.
pub struct Readable {
    pub versions: Vec<Version>,
    pub standings: Vec<Standing>,
    /// Who copied it to WeChat; for the secretariat.
    pub copied: Option<Noted>,
}

/// Nothing readable is `SignIn` for a stranger and `NotFound` for everybody else.
async fn readable(state: &AppState, current: &Current, notice: NoticeId) -> Result<Readable> {
    let conn = state.db.reader();
    let mut versions = store::versions(conn, notice).await?;
    let all: Vec<_> = versions.iter().map(|version| version.id).collect();
    let standings = lists::standings(conn, &all, &current.member_ids()).await?;
    let published = versions.iter().any(|version| version.published_at.is_some());
    versions.retain(|version| {
        let addressed = version.audience == Audience::Public || standings.iter().any(|s| s.version_id == version.id);
        current.is_office() || (version.published_at.is_some() && addressed)
    });
    if !versions.is_empty() {
        let copied = match current.is_office() {
            true => Some(copies::noted(conn, copies::Text::Notice, &notice.to_string()).await?),
            false => None,
        };
        Ok(Readable { versions, standings, copied })
    } else if current.person.is_none() && published {
        Err(AppError::SignIn)
    } else {
        Err(AppError::NotFound)
    }
}

pub(super) async fn show(
    State(state): State<AppState>,
    current: Current,
    Path(notice): Path<String>,
    Query(query): Query<ShowQuery>,
    headers: HeaderMap,
) -> Result<Response> {
    let notice = id(&notice)?;
    conditional::for_strangers(&state, &current, &headers, paper(&state, &current, notice, query.version)).await
}

async fn paper(state: &AppState, current: &Current, notice: NoticeId, number: Option<i32>) -> Result<Response> {
    let readable = match readable(state, current, notice).await {
        Err(AppError::SignIn) => return Ok(to_sign_in(current)),
        other => other?,
    };
    let chosen = match number {
        Some(number) => readable.versions.iter().find(|version| version.number == number),
        None => readable.versions.iter().find(|v| v.published_at.is_some()).or(readable.versions.first()),
    };
    let version = chosen.ok_or(AppError::NotFound)?;
    let files = store::files_of(state.db.reader(), version.id).await?;
    note_reading(state, current, version, &readable.standings).await;
    Ok(page::paper::show(state, current, version, &files, &readable))
}

/// Leads a stranger to the sign-in and back to this very page.
fn to_sign_in(current: &Current) -> Response {
    let query = serde_html_form::to_string([("next", &current.here)]).unwrap_or_default();
    Redirect::to(&format!("/sign-in?{query}")).into_response()
}

/// Records the first reading by a member's person. Reading goes on when this cannot be written.
async fn note_reading(state: &AppState, current: &Current, version: &Version, standings: &[Standing]) {
    let members: Vec<MemberId> = standings.iter().filter(|s| s.version_id == version.id).map(|s| s.member_id).collect();
    let Some(person) = current.person.as_ref().filter(|_| !members.is_empty() && version.published_at.is_some()) else {
        return;
    };
    let noted = async {
        if !reading::is_read(state.db.reader(), version.id, &members, person.id).await? {
            let tx = state.begin(current).await?;
            reading::read(&tx, version.id, &members, person.id).await?;
            tx.commit_unseen().await?;
        }
        Ok::<(), AppError>(())
    };
    if let Err(error) = noted.await {
        tracing::warn!(?error, "a reading was not recorded");
    }
}

pub(super) async fn file(
    State(state): State<AppState>,
    current: Current,
    headers: HeaderMap,
    Path((notice, file)): Path<(String, String)>,
) -> Result<Response> {
    let readable = match readable(&state, &current, id(&notice)?).await {
        Err(AppError::SignIn) => return Ok(to_sign_in(&current)),
        other => other?,
    };
    let file: FileId = id(&file)?;
    let versions: Vec<_> = readable.versions.iter().map(|version| version.id).collect();
    let stored = store::file_of(state.db.reader(), &versions, file).await?;
    files::download(&state, &headers, &stored).await
}

/// 已收悉, for the members that were named and that this person serves.
pub(super) async fn acknowledge(
    State(state): State<AppState>,
    current: Current,
    Path(notice): Path<String>,
    form: Form,
) -> Result<Response> {
    let notice: NoticeId = id(&notice)?;
    let readable = readable(&state, &current, notice).await?;
    let addressed: Vec<&Standing> = readable
        .standings
        .iter()
        .filter(|s| readable.versions.iter().any(|v| v.id == s.version_id && v.superseded_at.is_none()))
        .collect();
    let version = addressed.first().map(|s| s.version_id).ok_or(AppError::NotFound)?;
    if form.value("version") != version.to_string() {
        return Err(AppError::Refused(Message::of("notices.newer_version")));
    }
    let all = form.has("member", "all");
    let (members, left): (Vec<MemberId>, Vec<MemberId>) = addressed
        .iter()
        .map(|s| s.member_id)
        .filter(|m| all || form.has("member", &m.to_string()))
        .partition(|member| current.acts_for_member(*member).is_ok());
    if let Some(left) = left.first().filter(|_| !all || members.is_empty()) {
        current.acts_for_member(*left)?;
    }
    if members.is_empty() {
        return Err(AppError::NotFound);
    }
    let person = current.person()?.id;
    let tx = state.begin(&current).await?;
    reading::read(&tx, version, &members, person).await?;
    reading::acknowledge(&tx, (notice, version), &members, person, None).await?;
    tx.commit().await?;
    Ok(flash::redirect(&format!("/notices/{notice}"), &Message::of("notices.acknowledged_flash")))
}
