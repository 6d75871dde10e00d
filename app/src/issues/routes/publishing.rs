//! Publishing an answer as a question that everybody may read, and reading those. The member's name never
//! goes along: full name and credit code are refused, anything that looks like the name must be confirmed.

use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::SCOPE;
use crate::{
    audit,
    current::Current,
    error::{AppError, Result},
    flash,
    form::Form,
    ids::{IssueId, QuestionId, TextEnum},
    issues::{
        act,
        model::{Category, EventKind, LONGEST_TEXT, LONGEST_TITLE},
        naming::{Names, giveaways},
        page,
        store::{
            Issue, Question, issue,
            question::{self, Words},
        },
    },
    members, once,
    state::AppState,
    text::Message,
};

/// How many questions stand on one page.
const ON_A_PAGE: usize = 30;

pub async fn show(State(state): State<AppState>, current: Current, Path(id): Path<IssueId>) -> Result<Response> {
    let (found, known) = publishable(&state, id).await?;
    let mut form = known.as_ref().map_or_else(|| Form::new(SCOPE), page::publishing::filled);
    if known.is_none() {
        let events = issue::events(state.db.reader(), id, false).await?;
        let answer = events.into_iter().find(|event| event.kind == EventKind::Answered);
        form.set("seen", 0);
        form.set("category", found.category);
        form.set("title", &found.title);
        form.set("question", &found.body);
        form.set("answer", answer.and_then(|event| event.text).unwrap_or_default());
    }
    let named = named(&state, &found, &form).await?;
    Ok(page::publishing::edit(&state, &current, &found, known.as_ref(), &form, &named.all, StatusCode::OK))
}

pub async fn publish(
    State(state): State<AppState>,
    current: Current,
    Path(id): Path<IssueId>,
    form: Form,
) -> Result<Response> {
    let (found, known) = publishable(&state, id).await?;
    let mut form = form.scoped(SCOPE);
    let category = form.choice::<Category>("category");
    let words = Words {
        category: category.unwrap_or(found.category),
        title: form.required("title", LONGEST_TITLE),
        question: form.required("question", LONGEST_TEXT),
        answer: form.required("answer", LONGEST_TEXT),
    };
    let named = named(&state, &found, &form).await?;
    for (field, word) in &named.never {
        form.refuse(field, Message::of("issues.publish.named").with("word", word));
    }
    if !named.all.is_empty() && !form.ticked("anyway") {
        form.refuse("anyway", Message::of("issues.publish.confirm"));
    }
    if form.has_errors() {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(page::publishing::edit(&state, &current, &found, known.as_ref(), &form, &named.all, status));
    }
    let tx = state.begin(&current).await?;
    if let Some(first) = once::claim(&tx, &form, &format!("/issues/{id}")).await? {
        return Ok(Redirect::to(&first).into_response());
    }
    let known = question::of_issue(&*tx, id).await?;
    let entry = audit::Entry::new("question.published", "issue").subject(id).member(found.member_id);
    let public = |category: Category, title: &str, question: &str, answer: &str| serde_json::json!({ "category": category, "title": title, "question": question, "answer": answer });
    let told = words.clone();
    let entry = entry.after(&public(words.category, &words.title, &words.question, &words.answer));
    let (entry, stored) = match &known {
        Some(known) if form.value("seen") == known.row_version.to_string() => {
            let entry = entry.before(&public(known.category, &known.title, &known.question, &known.answer));
            (entry, question::change(&tx, known, words).await?)
        }
        Some(_) => (entry, false),
        None => (entry, question::publish(&tx, id, words).await?),
    };
    if !stored {
        drop(tx);
        let newer = question::of_issue(state.db.reader(), id).await?;
        form.set("seen", newer.as_ref().map_or(0, |newer| newer.row_version));
        let status = StatusCode::CONFLICT;
        return Ok(page::publishing::edit(&state, &current, &found, newer.as_ref(), &form, &named.all, status));
    }
    audit::record(&tx, entry).await?;
    act::publish(&state, &tx, &found, &told).await?;
    tx.commit().await?;
    Ok(flash::redirect(&format!("/issues/{id}"), &Message::of("issues.publish.done")))
}

/// A second click finds it withdrawn and says so.
pub async fn withdraw(State(state): State<AppState>, current: Current, Path(id): Path<QuestionId>) -> Result<Response> {
    let tx = state.begin(&current).await?;
    let found = question::find(&*tx, id).await?;
    let done = flash::redirect(&format!("/issues/{}", found.issue_id), &Message::of("issues.publish.withdrawn"));
    if found.withdrawn_at.is_some() {
        return Ok(done);
    }
    if !question::withdraw(&tx, &found).await? {
        let withdrawn = question::find(&*tx, id).await?.withdrawn_at.is_some();
        return if withdrawn { Ok(done) } else { Err(AppError::Refused(Message::of("issues.publish.moved"))) };
    }
    let entry = audit::Entry::new("question.withdrawn", "issue").subject(found.issue_id);
    audit::record(&tx, entry.before(&serde_json::json!({ "title": found.title }))).await?;
    tx.commit().await?;
    Ok(done)
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    q: String,
    category: String,
    after: Option<QuestionId>,
}

pub async fn list(State(state): State<AppState>, current: Current, Query(wanted): Query<Wanted>) -> Result<Response> {
    let search: String = wanted.q.trim().chars().take(60).collect();
    let category = Category::from_word(&wanted.category);
    let sought = Some(search.as_str()).filter(|text| !text.is_empty());
    let reader = state.db.reader();
    let mut found = question::page(reader, category, sought, wanted.after, ON_A_PAGE as u64 + 1).await?;
    let more = found.len() > ON_A_PAGE;
    found.truncate(ON_A_PAGE);
    Ok(page::publishing::list(&state, &current, &search, category, &found, more))
}

pub async fn read(State(state): State<AppState>, current: Current, Path(id): Path<QuestionId>) -> Result<Response> {
    let found = question::published(state.db.reader(), id).await?;
    Ok(page::publishing::read(&state, &current, &found))
}

/// An issue that has an answer, and what was published of it.
async fn publishable(state: &AppState, id: IssueId) -> Result<(Issue, Option<Question>)> {
    let found = issue::find(state.db.reader(), id).await?;
    if found.answered_at.is_none() {
        return Err(AppError::Refused(Message::of("issues.publish.no_answer")));
    }
    Ok((found, question::of_issue(state.db.reader(), id).await?))
}

/// What in a form names the member.
struct Named {
    /// Everything that was found.
    all: Vec<String>,
    /// By field: what must never be published.
    never: Vec<(&'static str, String)>,
}

async fn named(state: &AppState, found: &Issue, form: &Form) -> Result<Named> {
    let member = members::store::member(state.db.reader(), found.member_id).await?;
    let short = member.short_name.as_deref().unwrap_or_default();
    let names = Names { full: &member.name, short, code: &member.credit_code };
    let mut named = Named { all: Vec::new(), never: Vec::new() };
    for field in ["title", "question", "answer"] {
        for found in giveaways(form.value(field), names) {
            if found.never {
                named.never.push((field, found.word.clone()));
            }
            if !named.all.contains(&found.word) {
                named.all.push(found.word);
            }
        }
    }
    Ok(named)
}
