//! The check before publishing: to whom, how it will look, now or when.

use axum::{http::StatusCode, response::Response};
use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::paper;
use crate::{
    current::Current,
    form::Form,
    members::towns,
    notices::{
        model::{Audience, When},
        store::{Version, VersionFile},
    },
    shell::Page,
    state::AppState,
    text::Locale,
    time::Instant,
    ui::{field::Fields, parts, stale},
};

/// What is looked at before it is published.
pub struct Check<'a> {
    pub draft: &'a Version,
    pub files: &'a [VersionFile],
    /// How many members it would go to.
    pub addressed: u64,
    /// What somebody else chose when the draft was changed since the form was shown.
    pub stored: Option<&'a Form>,
}

pub fn show(state: &AppState, current: &Current, check: &Check, form: &Form) -> Response {
    let l = current.locale;
    let Check { draft, files, addressed, stored } = *check;
    let page = Page::new(current, l.t("notices.check")).failed_if(form.has_errors());
    let page = if stored.is_some() { page.status(StatusCode::CONFLICT) } else { page };
    page.render(state, || {
        let fields = Fields::new(l, form);
        let base = format!("/notices/{}", draft.notice_id);
        let choices = [When::Now, When::Later].map(|when| (when.to_string(), l.t(&format!("notices.when.{when}"))));
        let waiting = draft.publish_at.map(|at| waiting(l, &base, draft, &at.show()));
        let missed = draft.not_published.map(|problem| {
            let why = l.say(&problem.message());
            view! { <p class="banner banner--urgent">{l.tn("notices.missed", &[("why", &why)])}</p> }
        });
        view! {
            {fields.summary()}
            {stored.map(|stored| stale::differences(fields, stored, &|name, value| said(l, name, value)))}
            {parts::breadcrumbs(l, &[("/notices", l.t("notices.title")), (&format!("{base}/edit"), l.t("notices.edit"))], l.t("notices.check"))}
            <p class="lead">{l.t("notices.check_lead")}</p>
            {missed}
            {waiting}
            <dl class="summary-list">
                <div><dt>{l.t("notices.field.audience")}</dt><dd>{audience(l, draft)}</dd></div>
                <div><dt>{l.t("notices.addressed")}</dt><dd>{l.tn("notices.addressed_n", &[("n", &addressed.to_string())])}</dd></div>
                <div><dt>{l.t("notices.field.must_acknowledge")}</dt><dd>{asked(l, draft)}</dd></div>
            </dl>
            {paper::article(l, &current.site.association.name, &draft.into(), paper::original(l, draft, files))}
            {paper::attachments(l, draft, files)}
            <form class="form" method="post" action=format!("{base}/publish")>
                {fields.hidden("version")}
                {fields.hidden("row_version")}
                {fields.radios("when", choices.to_vec())}
                {fields.date_time("publish_at").optional().view()}
                <div class="actions">
                    <button class="button button--big">{l.t("notices.publish")}</button>
                    <a class="button button--quiet" href=format!("{base}/edit")>{l.t("notices.back_to_edit")}</a>
                </div>
            </form>
        }
        .into_any()
    })
}

/// What a choice of the form is called.
fn said(l: Locale, name: &str, value: &str) -> String {
    match name {
        "when" if value == "never" => l.t("notices.unschedule"),
        "when" => l.t(&format!("notices.when.{value}")),
        "publish_at" => Instant::parse_input(value).map_or_else(|| value.to_owned(), Instant::show),
        _ => value.to_owned(),
    }
}

/// Says that it waits for its time, with the button that stops it.
fn waiting(l: Locale, base: &str, draft: &Version, at: &str) -> AnyView {
    view! {
        <form class="panel" method="post" action=format!("{base}/publish")>
            <p>{l.tn("notices.publishes_at", &[("at", at)])}</p>
            <input type="hidden" name="version" value=draft.id.to_string() />
            <input type="hidden" name="row_version" value=draft.row_version.to_string() />
            <button class="button button--quiet" name="when" value="never">{l.t("notices.unschedule")}</button>
        </form>
    }
    .into_any()
}

/// The audience with the choices within it.
fn audience(l: Locale, draft: &Version) -> String {
    let name = l.t(&format!("notices.audience.{}", draft.audience));
    let list = draft.audience_list();
    let chosen: Vec<String> = match draft.audience {
        Audience::Kinds => list.iter().map(|kind| l.t(&format!("members.plant_kind.{kind}"))).collect(),
        Audience::Districts => {
            list.iter().filter_map(|code| towns::district(code)).map(|district| district.name.to_owned()).collect()
        }
        Audience::Public | Audience::Members | Audience::Chosen => Vec::new(),
    };
    if chosen.is_empty() { name } else { format!("{name} ({})", chosen.join(&l.t("list.comma"))) }
}

fn asked(l: Locale, draft: &Version) -> String {
    match (draft.must_acknowledge, draft.acknowledge_by) {
        (false, _) => l.t("notices.for_information"),
        (true, None) => l.t("notices.to_acknowledge"),
        (true, Some(by)) => l.tn("notices.to_acknowledge_by", &[("at", &by.show())]),
    }
}
