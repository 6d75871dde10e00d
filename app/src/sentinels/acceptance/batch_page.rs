//! The page of one acceptance: its protocol, the form that records what was found, and then what was found.

use axum::response::Response;
use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::{
    list_page::state_tag,
    model::{Failing, Outcome, Reached, Trial, Verdict},
    record::{field, is_there},
    routes::{LIST, path},
    stood::Stood,
    store::{Batch, Line},
};
use crate::{
    current::Current,
    form::Form,
    ids::TextEnum,
    sentinels::devices::{
        self,
        list_page::stage_tag,
        page::{named, title},
        store::{Device, Names},
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

/// The field that says which signed protocol was shown; empty for none.
pub const SEEN: &str = "seen";

/// Everything that the page shows.
pub struct Shown {
    pub batch: Batch,
    pub devices: Vec<Device>,
    pub names: Names,
    /// The name of the signed protocol.
    pub signed: Option<String>,
    pub may_act: bool,
}

pub fn show(state: &AppState, current: &Current, shown: &Shown, form: &Form) -> Response {
    let l = current.locale;
    let row = &shown.batch.row;
    let heading = l.tn("sentinels.acceptance.heading", &[("number", &row.number)]);
    Page::new(current, heading.clone()).failed_if(form.has_errors()).render(state, || {
        let fields = Fields::new(l, form);
        let above = [("/sentinels", l.t("nav.sentinels")), (LIST, l.t("sentinels.acceptance.title"))];
        let recorded = row.recorded_at.is_some();
        let protocol = if recorded { "sentinels.acceptance.protocol" } else { "sentinels.acceptance.protocol_blank" };
        let body = if recorded {
            view! { {found(current, shown)} {signed(fields, shown)} }.into_any()
        } else if shown.may_act {
            view! { {to_fill(fields, shown)} {discard(l, shown)} }.into_any()
        } else {
            view! { <ul class="tasks">{shown.devices.iter().map(|device| line_link(l, device)).collect::<Vec<_>>()}</ul> }
                .into_any()
        };
        view! {
            {fields.summary()}
            {parts::breadcrumbs(l, &above, row.number.clone())}
            <div class="page-head"><h1>{heading.clone()}</h1>{state_tag(l, &shown.batch)}</div>
            <p class="lead">{shown.batch.unit(&shown.names.members).cloned()}</p>
            <p><a class="button button--quiet" href=format!("{}/protocol", path(row.id))>{l.t(protocol)}</a></p>
            {body}
        }
        .into_any()
    })
}

fn line_link(l: Locale, device: &Device) -> AnyView {
    view! { <li><a href=devices::routes::path(device.row.id)>{title(l, device)}</a></li> }.into_any()
}

/// The form, device by device.
fn to_fill(fields: Fields, shown: &Shown) -> AnyView {
    let l = fields.l;
    let lines =
        shown.devices.iter().enumerate().map(|(n, device)| to_try(fields, shown, n, device)).collect::<Vec<_>>();
    view! {
        <form class="form form--wide" method="post" action=format!("{}/record", path(shown.batch.row.id))>
            {fields.once()}
            <p>{l.t("sentinels.acceptance.how")}</p>
            {lines}
            {fields.tick("rest_passed")}
            {fields.date("day").view()}
            {fields.text("tester").max(60).view()}
            {fields.radios("reached", fields.options::<Reached>("sentinels.acceptance.reached"))}
            {fields.radios("failing", fields.options::<Failing>("sentinels.acceptance.failing"))}
            {fields.area("remark", 2).optional().view()}
            <button class="button button--big">{l.t("sentinels.acceptance.record")}</button>
        </form>
    }
    .into_any()
}

fn to_try(fields: Fields, shown: &Shown, n: usize, device: &Device) -> AnyView {
    let l = fields.l;
    let heading = format!("line-{n}");
    let labelled_by = heading.clone();
    let place = format!("{} · {}", shown.names.plant(device), shown.names.entrance(device));
    let body = if is_there(device) {
        let trials = Trial::ALL.iter().map(|trial| {
            let outcomes = fields.options::<Outcome>("sentinels.outcome");
            fields.select(&field(n, trial.word()), outcomes, Some(l.t("sentinels.acceptance.not_tried"))).view()
        });
        let trials = trials.collect::<Vec<_>>();
        view! { {trials} {fields.text(&field(n, "note")).max(300).optional().view()} }.into_any()
    } else {
        stage_tag(l, device.stage())
    };
    view! {
        <div class="form__line" role="group" aria-labelledby=labelled_by>
            <p class="form__line-title" id=heading>
                <a href=devices::routes::path(device.row.id)>{format!("{}. {}", n + 1, title(l, device))}</a>
                " " <span class="quiet">{place}</span>
            </p>
            {body}
        </div>
    }
    .into_any()
}

fn discard(l: Locale, shown: &Shown) -> AnyView {
    let form = Form::new("");
    view! {
        <details class="disclosure">
            <summary>{l.t("sentinels.acceptance.discard")}</summary>
            <div>
                <p>{l.t("sentinels.acceptance.discard.what")}</p>
                <form method="post" action=format!("{}/discard", path(shown.batch.row.id))>
                    {Fields::new(l, &form).once()}
                    <button class="button button--danger">{l.t("sentinels.acceptance.discard")}</button>
                </form>
            </div>
        </details>
    }
    .into_any()
}

/// What was found.
fn found(current: &Current, shown: &Shown) -> AnyView {
    let l = current.locale;
    let row = &shown.batch.row;
    let fact = |key: &str, value: Option<String>| {
        view! { <div><dt>{l.t(key)}</dt><dd>{parts::or_dashes(value)}</dd></div> }.into_any()
    };
    let rows = shown.batch.lines.iter().filter_map(|line| {
        let device = shown.devices.iter().find(|device| device.row.id == line.sentinel_id)?;
        Some(tried(current, shown, device, line))
    });
    let rows = rows.collect::<Vec<_>>();
    let heads = Trial::ALL
        .iter()
        .map(|trial| view! { <th scope="col">{l.t(&format!("sentinels.trial.{trial}"))}</th> }.into_any())
        .collect::<Vec<_>>();
    view! {
        <dl class="summary-list check-answers">
            {fact("sentinels.acceptance.field.day", row.day.map(show_day))}
            {fact("sentinels.acceptance.field.tester", row.tester.as_deref().map(|name| current.shown(name)))}
            {fact("sentinels.acceptance.field.remark", row.remark.as_deref().map(|words| current.shown(words)))}
        </dl>
        <div class="table-wrap" role="region" tabindex="0" aria-label=l.t("sentinels.acceptance.results")>
            <table class="table table--cards">
                <thead><tr>
                    <th scope="col">{l.t("sentinels.acceptance.device")}</th>
                    {heads}
                    <th scope="col">{l.t("sentinels.acceptance.verdict")}</th>
                    <th scope="col">{l.t("sentinels.acceptance.field.lines.note")}</th>
                    <th scope="col">{l.t("sentinels.acceptance.now")}</th>
                </tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn tried(current: &Current, shown: &Shown, device: &Device, line: &Line) -> AnyView {
    let l = current.locale;
    let outcomes = Trial::ALL.iter().zip(line.trials().0);
    let cells = outcomes.map(|(trial, outcome)| {
        let words = outcome.map(|outcome| l.t(&format!("sentinels.outcome.{outcome}")));
        view! { <td data-label=l.t(&format!("sentinels.trial.{trial}"))>{parts::or_dashes(words)}</td> }.into_any()
    });
    let cells = cells.collect::<Vec<_>>();
    let Stood { make, serial, place, .. } = Stood::of(line, device, &shown.names);
    let name = named(l, &make, serial.as_deref(), device.row.request_place);
    view! {
        <tr>
            <th scope="row"><a href=devices::routes::path(device.row.id)>{name}</a><br /><span class="quiet">{place}</span></th>
            {cells}
            <td data-label=l.t("sentinels.acceptance.verdict")>{verdict_tag(l, line)}</td>
            <td data-label=l.t("sentinels.acceptance.field.lines.note")>{parts::or_dashes(line.note.as_deref().map(|note| current.shown(note)))}</td>
            <td data-label=l.t("sentinels.acceptance.now")>{stage_tag(l, device.stage())}</td>
        </tr>
    }
    .into_any()
}

pub fn verdict_tag(l: Locale, line: &Line) -> AnyView {
    match line.trials().verdict() {
        Some(Verdict::Passed) => parts::tag(Tone::Done, l.t("sentinels.outcome.passed")),
        Some(Verdict::Failed) => parts::tag(Tone::Urgent, l.t("sentinels.outcome.failed")),
        None => parts::tag(Tone::Muted, l.t("sentinels.acceptance.not_tried")),
    }
}

/// The protocol as it was signed, and keeping it.
fn signed(fields: Fields, shown: &Shown) -> AnyView {
    let l = fields.l;
    let row = &shown.batch.row;
    let at = format!("{}/signed", path(row.id));
    let kept = shown.signed.clone().map(|name| view! { <p><a href=at>{name}</a></p> });
    let words = if kept.is_some() { "sentinels.acceptance.sign_again" } else { "sentinels.acceptance.sign" };
    let form = shown.may_act.then(|| {
        view! {
            <form class="form" method="post" enctype="multipart/form-data" action=format!("{}/sign", path(row.id))>
                {fields.once()}
                <input type="hidden" name=SEEN value=row.signed_file_id.map(|file| file.to_string()).unwrap_or_default() />
                {fields.file("signed").accept(".pdf,.png,.jpg,.jpeg").view()}
                <button class="button">{l.t(words)}</button>
            </form>
        }
    });
    view! {
        <h2>{l.t("sentinels.acceptance.signed_title")}</h2>
        {kept}
        {form}
    }
    .into_any()
}
