//! The form of a new issue, and how staff find the member that phoned.

use axum::response::Response;
use leptos::prelude::*;

use super::{ENDINGS, options};
use crate::{
    current::Current,
    form::Form,
    issues::model::{Category, Kind, LONGEST_NAME, LONGEST_TITLE},
    members::store::Member,
    shell::Page,
    state::AppState,
    ui::{field::Fields, parts},
};

pub fn show(state: &AppState, current: &Current, form: &Form, places: Vec<(String, String)>) -> Response {
    let l = current.locale;
    let title = l.t("issues.new");
    Page::new(current, title.clone()).failed_if(form.has_errors()).render(state, || {
        let fields = Fields::new(l, form);
        let member = form.value("place").split('/').next().unwrap_or_default();
        let for_others = !current.member_ids().iter().any(|own| own.to_string() == member);
        view! {
            {parts::breadcrumbs(l, &[("/issues", l.t("issues.title"))], title.clone())}
            {fields.summary()}
            <h1>{title}</h1>
            <p class="lead">{l.t("issues.new_lead")}</p>
            {(current.is_staff() && !for_others).then(|| view! { <p><a href="/issues/new?q=">{l.t("issues.new_for")}</a></p> })}
            <form class="form" method="post" action="/issues/new" enctype="multipart/form-data">
                {fields.once()}
                {fields.select("place", places, None).view()}
                {for_others.then(|| fields.text("caller").max(LONGEST_NAME).view())}
                {fields.radios("kind", options::<Kind>(l, "issues.kind"))}
                {fields.select("category", options::<Category>(l, "issues.category"), Some(l.t("issues.choose"))).view()}
                {fields.text("title").max(LONGEST_TITLE).view()}
                {fields.area("body", 8).view()}
                {fields.file("files").multiple().accept(ENDINGS).optional().view()}
                <div class="actions"><button class="button button--big">{l.t("issues.send")}</button></div>
            </form>
        }
        .into_any()
    })
}

pub fn choose_member(state: &AppState, current: &Current, sought: &str, found: &[Member]) -> Response {
    let l = current.locale;
    let title = l.t("issues.new_for");
    Page::new(current, title.clone()).render(state, || {
        let mut form = Form::new("issues.filter");
        form.set("q", sought);
        let fields = Fields::new(l, &form);
        let links = found
            .iter()
            .map(|member| {
                let href = format!("/issues/new?member={}", member.id);
                view! { <li><a href=href><strong class="tasks__title">{member.name.clone()}</strong></a></li> }
                    .into_any()
            })
            .collect::<Vec<_>>();
        let list = match (found.is_empty(), sought.is_empty()) {
            (true, true) => None,
            (true, false) => Some(parts::empty(l.t("issues.no_such_member"), None)),
            _ => Some(view! { <ul class="tasks">{links}</ul> }.into_any()),
        };
        view! {
            {parts::breadcrumbs(l, &[("/issues", l.t("issues.title"))], title.clone())}
            <h1>{title}</h1>
            <form class="filters" method="get" action="/issues/new">
                {fields.text("q").label(l.t("issues.which_member")).max(60).view()}
                <button class="button">{l.t("issues.find_member")}</button>
            </form>
            {list}
        }
        .into_any()
    })
}
