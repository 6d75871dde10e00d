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
    groups,
    ids::NoticeId,
    notices::{
        mail::About,
        model::When,
        page,
        store::{self, Version, publication},
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
    form.set("version", draft.id);
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

/// To the notice, with what becomes of the mails.
async fn published(state: &AppState, current: &Current, version: &Version) -> Result<Response> {
    let conn = state.db.reader();
    let key = if !publication::is_mailed(conn, version.id).await? {
        "notices.published_to_nobody"
    } else if outbox::store::pause(conn).await?.is_some() {
        "notices.published_on_hold"
    } else if outbox::leaves(state, current) {
        "notices.published_flash"
    } else {
        "notices.published_as_file"
    };
    Ok(flash::redirect(&format!("/notices/{}", version.notice_id), &Message::of(key)))
}

pub(super) async fn publish(
    State(state): State<AppState>,
    current: Current,
    Path(notice): Path<String>,
    form: Form,
) -> Result<Response> {
    let notice: NoticeId = id(&notice)?;
    let mut form = form.scoped(SCOPE);
    let versions = store::versions(state.db.reader(), notice).await?;
    let seen = versions.iter().find(|version| version.id.to_string() == form.value("version"));
    if let Some(version) = seen.filter(|version| version.published_at.is_some()) {
        // A second click: it is published already.
        return published(&state, &current, version).await;
    }
    let Some(draft) = versions.iter().find(|version| version.published_at.is_none()) else {
        return Err(AppError::Refused(Message::of("notices.changed_meanwhile")));
    };
    let when = form.choice::<When>("when");
    let (later, unscheduled) = (when == Some(When::Later), when == Some(When::Never));
    let at = if later { form.optional_instant("publish_at") } else { None };
    if later && !form.has_errors() && at.is_none_or(|at| at <= current.now) {
        form.refuse("publish_at", Message::of("notices.publish_at_past"));
    }
    let row_version = form.value("row_version").parse().unwrap_or_default();
    if !unscheduled
        && let Some(problem) = publication::problem(state.db.reader(), draft, at.unwrap_or(current.now)).await?
    {
        form.refuse("when", problem.message());
    }
    if form.has_errors() {
        return show(&state, &current, draft, &form, None).await;
    }
    let tx = state.begin(&current).await?;
    let done = if seen.is_none() {
        // Another draft than the one that was looked at.
        false
    } else if later || unscheduled {
        publication::schedule(&tx, draft, row_version, at).await?
    } else {
        draft.row_version == row_version && release(&state, &tx, draft).await?
    };
    if !done {
        drop(tx);
        let Some(now) = store::draft(state.db.reader(), notice).await? else {
            return Err(AppError::Refused(Message::of("notices.changed_meanwhile")));
        };
        form.set("version", now.id);
        form.set("row_version", now.row_version);
        return show(&state, &current, &now, &form, Some(&filled(&now))).await;
    }
    tx.commit().await?;
    Ok(match at {
        Some(at) => {
            flash::redirect("/notices?show=drafts", &Message::of("notices.scheduled_flash").with("at", at.show()))
        }
        None if unscheduled => flash::redirect("/notices?show=drafts", &Message::of("notices.unscheduled_flash")),
        None => published(&state, &current, draft).await?,
    })
}

/// Publishes a draft within a transaction: rows, audit and the mails become true together. `false` when
/// somebody was quicker.
pub async fn release(state: &AppState, tx: &Tx, draft: &Version) -> Result<bool> {
    if !publication::publish(tx, draft).await? {
        return Ok(false);
    }
    let recipients = publication::recipients(tx, draft.id, false).await?;
    let site = state.site.get(&**tx, tx.now).await?;
    if !recipients.is_empty() {
        let files = store::files_of(&**tx, draft.id).await?;
        let about =
            About { options: &state.options, association: &site.association.name, version: draft, files: &files };
        let message = outbox::enqueue(tx, &state.options, about.publication(recipients)).await?;
        publication::add_mailing(tx, message, draft.id, false).await?;
    }
    groups::published(tx, &state.options, &site.association.name, draft).await?;
    Ok(true)
}

/// Publishes what has waited for its time, and says how much that was. Calling it often, or from
/// several replicas at once, publishes nothing twice; one draft that cannot be published holds up no other.
pub async fn publish_due(state: &AppState) -> Result<usize> {
    let mut published = 0;
    for notice in publication::due(state.db.reader(), state.clock.now()).await? {
        match publish_one(state, notice).await {
            Ok(done) => published += usize::from(done),
            Err(error) => tracing::error!(?error, %notice, "a notice was not published at its time"),
        }
    }
    Ok(published)
}

/// What the page would refuse by now, because the time passed while the program was off or members left, is
/// taken off its schedule and told to staff.
async fn publish_one(state: &AppState, notice: NoticeId) -> Result<bool> {
    let tx = state.db.begin(Actor::program(), state.clock.now()).await?;
    let draft = store::draft(&*tx, notice).await?.filter(|draft| draft.publish_at.is_some_and(|at| at <= tx.now));
    let Some(draft) = draft else { return Ok(false) };
    let problem = publication::problem(&*tx, &draft, tx.now).await?;
    let done = match problem {
        Some(problem) => publication::give_up(&tx, &draft, problem).await?,
        None => release(state, &tx, &draft).await?,
    };
    if done {
        tx.commit().await?;
    }
    if let Some(problem) = problem {
        tracing::warn!(%notice, %problem, "a notice could not be published at its time");
    }
    Ok(done && problem.is_none())
}
