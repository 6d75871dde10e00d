//! Doing something with an issue. One step is one line of the timeline, the issue's instant, the audit's
//! row and the mail to the other side, all in the caller's transaction; who may do it, the caller asked.

use super::{
    mail,
    model::{Act, EventKind, apply},
    store::{
        Issue,
        issue::{self, Details, NewIssue},
        letter,
        question::Words,
    },
};
use crate::{
    accounts, audit,
    db::Tx,
    error::{AppError, Result},
    ids::{FileId, LetterId},
    state::AppState,
};

/// What is done, and what is said with it.
#[derive(Clone, Debug)]
pub struct Step<'a> {
    pub act: Act,
    /// By the secretariat, for itself or for a member that phoned.
    pub by_office: bool,
    pub details: Details,
    pub files: &'a [FileId],
}

/// Files an issue and tells the secretariat, or the member when the secretariat filed for it.
pub async fn file(state: &AppState, tx: &Tx, new: NewIssue, files: &[FileId]) -> Result<Issue> {
    let by_office = new.by_office;
    let (filed, event) = issue::file(tx, new).await?;
    issue::attach(tx, filed.id, event, files).await?;
    let entry = audit::Entry::new("issue.filed", "issue").subject(filed.id).member(filed.member_id);
    let after = serde_json::json!({
        "number": filed.number,
        "kind": filed.kind,
        "category": filed.category,
        "title": filed.title,
    });
    audit::record(tx, entry.after(&after)).await?;
    mail::tell(state, tx, &filed, EventKind::Filed, by_office, &Details::default()).await?;
    Ok(filed)
}

/// Takes a step; `false` when somebody moved the issue since it was read, and then nothing may be
/// committed.
///
/// # Errors
/// `Refused` with the reason when the step does not fit the state.
pub async fn perform(state: &AppState, tx: &Tx, found: &Issue, step: &Step<'_>) -> Result<bool> {
    apply(found.state(), step.act).map_err(AppError::Refused)?;
    if !issue::advance(tx, found, step.act, step.by_office, &step.details).await? {
        return Ok(false);
    }
    let kind = EventKind::from(step.act);
    let event = issue::add_event(tx, found.id, kind, step.by_office, &step.details).await?;
    issue::attach(tx, found.id, event, step.files).await?;
    let entry = audit::Entry::new(audit_word(step.act), "issue").subject(found.id).member(found.member_id);
    let moved = issue::find(&**tx, found.id).await?;
    let (before, after) = (standing(tx, found).await?, standing(tx, &moved).await?);
    audit::record(tx, entry.before(&before).after(&after)).await?;
    mail::tell(state, tx, found, kind, step.by_office, &step.details).await?;
    Ok(true)
}

/// Notes that the answer can be read by everybody, and tells the member in which words.
pub async fn publish(state: &AppState, tx: &Tx, found: &Issue, words: &Words) -> Result<()> {
    issue::add_event(tx, found.id, EventKind::Published, true, &Details::default()).await?;
    issue::mark_told(tx, found.id).await?;
    let public = format!("{}\n\n{}\n\n{}", words.title, words.question, words.answer);
    let details = Details { text: Some(public), ..Details::default() };
    mail::tell(state, tx, found, EventKind::Published, true, &details).await
}

/// What the audit keeps of where an issue stands: its state, whose it is, the letter by which it went on.
async fn standing(tx: &Tx, issue: &Issue) -> Result<serde_json::Value> {
    let owner = accounts::store::known(&**tx, issue.owner_id.as_slice()).await?.into_iter().next();
    let letters: Vec<LetterId> = issue.letter_id.into_iter().collect();
    let letter = letter::find_all(&**tx, &letters).await?.into_iter().next();
    Ok(serde_json::json!({
        "state": issue.state(),
        "owner": owner.map(|person| person.name),
        "letter_number": letter.map(|letter| letter.number),
    }))
}

fn audit_word(act: Act) -> &'static str {
    match act {
        Act::Take => "issue.taken",
        Act::HandOver => "issue.handed_over",
        Act::AskBack => "issue.asked_back",
        Act::Reply => "issue.replied",
        Act::Forward => "issue.forwarded",
        Act::Answer => "issue.answered",
        Act::Close => "issue.closed",
        Act::Reopen => "issue.reopened",
        Act::Remark => "issue.remarked",
    }
}
