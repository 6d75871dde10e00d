//! Where an import begins: the template, the upload, and what was uploaded before.

use axum::response::Response;
use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::state_tag;
use crate::{
    accounts::people::store::PersonRow,
    current::Current,
    form::Form,
    members::import::{model::MOST_LINES, store::Import},
    shell::Page,
    state::AppState,
    ui::{field::Fields, parts},
};

pub fn start(state: &AppState, current: &Current, imports: &[Import], people: &[PersonRow], form: &Form) -> Response {
    let l = current.locale;
    let title = l.t("imports.title");
    Page::new(current, title.clone()).failed_if(form.has_errors()).render(state, || {
        let fields = Fields::new(l, form);
        view! {
            {fields.summary()}
            {parts::breadcrumbs(l, &[("/members", l.t("members.title"))], title.clone())}
            <h1>{title.clone()}</h1>
            <p class="lead">{l.tn("imports.lead", &[("max", &MOST_LINES.to_string())])}</p>
            <h2>{l.t("imports.step.template")}</h2>
            <p>{l.t("imports.step.template.lead")}</p>
            <p class="actions">
                <a class="button button--quiet" href="/members/import/template.xlsx" download="">{l.t("imports.template")}</a>
                <a class="button button--quiet" href="/members/import/register.xlsx" download="">{l.t("imports.register")}</a>
            </p>
            <h2>{l.t("imports.step.upload")}</h2>
            <form class="form" method="post" action="/members/import" enctype="multipart/form-data">
                {fields.once()}
                {fields.file("file").accept(".xlsx").view()}
                <button class="button button--big">{l.t("imports.upload")}</button>
            </form>
            <h2>{l.t("imports.before")}</h2>
            {before(current, imports, people)}
        }
        .into_any()
    })
}

fn before(current: &Current, imports: &[Import], people: &[PersonRow]) -> AnyView {
    let l = current.locale;
    if imports.is_empty() {
        return parts::empty(l.t("imports.none"), None);
    }
    let rows = imports
        .iter()
        .map(|import| {
            let who = people.iter().find(|person| Some(person.id) == import.uploaded_by);
            let who = parts::or_dashes(who.map(|person| person.name.clone()));
            let lines = parts::or_dashes(import.tally().map(|tally| tally.lines.to_string()));
            view! {
                <tr>
                    <th scope="row"><a href=format!("/members/import/{}", import.id)>{import.file_name.clone()}</a></th>
                    <td data-label=l.t("imports.column.uploaded")>{import.uploaded_at.show()}</td>
                    <td data-label=l.t("imports.column.by")>{who}</td>
                    <td class="number" data-label=l.t("imports.column.lines")>{lines}</td>
                    <td data-label=l.t("imports.column.state")>{state_tag(l, import)}</td>
                </tr>
            }
            .into_any()
        })
        .collect::<Vec<_>>();
    view! {
        <div class="table-wrap" role="region" tabindex="0" aria-label=l.t("imports.before")>
            <table class="table table--cards">
                <thead>
                    <tr>
                        <th scope="col">{l.t("imports.column.file")}</th>
                        <th scope="col">{l.t("imports.column.uploaded")}</th>
                        <th scope="col">{l.t("imports.column.by")}</th>
                        <th scope="col" class="number">{l.t("imports.column.lines")}</th>
                        <th scope="col">{l.t("imports.column.state")}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}
