//! Editing what is published, and the public pages of questions and answers.

use axum::{http::StatusCode, response::Response};
use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::{options, paragraphs};
use crate::{
    current::Current,
    form::Form,
    issues::{
        model::{Category, LONGEST_TITLE},
        routes::SCOPE,
        store::{Issue, Question},
    },
    paging::address,
    shell::{self, Page},
    state::AppState,
    text::Locale,
    ui::{field::Fields, parts, stale},
};

/// `named` are the words that give the member away.
pub fn edit(
    state: &AppState,
    current: &Current,
    issue: &Issue,
    known: Option<&Question>,
    form: &Form,
    named: &[String],
    status: StatusCode,
) -> Response {
    let l = current.locale;
    let title = l.t("issues.publish.title");
    Page::new(current, title.clone()).failed_if(form.has_errors()).status(status).render(state, || {
        let fields = Fields::new(l, form);
        let own = format!("/issues/{}", issue.id);
        let moved = known.filter(|_| status == StatusCode::CONFLICT).map(|known| moved(fields, known));
        let public = known.filter(|known| known.withdrawn_at.is_none());
        view! {
            {parts::breadcrumbs(l, &[("/issues", l.t("issues.title")), (&own, issue.number.clone())], title.clone())}
            {moved}
            {fields.summary()}
            <h1>{title}</h1>
            <p class="lead">{l.t("issues.publish.lead")}</p>
            <form class="form" method="post" action=format!("{own}/publish")>
                {fields.once()}
                {fields.hidden("seen")}
                {warning(fields, named)}
                {fields.select("category", options::<Category>(l, "issues.category"), None).view()}
                {fields.text("title").max(LONGEST_TITLE).view()}
                {fields.area("question", 6).view()}
                {fields.area("answer", 8).view()}
                <div class="actions"><button class="button">{l.t("issues.publish.now")}</button></div>
            </form>
            {public.map(|known| withdraw(l, known))}
        }
        .into_any()
    })
}

fn warning(fields: Fields<'_>, named: &[String]) -> Option<AnyView> {
    let l = fields.l;
    (!named.is_empty()).then(|| {
        let sentence = l.tn("issues.publish.warning", &[("words", &named.join("、"))]);
        view! { <p class="banner banner--urgent">{sentence}</p> {fields.tick("anyway")} }.into_any()
    })
}

/// What stands there now beside what was typed, when somebody changed it meanwhile.
fn moved(fields: Fields<'_>, known: &Question) -> AnyView {
    let Fields { l, form } = fields;
    let label = |name: &str| {
        let shown = ["category", "title", "question", "answer"].contains(&name);
        shown.then(|| l.t(&form.label_key(name)))
    };
    let say = |name: &str, value: &str| match name {
        "category" => l.t(&format!("issues.category.{value}")),
        _ => value.to_owned(),
    };
    stale::labelled(fields, &filled(known), &label, &say)
}

/// The form as a published answer fills it.
pub fn filled(known: &Question) -> Form {
    let mut form = Form::new(SCOPE);
    form.set("seen", known.row_version);
    form.set("category", known.category);
    form.set("title", &known.title);
    form.set("question", &known.question);
    form.set("answer", &known.answer);
    form
}

fn withdraw(l: Locale, known: &Question) -> AnyView {
    view! {
        <details class="disclosure">
            <summary>{l.t("issues.publish.withdraw")}</summary>
            <form method="post" action=format!("/questions/{}/withdraw", known.id)>
                <p>{l.t("issues.publish.withdraw_lead")}</p>
                <button class="button button--danger">{l.t("issues.publish.withdraw")}</button>
            </form>
        </details>
    }
    .into_any()
}

pub fn list(
    state: &AppState,
    current: &Current,
    search: &str,
    category: Option<Category>,
    found: &[Question],
    more: bool,
) -> Response {
    let l = current.locale;
    let title = l.t("issues.questions");
    Page::new(current, title.clone()).render(state, || {
        let mut form = Form::new("issues.filter");
        form.set("q", search);
        form.set("category", category.map(|category| category.to_string()).unwrap_or_default());
        let fields = Fields::new(l, &form);
        let lines = found.iter().map(|question| line(l, question)).collect::<Vec<_>>();
        let narrowed = !search.is_empty() || category.is_some();
        let body = if found.is_empty() {
            parts::empty(l.t(if narrowed { "issues.questions_not_found" } else { "issues.questions_none" }), None)
        } else {
            view! { <ul class="tasks">{lines}</ul> }.into_any()
        };
        let after = found.last().filter(|_| more).map(|last| {
            let id = last.id.to_string();
            address("/questions", [("q", search), ("category", form.value("category")), ("after", &id)])
        });
        view! {
            <h1>{title}</h1>
            <p class="lead">{l.t("issues.questions_lead")}</p>
            <form class="filters" method="get" action="/questions">
                {fields.text("q").label(l.t("issues.filter.words")).max(60).view()}
                {fields.select("category", options::<Category>(l, "issues.category"), Some(l.t("issues.filter.any"))).view()}
                <button class="button button--quiet">{l.t("issues.filter.apply")}</button>
            </form>
            {body}
            {parts::pager(l, None, after)}
        }
        .into_any()
    })
}

fn line(l: Locale, question: &Question) -> AnyView {
    view! {
        <li>
            <a href=format!("/questions/{}", question.id)>
                <strong class="tasks__title">{question.title.clone()}</strong>
                <span class="tasks__why">{l.t(&format!("issues.category.{}", question.category))}</span>
                <span class="tasks__due">{crate::time::show_day(question.published_at.day())}</span>
            </a>
        </li>
    }
    .into_any()
}

pub fn read(state: &AppState, current: &Current, question: &Question) -> Response {
    let l = current.locale;
    Page::new(current, question.title.clone()).render(state, || {
        let category = l.t(&format!("issues.category.{}", question.category));
        let day = crate::time::show_day(question.published_at.day());
        let edit = current.is_staff().then(|| {
            let href = format!("/issues/{}/publish", question.issue_id);
            view! { <p><a href=href>{l.t("issues.publish.change")}</a></p> }
        });
        view! {
            {parts::breadcrumbs(l, &[("/questions", l.t("issues.questions"))], question.title.clone())}
            <article>
                <h1>{question.title.clone()}</h1>
                <p class="quiet">{format!("{category} · {day}")}</p>
                <div class="prose">
                    <h2>{l.t("issues.question")}</h2>
                    {paragraphs(&question.question)}
                    <h2>{l.t("issues.answer")}</h2>
                    {paragraphs(&question.answer)}
                </div>
            </article>
            {edit}
            {shell::phone_line(l, current)}
        }
        .into_any()
    })
}
