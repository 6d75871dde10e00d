//! The form in which staff keep the facts of the guides.

use axum::{http::StatusCode, response::Response};
use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::{
    edit::{self, MAX_CONTACTS},
    facts::{Ability, Certificate, Condition, DeviceForm, Facts, Purpose, Route},
};
use crate::{
    current::Current,
    form::Form,
    ids::TextEnum,
    shell::Page,
    state::AppState,
    ui::{field::Fields, parts, stale},
};

/// `stored` is what somebody else saved in the meantime, when the form is stale.
pub fn show(state: &AppState, current: &Current, form: &Form, stored: Option<&Facts>) -> Response {
    let l = current.locale;
    let page = Page::new(current, l.t("guides.edit.title")).failed_if(form.has_errors());
    let page = if stored.is_some() { page.status(StatusCode::CONFLICT) } else { page };
    page.render(state, || {
        let fields = Fields::new(l, form);
        view! {
            {fields.summary()}
            {stored.map(|stored| differences(fields, stored))}
            {parts::breadcrumbs(l, &[("/guides", l.t("guides.title"))], l.t("guides.edit.title"))}
            <h1>{l.t("guides.edit.title")}</h1>
            <p class="lead">{l.t("guides.edit.lead")}</p>
            <form class="form" method="post" action="/guides/edit">
                {fields.hidden("row_version")}
                <fieldset class="fieldset" disabled=!current.is_staff()>
                    {fields.text("as_of").short().view()}
                    <h2>{l.t("guides.edit.codes")}</h2>
                    {codes(fields)}
                    <h2>{l.t("guides.edit.sentinels")}</h2>
                    {sentinels(fields, &state.options.install_request_to)}
                    <h2>{l.t("guides.running.contacts.title")}</h2>
                    {contacts(fields)}
                </fieldset>
                {current.is_staff().then(|| view! { <button class="button button--big">{l.t("guides.edit.save")}</button> })}
            </form>
        }
        .into_any()
    })
}

/// Where the facts that are stored differ from what was typed; a rule is named by its condition.
fn differences(fields: Fields, stored: &Facts) -> AnyView {
    let l = fields.l;
    let label = |name: &str| {
        let condition = name.strip_prefix("rules.").and_then(|rest| rest.split('.').next()?.parse::<usize>().ok());
        match condition.and_then(|n| Condition::ALL.get(n)) {
            Some(condition) => {
                let key = fields.form.label_key(name);
                Some(format!("{} · {}", l.t(&format!("guides.condition.{condition}")), l.t(&key)))
            }
            None => stale::own_label(fields, name),
        }
    };
    let say = |name: &str, value: &str| {
        let family = match name.split('.').next_back().unwrap_or(name) {
            "routes" | "local_only" => "guides.route",
            "form" | "forms" => "guides.form",
            "abilities" => "guides.ability",
            "purpose" => "guides.purpose",
            _ if name.starts_with("certificates.") => "guides.certificate",
            _ => return value.to_owned(),
        };
        let key = format!("{family}.{value}");
        if l.has(&key) { l.t(&key) } else { value.to_owned() }
    };
    stale::labelled(fields, &edit::filled(stored), &label, &say)
}

fn codes(fields: Fields) -> AnyView {
    let l = fields.l;
    let certificates = || fields.options::<Certificate>("guides.certificate");
    view! {
        {fields.text("portal").view()}
        {fields.checkboxes("routes", fields.options::<Route>("guides.route"))}
        {fields.checkboxes("certificates.computer", certificates())}
        {fields.checkboxes("certificates.phone", certificates())}
        {fields.checkboxes("local_only", fields.options::<Route>("guides.route"))}
        {fields.number("codes_per_mobile_submission").unit(l.t("guides.unit.codes")).view()}
        {fields.text("smallest").short().view()}
        {fields.text("recommended").short().view()}
        {fields.text("largest").short().view()}
        {fields.number("dpi").unit(l.t("guides.unit.dpi")).view()}
        {fields.number("paper_code_age").unit(l.t("guides.unit.years")).view()}
    }
    .into_any()
}

/// `sends_to` is the mailbox to which the portal sends install requests.
fn sentinels(fields: Fields, sends_to: &str) -> AnyView {
    let l = fields.l;
    let rules = Condition::ALL
        .iter()
        .enumerate()
        .map(|(n, condition)| {
            let name = l.t(&format!("guides.condition.{condition}"));
            let forms = fields.options::<DeviceForm>("guides.form");
            view! {
                <fieldset>
                    <legend><h3>{l.tn("guides.edit.rule", &[("condition", &name)])}</h3></legend>
                    {fields.number(&format!("rules.{n}.weight")).view()}
                    {fields.select(&format!("rules.{n}.form"), forms, Some(l.t("guides.edit.no_form"))).view()}
                    {fields.checkboxes(&format!("rules.{n}.abilities"), fields.options::<Ability>("guides.ability"))}
                </fieldset>
            }
            .into_any()
        })
        .collect::<Vec<_>>();
    view! {
        {fields.text("mail").autocomplete("off").view()}
        {(fields.form.value("mail") != sends_to).then(|| view! {
            <p class="banner">{l.tn("guides.edit.sends_elsewhere", &[("mail", sends_to)])}</p>
        })}
        {fields.checkboxes("forms", fields.options::<DeviceForm>("guides.form"))}
        {rules}
        {fields.number("people_per_minute").unit(l.t("sentinels.unit.people_per_minute")).view()}
        {fields.number("vehicles_per_minute").unit(l.t("guides.unit.vehicles_per_minute")).view()}
        {fields.number("busy_minute").unit(l.t("guides.unit.percent")).view()}
    }
    .into_any()
}

/// The contacts that are there, and one empty line.
fn contacts(fields: Fields) -> AnyView {
    let l = fields.l;
    let filled = |n: &usize| {
        ["name", "phones"].iter().any(|part| !fields.form.value(&format!("contacts.{n}.{part}")).is_empty())
    };
    let used = (0..MAX_CONTACTS).rev().find(filled).map_or(0, |last| last + 1);
    (0..MAX_CONTACTS.min(used + 1))
        .map(|n| {
            let purposes = fields.options::<Purpose>("guides.purpose");
            view! {
                <fieldset>
                    <legend><h3>{l.tn("guides.edit.contact", &[("n", &(n + 1).to_string())])}</h3></legend>
                    {fields.select(&format!("contacts.{n}.purpose"), purposes, None).view()}
                    {fields.text(&format!("contacts.{n}.name")).short().view()}
                    {fields.text(&format!("contacts.{n}.phones")).view()}
                </fieldset>
            }
            .into_any()
        })
        .collect::<Vec<_>>()
        .into_any()
}
