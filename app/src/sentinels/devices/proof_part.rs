//! The evidence on a device's page: what is on record of each demand, withdrawing it, and recording more.

use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::{
    model::{Proof, Stage},
    page::{Forms, Shown, together},
    proofs::{self, MAX_REFERENCE},
    routes::path,
    store::{Device, Evidence},
};
use crate::{
    current::Current,
    form::Form,
    ids::{PersonId, TextEnum},
    text::Locale,
    time::show_day,
    ui::{
        field::{Fields, id_of},
        parts::{self, Tone},
    },
};

/// What is on record of each demand, and the form that records more.
pub fn view(current: &Current, shown: &Shown, forms: &Forms) -> AnyView {
    let l = current.locale;
    let form = &forms.proof;
    let device = &shown.device;
    let proven = device.proven();
    let rows = Proof::ALL
        .iter()
        .map(|proof| {
            let own = device.proofs.iter().filter(|found| found.proof == *proof);
            let failed = |id| forms.withdrawn.as_ref().filter(|(failed, _)| *failed == id).map(|(_, form)| form);
            let lines = own.map(|found| one_proof(current, shown, found, failed(found.id))).collect::<Vec<_>>();
            let lines = if lines.is_empty() { l.t("sentinels.finding.unknown").into_any() } else { lines.into_any() };
            let tag = proven
                .contains(proof)
                .then(|| view! { " " {parts::tag(Tone::Done, l.t("sentinels.devices.proof.there"))} });
            view! { <div><dt>{l.t(&format!("sentinels.proof.{proof}"))}{tag}</dt><dd>{lines}</dd></div> }.into_any()
        })
        .collect::<Vec<_>>();
    let may_add = shown.may_act && device.stage() != Stage::Removed;
    let add = may_add.then(|| {
        view! {
            <details class="disclosure" open=form.has_errors()>
                <summary>{l.t("sentinels.devices.proof.record")}</summary>
                <div>{proof_form(current, shown, form)}</div>
            </details>
        }
    });
    view! {
        <h2>{l.t("sentinels.devices.proof.title")}</h2>
        <dl class="summary-list check-answers">{rows}</dl>
        {add}
    }
    .into_any()
}

fn proof_form(current: &Current, shown: &Shown, form: &Form) -> AnyView {
    let l = current.locale;
    let mut form = form.clone();
    if !form.contains("evidence_day") {
        form.set("evidence_day", show_day(current.now.day()));
    }
    let fields = Fields::new(l, &form);
    let lacks = |other: &&Device| other.row.model_key == shown.device.row.model_key && !other.missing().is_empty();
    let others = shown.alike.iter().filter(lacks);
    view! {
        <form class="form" method="post" enctype="multipart/form-data" action=format!("{}/proofs", path(shown.device.row.id))>
            {fields.once()}
            {fields.checkboxes("proofs", fields.options::<Proof>("sentinels.proof"))}
            {fields.text("reference").optional().view()}
            {fields.file("file").accept(".pdf,.png,.jpg,.jpeg").optional().view()}
            {fields.date("evidence_day").view()}
            {together(fields, proofs::TOGETHER, others)}
            <button class="button">{l.t("sentinels.devices.proof.save")}</button>
        </form>
    }
    .into_any()
}

/// `failed` is the form of its withdrawal, if that was wrong.
fn one_proof(current: &Current, shown: &Shown, found: &Evidence, failed: Option<&Form>) -> AnyView {
    let l = current.locale;
    let at = format!("{}/proofs/{}", path(shown.device.row.id), found.id);
    let name = |id: Option<PersonId>| id.and_then(|id| shown.people.get(&id).cloned()).unwrap_or_default();
    let reference = found.reference.as_deref().map(|words| view! { <p>{current.shown(words)}</p> });
    let file = found.file_id.map(|_| view! { <p><a href=at.clone()>{l.t("sentinels.devices.proof.open")}</a></p> });
    let who = view! { <p class="quiet">{format!("{} {}", show_day(found.day), name(found.person_id))}</p> };
    let end = match (&found.withdrawn_why, found.withdrawn_at) {
        (Some(why), Some(since)) => {
            let words = [("at", since.show()), ("name", name(found.withdrawn_by)), ("why", current.shown(why))];
            let words = words.each_ref().map(|(name, value)| (*name, value.as_str()));
            Some(view! { <p>{l.tn("sentinels.devices.proof.gone", &words)}</p> }.into_any())
        }
        _ => shown.may_act.then(|| withdraw(l, &at, found, failed)),
    };
    view! { <div>{reference}{file}{who}{end}</div> }.into_any()
}

fn withdraw(l: Locale, at: &str, found: &Evidence, failed: Option<&Form>) -> AnyView {
    let why = match failed {
        Some(form) => Fields::new(l, form).text("why").max(MAX_REFERENCE).view(),
        // There may be several of these on the page, each with an id of its own.
        None => {
            let id = id_of(&format!("why.{}", found.id));
            view! {
                <div class="field">
                    <label class="field__label" for=id.clone()>{l.t("sentinels.devices.proof.why")}</label>
                    <input class="input" type="text" id=id name="why" maxlength=MAX_REFERENCE required=true />
                </div>
            }
            .into_any()
        }
    };
    view! {
        <details class="disclosure" open=failed.is_some()>
            <summary>{l.t("sentinels.devices.proof.withdraw")}</summary>
            <div>
                <form class="filters" method="post" action=format!("{at}/withdraw")>
                    {why}
                    <button class="button button--danger">{l.t("sentinels.devices.proof.withdraw")}</button>
                </form>
            </div>
        </details>
    }
    .into_any()
}
