//! Publishing a draft: checked on a page that shows it as it will be, now or at a time. What has a time
//! is published by `publish_due`, which any number of replicas may call.

use axum::{
    extract::{Path, State},
    response::Response,
};

use super::{SCOPE, id};
use crate::{
    current::Current,
    db::{Actor, Tx},
    error::{AppError, Result},
    flash,
    form::Form,
    ids::NoticeId,
    notices::{
        mail::About,
        model::{FileRole, When, unready},
        page,
        store::{self, Version, VersionFile, publication},
    },
    outbox,
    state::AppState,
    text::Message,
};

pub(super) async fn check(
    State(state): State<AppState>,
    current: Current,
    Path(notice): Path<String>,
) -> Result<Response> {
    let draft = draft_of(&state, id(&notice)?).await?;
    show(&state, &current, &draft, &filled(&draft), None).await
}

fn filled(draft: &Version) -> Form {
    let mut form = Form::new(SCOPE);
    form.set("when", if draft.publish_at.is_some() { "later" } else { "now" });
    form.set("publish_at", draft.publish_at.map(crate::time::Instant::input).unwrap_or_default());
    form.set("row_version", draft.row_version);
    form
}

async fn draft_of(state: &AppState, notice: NoticeId) -> Result<Version> {
    store::draft(state.db.reader(), notice).await?.ok_or(AppError::NotFound)
}

/// `stored` is what somebody else chose when the draft was changed since the form was shown.
async fn show(
    state: &AppState,
    current: &Current,
    draft: &Version,
    form: &Form,
    stored: Option<&Form>,
) -> Result<Response> {
    let conn = state.db.reader();
    let files = store::files_of(conn, draft.id).await?;
    let addressed = publication::would_address(conn, draft).await?;
    Ok(page::publish::show(state, current, &page::publish::Check { draft, files: &files, addressed, stored }, form))
}

/// To the notice, with what became of the mails.
fn published(state: &AppState, current: &Current, notice: NoticeId) -> Response {
    let leaves = outbox::leaves(state, current);
    let key = if leaves { "notices.published_flash" } else { "notices.published_as_file" };
    flash::redirect(&format!("/notices/{notice}"), &Message::of(key))
}

pub(super) async fn publish(
    State(state): State<AppState>,
    current: Current,
    Path(notice): Path<String>,
    form: Form,
) -> Result<Response> {
    let notice: NoticeId = id(&notice)?;
    let mut form = form.scoped(SCOPE);
    let Some(draft) = store::draft(state.db.reader(), notice).await? else {
        // A second click: it is published already.
        return Ok(published(&state, &current, notice));
    };
    let when = form.choice::<When>("when");
    let (later, unscheduled) = (when == Some(When::Later), when == Some(When::Never));
    let at = if later { form.optional_instant("publish_at") } else { None };
    if later && !form.has_errors() && at.is_none_or(|at| at <= current.now) {
        form.refuse("publish_at", Message::of("notices.publish_at_past"));
    }
    let row_version = form.value("row_version").parse().unwrap_or_default();
    if !unscheduled {
        check_ready(&state, &current, &draft, at, &mut form).await?;
    }
    if form.has_errors() {
        return show(&state, &current, &draft, &form, None).await;
    }
    let tx = state.begin(&current).await?;
    let done = if later || unscheduled {
        publication::schedule(&tx, &draft, row_version, at).await?
    } else {
        draft.row_version == row_version && release(&state, &tx, &draft).await?
    };
    if !done {
        drop(tx);
        let Some(now) = store::draft(state.db.reader(), notice).await? else {
            return Err(AppError::Refused(Message::of("notices.changed_meanwhile")));
        };
        form.set("row_version", now.row_version);
        return show(&state, &current, &now, &form, Some(&filled(&now))).await;
    }
    tx.commit().await?;
    Ok(match at {
        Some(at) => {
            flash::redirect("/notices?show=drafts", &Message::of("notices.scheduled_flash").with("at", at.show()))
        }
        None if unscheduled => flash::redirect("/notices?show=drafts", &Message::of("notices.unscheduled_flash")),
        None => published(&state, &current, notice),
    })
}

async fn check_ready(
    state: &AppState,
    current: &Current,
    draft: &Version,
    at: Option<crate::time::Instant>,
    form: &mut Form,
) -> Result<()> {
    let conn = state.db.reader();
    let files = store::files_of(conn, draft.id).await?;
    if let Some(problem) = unready(&draft.body, has_original(&files), draft.acknowledge_by, at.unwrap_or(current.now)) {
        form.refuse("when", problem);
    }
    let named =
        !matches!(draft.audience, crate::notices::model::Audience::Public | crate::notices::model::Audience::Members);
    if named && publication::would_address(conn, draft).await? == 0 {
        form.refuse("when", Message::of("notices.unready.nobody"));
    }
    Ok(())
}

fn has_original(files: &[VersionFile]) -> bool {
    files.iter().any(|file| file.role == FileRole::Original)
}

/// Publishes a draft within a transaction: rows, audit and the mails become true together. `false` when
/// somebody was quicker.
pub async fn release(state: &AppState, tx: &Tx, draft: &Version) -> Result<bool> {
    if !publication::publish(tx, draft).await? {
        return Ok(false);
    }
    let recipients = publication::recipients(tx, draft.id, false).await?;
    if !recipients.is_empty() {
        let files = store::files_of(&**tx, draft.id).await?;
        let site = state.site.get(&**tx, tx.now).await?;
        let about =
            About { options: &state.options, association: &site.association.name, version: draft, files: &files };
        let message = outbox::enqueue(tx, &state.options, about.publication(recipients)).await?;
        publication::add_mailing(tx, message, draft.id, false).await?;
    }
    Ok(true)
}

/// Publishes what has waited for its time, and says how much that was. Calling it often, or from
/// several replicas at once, publishes nothing twice; one draft that cannot be published holds up no other.
pub async fn publish_due(state: &AppState) -> Result<usize> {
    let mut published = 0;
    for draft in publication::due(state.db.reader(), state.clock.now()).await? {
        match publish_one(state, &draft).await {
            Ok(done) => published += usize::from(done),
            Err(error) => tracing::error!(?error, notice = %draft.notice_id, "a notice was not published at its time"),
        }
    }
    Ok(published)
}

async fn publish_one(state: &AppState, draft: &Version) -> Result<bool> {
    let tx = state.db.begin(Actor::program(), state.clock.now()).await?;
    if !release(state, &tx, draft).await? {
        return Ok(false);
    }
    tx.commit().await?;
    Ok(true)
}
