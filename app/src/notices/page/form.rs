//! The form in which a notice or its correction is written, and the preview of what was typed so far.

use axum::{http::StatusCode, response::Response};
use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::paper;
use crate::{
    current::Current,
    form::Form,
    ids::TextEnum,
    members::{plant_kind::PlantKind, towns},
    notices::{
        model::{Audience, FileRole, Kind},
        store::{Version, VersionFile},
    },
    shell::Page,
    state::AppState,
    text::Locale,
    time::Instant,
    ui::{field::Fields, parts, stale},
};

/// What the form shows.
#[derive(Debug, Default)]
pub struct Sheet {
    pub form: Form,
    /// The version that is edited or corrected; nothing for a new notice.
    pub base: Option<Version>,
    /// Its files.
    pub files: Vec<VersionFile>,
    /// Files that came with this form when it had errors.
    pub kept: Vec<VersionFile>,
    /// The form of what somebody else saved as `base` while this was typed.
    pub stored: Option<Form>,
}

impl Sheet {
    pub fn new(form: Form) -> Self {
        Self { form, ..Self::default() }
    }

    fn corrects(&self) -> bool {
        self.base.as_ref().is_some_and(|base| base.published_at.is_some() || base.number > 1)
    }
}

pub fn show(state: &AppState, current: &Current, sheet: &Sheet, status: StatusCode) -> Response {
    let l = current.locale;
    let title = match &sheet.base {
        None => l.t("notices.new"),
        Some(_) if sheet.corrects() => l.t("notices.correct"),
        Some(_) => l.t("notices.edit"),
    };
    Page::new(current, title.clone()).failed_if(sheet.form.has_errors()).status(status).render(state, || {
        let fields = Fields::new(l, &sheet.form);
        let base = sheet.base.as_ref();
        let action = base.map_or_else(|| "/notices/new".to_owned(), |b| format!("/notices/{}/edit", b.notice_id));
        let draft = base.filter(|base| base.published_at.is_none());
        view! {
            {fields.summary()}
            {parts::breadcrumbs(l, &[("/notices", l.t("notices.title"))], title.clone())}
            <h1>{title}</h1>
            {sheet.corrects().then(|| view! { <p class="lead">{l.t("notices.correct_lead")}</p> })}
            {sheet.stored.as_ref().map(|stored| differences(l, sheet, stored))}
            <form class="form" method="post" action=action enctype="multipart/form-data">
                {fields.once()}
                {fields.hidden("row_version")}
                {fields.hidden("number")}
                {sheet.corrects().then(|| fields.text("reason").max(200).view())}
                {fields.radios("kind", fields.options::<Kind>("notices.kind"))}
                {fields.text("document_number").optional().short().max(60).view()}
                {fields.text("title").max(120).view()}
                {fields.area("body", 14).view()}
                {files(l, sheet)}
                {audience(fields)}
                {fields.tick("must_acknowledge")}
                {fields.date_time("acknowledge_by").optional().view()}
                <div class="actions">
                    <button class="button button--big" name="do" value="publish">{l.t("notices.save_and_check")}</button>
                    <button class="button button--quiet" name="do" value="save">{l.t("notices.save_draft")}</button>
                    <button class="button button--quiet" formaction="/notices/preview" formtarget="_blank"
                        formenctype="application/x-www-form-urlencoded">{l.t("notices.preview")}</button>
                </div>
            </form>
            {draft.map(|draft| paper::removal(l, draft))}
        }
        .into_any()
    })
}

/// Where the draft as it is stored now differs from what saving this form would make of it.
fn differences(l: Locale, sheet: &Sheet, stored: &Form) -> AnyView {
    let (mut theirs, mut yours) = (stored.clone(), sheet.form.clone());
    for (field, role) in [("original", FileRole::Original), ("files", FileRole::Attachment)] {
        let here = sheet.files.iter().filter(|file| file.role == role);
        let came = sheet.kept.iter().filter(|file| file.role == role);
        let stays = |file: &&VersionFile| !sheet.form.has("remove", &file.stored.id.to_string());
        // A new original takes the place of the one that is there.
        let replaced = role == FileRole::Original && came.clone().any(|file| stays(&file));
        here.clone().for_each(|file| theirs.add(field, &file.stored.name));
        here.filter(|_| !replaced).chain(came).filter(stays).for_each(|file| yours.add(field, &file.stored.name));
    }
    stale::differences(Fields::new(l, &yours), &theirs, &|name, value| said(l, name, value))
}

fn said(l: Locale, name: &str, value: &str) -> String {
    match name {
        "kind" | "audience" => l.t(&format!("notices.{name}.{value}")),
        "kinds" => l.t(&format!("members.plant_kind.{value}")),
        "districts" => towns::district(value).map_or_else(|| value.to_owned(), |district| district.name.to_owned()),
        "must_acknowledge" => l.t("audit.value.true"),
        "acknowledge_by" => Instant::parse_input(value).map_or_else(|| value.to_owned(), Instant::show),
        _ => value.to_owned(),
    }
}

/// The files that are there, each with a box that takes it away, and the boxes for more.
fn files(l: Locale, sheet: &Sheet) -> AnyView {
    let fields = Fields::new(l, &sheet.form);
    let line = |file: &VersionFile, kept: bool| {
        let id = file.stored.id.to_string();
        let role = l.t(&format!("notices.file.{}", file.role));
        let words = l.tn("notices.remove_file", &[("name", &file.stored.name)]);
        let removed = sheet.form.has("remove", &id);
        let field = if file.role == FileRole::Original { "kept_original" } else { "kept" };
        let travels = kept.then(|| view! { <input type="hidden" name=field value=id.clone() /> });
        let label = format!("{role} · {} ({})", file.stored.name, parts::size(file.stored.size));
        view! {
            <li>
                <span>{label}</span>
                {travels}
                <label class="choice-inline"><input type="checkbox" name="remove" value=id checked=removed aria-label=words />" " {l.t("notices.take_away")}</label>
            </li>
        }
        .into_any()
    };
    let lines: Vec<AnyView> =
        sheet.files.iter().map(|f| line(f, false)).chain(sheet.kept.iter().map(|f| line(f, true))).collect();
    let there = (!lines.is_empty()).then(|| view! { <ul class="attachments">{lines}</ul> });
    view! {
        {there}
        {fields.file("original").accept(".pdf,.docx").view()}
        {fields.file("files").multiple().accept(".pdf,.docx,.xlsx,.pptx,.png,.jpg,.jpeg").view()}
    }
    .into_any()
}

fn audience(fields: Fields<'_>) -> AnyView {
    let l = fields.l;
    let form = fields.form;
    let open = |audience: Audience| {
        let wrong = audience == Audience::Chosen && form.error("chosen").is_some();
        wrong || form.has("audience", audience.word())
    };
    let districts =
        towns::districts().iter().map(|district| (district.code.to_owned(), district.name.to_owned())).collect();
    let part = |audience: Audience, inside: AnyView| {
        view! {
            <details class="disclosure" open=open(audience)>
                <summary>{l.t(&format!("notices.choose.{audience}"))}</summary>
                <div>{inside}</div>
            </details>
        }
        .into_any()
    };
    view! {
        {fields.radios("audience", fields.options::<Audience>("notices.audience"))}
        {part(Audience::Kinds, fields.checkboxes("kinds", fields.options::<PlantKind>("members.plant_kind")))}
        {part(Audience::Districts, fields.checkboxes("districts", districts))}
        {part(Audience::Chosen, fields.area("chosen", 6).view())}
    }
    .into_any()
}

/// What was typed, as the paper that it would become.
pub fn preview(state: &AppState, current: &Current, form: &Form) -> Response {
    let l = current.locale;
    Page::new(current, l.t("notices.preview")).render(state, || {
        let or_dashes = |name| parts::or_dashes(Some(form.value(name).trim().to_owned()));
        let number = form.value("document_number").trim();
        let title = or_dashes("title");
        let text = paper::Text {
            document_number: Some(number).filter(|number| !number.is_empty()),
            title: &title,
            body: form.value("body"),
            reason: None,
            published_at: None,
        };
        view! {
            <p class="banner">{l.t("notices.preview_lead")}</p>
            {paper::article(l, &current.site.association.name, &text, None)}
        }
        .into_any()
    })
}
