//! The page of one device: whether it counts, what it is, what can be entered, its evidence, what happened.

use std::collections::BTreeMap;

use axum::response::Response;
use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::{
    export::phone,
    list_page::stage_tag,
    model::{Proof, Stage},
    moves, proof_part, proofs,
    routes::path,
    store::{Device, Names},
    timeline,
};
use crate::{
    current::Current,
    form::Form,
    ids::{InstallRequestId, PersonId, SentinelProofId, TextEnum},
    sentinels::{
        acceptance,
        catalogue::{self, page::ability_names},
        checkups::{self, device_part::Checkups},
        faults::{self, device_part::Faults},
        routes,
        sheet::form_names,
    },
    shell::Page,
    state::AppState,
    text::Locale,
    time::show_day,
    ui::{
        field::Fields,
        parts::{self, Tone},
    },
};

/// Everything that the page shows.
pub struct Shown {
    pub device: Device,
    pub names: Names,
    pub people: BTreeMap<PersonId, String>,
    /// What the catalogue says of its make.
    pub model: Option<catalogue::Model>,
    /// Others for which the same may be entered.
    pub alike: Vec<Device>,
    pub may_act: bool,
    /// The acceptances that it was in, newest first.
    pub acceptances: Vec<acceptance::store::Part>,
    pub checkups: Checkups,
    pub faults: Faults,
}

/// The forms of the page, as they were typed.
pub struct Forms {
    pub move_: Form,
    /// Why the last step is taken back.
    pub taken_back: Form,
    pub proof: Form,
    pub checkup: Form,
    /// Of the open fault: that the vendor was told, and how it ended.
    pub told: Form,
    pub ended: Form,
    /// Why a piece of evidence is withdrawn, if that was wrong.
    pub withdrawn: Option<(SentinelProofId, Form)>,
}

impl Forms {
    /// Nothing typed yet.
    pub fn blank() -> Self {
        Self {
            move_: Form::new(moves::SCOPE),
            taken_back: Form::new(moves::TAKE_BACK),
            proof: Form::new(proofs::SCOPE),
            checkup: Form::new(checkups::routes::SCOPE),
            told: Form::new(faults::routes::TELL),
            ended: Form::new(faults::routes::END),
            withdrawn: None,
        }
    }

    fn all(&self) -> Vec<&Form> {
        let always = [&self.move_, &self.taken_back, &self.proof, &self.checkup, &self.told, &self.ended];
        always.into_iter().chain(self.withdrawn.as_ref().map(|(_, form)| form)).collect()
    }
}

pub fn show(state: &AppState, current: &Current, shown: &Shown, forms: &Forms) -> Response {
    let l = current.locale;
    let device = &shown.device;
    let title = title(l, device);
    let failed = forms.all().iter().any(|form| form.has_errors());
    Page::new(current, title.clone()).failed_if(failed).render(state, || {
        let above = [("/sentinels", l.t("nav.sentinels")), ("/sentinels/devices", l.t("sentinels.devices.title"))];
        let place = [shown.names.member(device), shown.names.plant(device), shown.names.entrance(device)].join(" · ");
        view! {
            {forms.all().into_iter().map(|form| Fields::new(l, form).summary()).collect::<Vec<_>>()}
            {parts::breadcrumbs(l, &above, title.clone())}
            <div class="page-head">
                <h1>{title.clone()}</h1>
                {stage_tag(l, device.stage())}
                {shown.may_act.then(|| view! {
                    <div class="actions"><a class="button button--quiet" href=format!("{}/edit", path(device.row.id))>{l.t("sentinels.devices.edit")}</a></div>
                })}
            </div>
            <p class="lead">{place}</p>
            {counts(l, device)}
            {faults::device_part::view(current, shown, forms)}
            {entry(current, shown, &forms.move_)}
            {proof_part::view(current, shown, forms)}
            {checkups::device_part::view(current, shown, &forms.checkup)}
            {acceptance::device_part::view(current, shown)}
            <h2>{l.t("sentinels.devices.what")}</h2>
            {facts(current, shown)}
            <h2>{l.t("sentinels.request.timeline")}</h2>
            {timeline::view(current, shown, &forms.taken_back)}
        }
        .into_any()
    })
}

/// The make, and the serial or, before it is known, what else tells it apart.
pub fn title(l: Locale, device: &Device) -> String {
    named(l, &device.row.make(), device.row.serial.as_deref(), device.row.request_place)
}

/// The same of what is known of a device, and which of its request's devices it is.
pub fn named(l: Locale, make: &str, serial: Option<&str>, place: Option<i32>) -> String {
    let serial = match (serial, place) {
        (Some(serial), _) => serial.to_owned(),
        (None, Some(place)) => l.tn("sentinels.devices.no_serial_of_request", &[("n", &place.to_string())]),
        (None, None) => l.t("sentinels.devices.no_serial"),
    };
    format!("{make} · {serial}")
}

/// `接口对接、实时核验`.
pub fn proof_names(l: Locale, proofs: &[Proof]) -> String {
    let names: Vec<String> = proofs.iter().map(|proof| l.t(&format!("sentinels.proof.{proof}"))).collect();
    names.join(&l.t("list.comma"))
}

/// Whether it counts as a sentinel; else all that keeps it from that.
fn counts(l: Locale, device: &Device) -> Option<AnyView> {
    if device.stage() == Stage::Removed {
        return None;
    }
    if device.counts() {
        let words = l.t("sentinels.devices.counts");
        return Some(view! { <section class="banner"><p>{words}</p></section> }.into_any());
    }
    let (refuted, missing) = (&device.refuted, device.missing());
    let fails = (!refuted.is_empty())
        .then(|| l.tn("sentinels.devices.refuted", &[("refuted", &proof_names(l, refuted))]))
        .map(|words| view! { <p>{words}</p> });
    let lacks = (!missing.is_empty())
        .then(|| l.tn("sentinels.devices.counts_not", &[("missing", &proof_names(l, &missing))]))
        .map(|words| view! { <p>{words}</p> });
    let class = if device.stage() == Stage::InService { "banner banner--urgent" } else { "banner" };
    Some(view! { <section class=class>{fails}{lacks}</section> }.into_any())
}

/// What can be entered now.
fn entry(current: &Current, shown: &Shown, form: &Form) -> Option<AnyView> {
    let l = current.locale;
    let device = &shown.device;
    let possible = device.life().possible();
    if !shown.may_act || (possible.is_empty() && !form.has_errors()) {
        return None;
    }
    let stages = possible.iter().map(|stage| (stage.word().to_owned(), l.t(&format!("sentinels.entering.{stage}"))));
    let mut form = form.clone();
    if !form.contains("day") {
        form.set("day", show_day(current.now.day()));
    }
    let fields = Fields::new(l, &form);
    let beside = shown.alike.iter().filter(|other| other.stage() == device.stage());
    Some(
        view! {
            <h2>{l.t("sentinels.entry.title")}</h2>
            <form class="form" method="post" action=format!("{}/moves", path(device.row.id))>
                {fields.once()}
                {fields.radios("stage", stages.collect())}
                {fields.date("day").view()}
                {fields.area("note", 2).optional().view()}
                {together(fields, moves::TOGETHER, beside)}
                <button class="button">{l.t("sentinels.entry.save")}</button>
            </form>
        }
        .into_any(),
    )
}

/// Other devices for which it is entered too; out of the way until somebody wants it.
pub fn together<'a>(fields: Fields, name: &str, others: impl Iterator<Item = &'a Device>) -> Option<AnyView> {
    let l = fields.l;
    let options: Vec<(String, String)> = others.map(|other| (other.row.id.to_string(), title(l, other))).collect();
    let ticked = fields.form.contains(name);
    (!options.is_empty()).then(|| {
        view! {
            <details class="disclosure" open=ticked>
                <summary>{l.t("sentinels.devices.together")}</summary>
                <div>{fields.checkboxes(name, options)}</div>
            </details>
        }
        .into_any()
    })
}

fn facts(current: &Current, shown: &Shown) -> AnyView {
    let l = current.locale;
    let row = &shown.device.row;
    let line = |key: &str, value: AnyView| view! { <div><dt>{l.t(key)}</dt><dd>{value}</dd></div> }.into_any();
    let text = |value: Option<String>| view! { {parts::or_dashes(value)} }.into_any();
    let make = match &shown.model {
        Some(model) => view! { <a href=catalogue::routes::path(model.id)>{row.make()}</a> }.into_any(),
        None => text(Some(row.make())),
    };
    let phone = match phone(current, row) {
        Some(phone) if phone.contains('*') => phone.into_any(),
        Some(phone) => parts::call(phone, "nowrap"),
        None => text(None),
    };
    let request = row.request_id.and_then(|id| Some((id, shown.names.request(&shown.device)?)));
    let request = match request {
        Some((id, number)) => to_request(current, shown, id, number),
        None => text(None),
    };
    let warranty = row.warranty_until.map(|day| {
        let over = (day < current.now.day())
            .then(|| view! { " " {parts::tag(Tone::Wait, l.t("sentinels.devices.warranty_over"))} });
        view! { {show_day(day)}{over} }.into_any()
    });
    view! {
        <dl class="summary-list check-answers">
            {line("sentinels.models.column.name", make)}
            {line("sentinels.devices.field.serial", text(row.serial.clone()))}
            {line("sentinels.models.field.form", text(Some(form_names(l, &[row.form]))))}
            {line("sentinels.models.field.abilities", text(Some(ability_names(l, &row.abilities()))))}
            {line("sentinels.models.field.vendor", text(row.vendor.as_deref().map(|name| current.shown(name))))}
            {line("sentinels.devices.field.service_contact", text(row.service_contact.as_deref().map(|name| current.shown(name))))}
            {line("sentinels.devices.field.phone", phone)}
            {line("sentinels.devices.field.warranty_until", warranty.unwrap_or_else(|| text(None)))}
            {line("sentinels.devices.column.request", request)}
        </dl>
    }
    .into_any()
}

/// A request by its number; one for several plants is not everybody's to open.
pub fn to_request(current: &Current, shown: &Shown, id: InstallRequestId, number: String) -> AnyView {
    let asked = shown.names.requests.get(&id);
    match asked.is_some_and(|asked| current.sees_plant(asked.member, asked.plant).is_ok()) {
        true => view! { <a href=routes::path(id, "")>{number}</a> }.into_any(),
        false => number.into_any(),
    }
}
