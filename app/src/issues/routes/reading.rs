//! Reading an issue and its files.

use axum::{
    extract::{Path, State},
    http::HeaderMap,
    response::Response,
};
use serde::Deserialize;

use super::{SCOPE, seen_by};
use crate::{
    accounts, conversations,
    current::Current,
    error::{AppError, Result},
    files,
    form::Form,
    ids::{FileId, IssueId},
    issues::{
        mail, page, reach,
        store::{Issue, issue, letter, question},
    },
    members::{self, model::Duty},
    state::AppState,
};

pub async fn show(State(state): State<AppState>, current: Current, Path(id): Path<IssueId>) -> Result<Response> {
    let found = seen_by(&state, &current, id).await?;
    note_viewed(&state, &current, &found).await;
    let reader = state.db.reader();
    let events = issue::events(reader, id, !current.is_office()).await?;
    let people: Vec<_> = events
        .iter()
        .flat_map(|event| [event.person_id, event.to_person_id])
        .chain([found.owner_id, found.filed_by])
        .flatten()
        .collect();
    let letters: Vec<_> = events.iter().filter_map(|event| event.letter_id).collect();
    let plant = match found.plant_id {
        Some(plant) => Some(members::store::plant(reader, plant).await?),
        None => None,
    };
    let staff = accounts::store::staff(reader).await?;
    let mut form = Form::new(SCOPE);
    form.set("seen", found.row_version);
    let conversation = conversations::timeline(reader, id.into()).await?;
    let conversation = if current.is_office() { conversation } else { conversation.only_of(found.member_id) };
    let whole = page::issue::Whole {
        conversation,
        member: members::store::member(reader, found.member_id).await?,
        plant,
        events,
        files: issue::attachments(reader, id).await?,
        people: accounts::store::known(reader, &people).await?,
        letters: letter::find_all(reader, &letters).await?,
        owner_left: found.owner_id.is_some_and(|owner| staff.iter().all(|person| person.id != owner)),
        contacts: members::store::whom_to_call(reader, &[found.member_id], Duty::General).await?,
        reachable: mail::reaches_member(reader, &found).await?,
        question: question::of_issue(reader, id).await?,
        issue: found,
    };
    Ok(page::issue::show(&state, &current, &whole, &form))
}

/// Records that a member's person has seen the news. Reading goes on when this cannot be written.
async fn note_viewed(state: &AppState, current: &Current, found: &Issue) {
    let Some(person) = current.person.as_ref().filter(|_| reach::is_own(current, found)) else { return };
    let noted = async {
        if issue::has_news_for(state.db.reader(), found, person.id).await? {
            let tx = state.begin(current).await?;
            tx.bears_on_entrances(false);
            issue::mark_viewed(&tx, found.id, person.id).await?;
            tx.commit().await?;
        }
        Ok::<(), AppError>(())
    };
    if let Err(error) = noted.await {
        tracing::warn!(?error, "a reading was not recorded");
    }
}

#[derive(Deserialize)]
pub struct FilePath {
    issue: IssueId,
    file: FileId,
}

pub async fn download(
    State(state): State<AppState>,
    current: Current,
    headers: HeaderMap,
    Path(path): Path<FilePath>,
) -> Result<Response> {
    let found = seen_by(&state, &current, path.issue).await?;
    let stored = issue::attached(state.db.reader(), found.id, path.file).await?;
    files::download(&state, &headers, &stored).await
}
