//! The form of a device: which plant it is for, where it stands, what it is.

use axum::{http::StatusCode, response::Response};
use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::{
    form::{Against, MAX_SERIAL, TAKEN, places},
    model::Life,
    register::NEW,
    routes::path,
    store::Device,
};
use crate::{
    current::Current,
    form::Form,
    guides::facts::{Ability, DeviceForm},
    ids::TextEnum,
    members::store as register,
    sentinels::{
        catalogue::form::{MAX_BRAND, MAX_VENDOR},
        place_page::plants_to_choose,
        sheet::form_names,
    },
    shell::Page,
    state::AppState,
    text::Locale,
    ui::{field::Fields, parts, stale},
};

pub fn choose_plant(
    state: &AppState,
    current: &Current,
    plants: &[(register::Plant, String)],
    search: Option<&str>,
) -> Response {
    let l = current.locale;
    let title = l.t("sentinels.devices.which_plant");
    Page::new(current, title.clone()).render(state, || {
        view! {
            {breadcrumbs(l, title.clone())}
            <h1>{title.clone()}</h1>
            {plants_to_choose(l, NEW, plants, search)}
        }
        .into_any()
    })
}

fn breadcrumbs(l: Locale, here: String) -> AnyView {
    let above = [("/sentinels", l.t("nav.sentinels")), ("/sentinels/devices", l.t("sentinels.devices.title"))];
    parts::breadcrumbs(l, &above, here)
}

/// The form of a new device, or of one that is there; `stored` is what somebody else saved meanwhile.
pub fn page(
    state: &AppState,
    current: &Current,
    device: Option<&Device>,
    against: &Against,
    form: &Form,
    stored: Option<&Form>,
) -> Response {
    let l = current.locale;
    let title = l.t(if device.is_some() { "sentinels.devices.edit" } else { "sentinels.devices.new" });
    let page = Page::new(current, title.clone()).failed_if(form.has_errors());
    let page = if stored.is_some() { page.status(StatusCode::CONFLICT) } else { page };
    page.render(state, || {
        let fields = Fields::new(l, form);
        let action = device.map_or_else(|| NEW.to_owned(), |device| format!("{}/edit", path(device.row.id)));
        let version = if device.is_some() {
            fields.hidden("row_version")
        } else {
            view! { {fields.once()} {fields.hidden("plant")} }.into_any()
        };
        let life = device.is_none().then(|| {
            let stages = Life::default().possible().into_iter();
            let stages =
                stages.map(|stage| (stage.word().to_owned(), l.t(&format!("sentinels.stage.{stage}")))).collect();
            view! {
                {fields.radios("stage", stages)}
                {fields.date("day").view()}
                {fields.area("note", 2).optional().view()}
            }
        });
        view! {
            {fields.summary()}
            {stored.map(|stored| stale::differences(fields, stored, &|name, value| said(l, against, name, value)))}
            {breadcrumbs(l, title.clone())}
            <h1>{title.clone()}</h1>
            <form class="form" method="post" action=action>
                {version}
                {fields.select_grouped("entrance", places(&against.plants, &against.entrances), Some(l.t("sentinels.devices.choose"))).view()}
                {make(fields, against, device.is_some())}
                {fields.text("serial").max(MAX_SERIAL).optional().view()}
                {life}
                {fields.date("warranty_until").optional().view()}
                {fields.text("service_contact").optional().view()}
                {fields.text("phone").input_mode("tel").optional().view()}
                <button class="button button--big">{l.t("sentinels.devices.save")}</button>
            </form>
        }
        .into_any()
    })
}

/// What the device is: taken from the catalogue, or typed when it is not in there.
fn make(fields: Fields, against: &Against, is_there: bool) -> AnyView {
    let l = fields.l;
    let typed = view! {
        {fields.text("brand").max(MAX_BRAND).view()}
        {fields.text("model").max(MAX_BRAND).view()}
        {fields.radios("form", fields.options::<DeviceForm>("guides.form"))}
        {fields.checkboxes("abilities", fields.options::<Ability>("guides.ability"))}
        {fields.text("vendor").max(MAX_VENDOR).optional().view()}
    };
    if is_there || against.models.is_empty() {
        return typed.into_any();
    }
    let models = against.models.iter().map(|model| {
        let words = format!("{} · {}", model.name(), form_names(l, &[model.form]));
        (model.id.to_string(), words)
    });
    let by_hand = fields.form.has_errors() && fields.form.value(TAKEN).is_empty();
    view! {
        {fields.select(TAKEN, models.collect(), Some(l.t("sentinels.devices.choose"))).label(l.t("sentinels.take")).view()}
        <details class="disclosure" open=by_hand>
            <summary>{l.t("sentinels.devices.by_hand")}</summary>
            <div>{typed}</div>
        </details>
    }
    .into_any()
}

/// What a stored value is called.
fn said(l: Locale, against: &Against, name: &str, value: &str) -> String {
    let family = match name {
        "form" => "guides.form",
        "abilities" => "guides.ability",
        "entrance" => {
            let found = against.entrances.iter().find(|entrance| entrance.id.to_string() == value);
            return found.map_or_else(|| value.to_owned(), |entrance| entrance.name.clone());
        }
        _ => return value.to_owned(),
    };
    l.t(&format!("{family}.{value}"))
}
