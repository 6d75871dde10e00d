//! The pages of the wizard's steps.

use axum::{http::StatusCode, response::Response};
use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::{
    advice_part,
    answers::{self, BUSIEST_HOUR, QUESTIONS, TAKEN},
    devices::form::places,
    model::Assurance,
    offer::Offer,
    recommendation::Gates,
    routes::path,
    sheet::form_names,
    store::Case,
};
use crate::{
    current::Current,
    documents::MAX_LISTED_LINES,
    form::Form,
    guides::facts::DeviceForm,
    ids::{InstallRequestId, TextEnum},
    members::store as register,
    shell::Page,
    state::AppState,
    text::Locale,
    ui::{
        field::{Fields, Group},
        parts, stale,
    },
};

pub const SCOPE: &str = "sentinels.field";

/// The steps, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    Place,
    Scene,
    Devices,
    Contact,
    Check,
}

impl Step {
    const ALL: [Self; 5] = [Self::Place, Self::Scene, Self::Devices, Self::Contact, Self::Check];

    fn word(self) -> &'static str {
        match self {
            Self::Place => "place",
            Self::Scene => "scene",
            Self::Devices => "devices",
            Self::Contact => "contact",
            Self::Check => "check",
        }
    }
}

/// Where one is; steps that are done can be gone back to.
pub fn steps(l: Locale, id: InstallRequestId, here: Step) -> AnyView {
    let items = Step::ALL
        .iter()
        .map(|step| {
            let name = l.t(&format!("sentinels.step.{}", step.word()));
            if *step < here {
                view! { <li class="steps__done"><a href=path(id, step.word())>{name}</a></li> }.into_any()
            } else {
                view! { <li aria-current=(*step == here).then_some("step")>{name}</li> }.into_any()
            }
        })
        .collect::<Vec<_>>();
    view! { <ol class="steps">{items}</ol> }.into_any()
}

/// One step: its title, its form, and what else stands around it. `stored` is what somebody else saved
/// in the meantime.
struct Shape<'a> {
    case: &'a Case,
    step: Step,
    form: &'a Form,
    stored: Option<&'a Form>,
    above: Option<AnyView>,
    /// What entrances that the form names are called.
    entrances: &'a [register::Entrance],
}

fn step(state: &AppState, current: &Current, shape: Shape, inner: impl FnOnce(Fields) -> AnyView) -> Response {
    let l = current.locale;
    let id = shape.case.request.id;
    let word = shape.step.word();
    let title = l.t(&format!("sentinels.step.{word}.title"));
    let page = Page::new(current, title.clone()).failed_if(shape.form.has_errors());
    let page = if shape.stored.is_some() { page.status(StatusCode::CONFLICT) } else { page };
    let fields = Fields::new(l, shape.form);
    let class = if shape.step == Step::Devices { "form form--wide" } else { "form" };
    page.render(state, || {
        view! {
            {fields.summary()}
            {shape.stored.map(|stored| stale::differences(fields, stored, &|name, value| said(l, shape.entrances, name, value)))}
            {parts::breadcrumbs(l, &[("/sentinels", l.t("sentinels.title"))], title.clone())}
            {steps(l, id, shape.step)}
            <h1>{title.clone()}</h1>
            {shape.above}
            <form class=class method="post" action=path(id, word)>
                {fields.hidden("seen")}
                {inner(fields)}
                <button class="button button--big">{l.t("sentinels.go_on")}</button>
            </form>
            {discard(l, id)}
        }
        .into_any()
    })
}

/// Throwing the draft away, one step further than a slip of the thumb.
pub fn discard(l: Locale, id: InstallRequestId) -> AnyView {
    view! {
        <details class="disclosure">
            <summary>{l.t("sentinels.discard")}</summary>
            <div>
                <p>{l.t("sentinels.discard.what")}</p>
                <form method="post" action=path(id, "discard")>
                    <button class="button button--danger">{l.t("sentinels.discard.yes")}</button>
                </form>
            </div>
        </details>
    }
    .into_any()
}

/// What a stored answer is called.
fn said(l: Locale, entrances: &[register::Entrance], name: &str, value: &str) -> String {
    let family = match name.rsplit('.').next() {
        Some("entrance") => {
            let found = entrances.iter().find(|entrance| entrance.id.to_string() == value);
            return found.map_or_else(|| value.to_owned(), |entrance| entrance.name.clone());
        }
        Some("gates") => "sentinels.gates",
        Some("specification" | "docking") => "sentinels.assurance",
        Some("form") => "guides.form",
        _ if QUESTIONS.iter().any(|(_, question)| *question == name) => "sentinels",
        _ => return value.to_owned(),
    };
    l.t(&format!("{family}.{value}"))
}

pub fn scene(state: &AppState, current: &Current, case: &Case, form: &Form, stored: Option<&Form>) -> Response {
    let l = current.locale;
    let above = Some(view! { <p class="lead">{l.t("sentinels.scene.lead")}</p> }.into_any());
    step(state, current, Shape { case, step: Step::Scene, form, stored, above, entrances: &[] }, |fields| {
        let yes_no =
            || [("yes", "sentinels.yes"), ("no", "sentinels.no")].map(|(v, key)| (v.to_owned(), l.t(key))).to_vec();
        let mut questions: Vec<AnyView> = QUESTIONS.iter().map(|(_, name)| fields.radios(name, yes_no())).collect();
        questions.insert(2, fields.radios("gates", fields.options::<Gates>("sentinels.gates")));
        let units = ["sentinels.unit.people", "sentinels.unit.vehicles"];
        let numbers = BUSIEST_HOUR.into_iter().zip(units);
        questions.extend(numbers.map(|(name, unit)| fields.number(name).unit(l.t(unit)).optional().view()));
        questions.into_any()
    })
}

pub fn devices(
    state: &AppState,
    current: &Current,
    case: &Case,
    form: &Form,
    offer: &Offer,
    stored: Option<&Form>,
) -> Response {
    let l = current.locale;
    let above = Some(advice_part::recommended(l, offer));
    let shape = Shape { case, step: Step::Devices, form, stored, above, entrances: &offer.entrances };
    step(state, current, shape, |fields| {
        let forms: Vec<(String, String)> = DeviceForm::ALL
            .iter()
            .filter(|device| offer.rules.forms.contains(device))
            .map(|device| (device.word().to_owned(), form_names(l, &[*device])))
            .collect();
        let lines = answers::lines_shown(form);
        let choices = Choices {
            forms,
            taken: advice_part::to_take(l, offer),
            places: if offer.spreads() { places(&offer.plants, &offer.entrances) } else { Vec::new() },
        };
        let rows = (0..lines).map(|n| line(fields, n, &choices)).collect::<Vec<_>>();
        let more = (lines < MAX_LISTED_LINES).then(|| {
            view! { <p><button class="button button--quiet" name="more" value="1">{l.t("sentinels.more_devices")}</button></p> }
        });
        view! {
            {offer.spreads().then(|| view! { <p>{l.t("sentinels.devices.several")}</p> })}
            {rows}
            {more}
            {fields.radios("specification", fields.options::<Assurance>("sentinels.assurance"))}
            {fields.radios("docking", fields.options::<Assurance>("sentinels.assurance"))}
        }
        .into_any()
    })
}

/// What can be chosen in a line.
struct Choices {
    forms: Vec<(String, String)>,
    taken: Vec<Group>,
    /// Empty where there is but one entrance.
    places: Vec<Group>,
}

fn line(fields: Fields, n: usize, Choices { forms, taken, places }: &Choices) -> AnyView {
    let l = fields.l;
    let name = |part: &str| format!("lines.{n}.{part}");
    let title = format!("line-{n}");
    let labelled_by = title.clone();
    view! {
        <div class="form__line" role="group" aria-labelledby=labelled_by>
            <p class="form__line-title" id=title>{l.tn("sentinels.device", &[("n", &(n + 1).to_string())])}</p>
            {(!places.is_empty()).then(|| fields.select_grouped(&name("entrance"), places.clone(), None).view())}
            {(!taken.is_empty()).then(|| {
                let choose = fields.select_grouped(&name(TAKEN), taken.clone(), Some(l.t("sentinels.take.none")));
                choose.label(l.t("sentinels.take")).optional().view()
            })}
            {fields.select(&name("form"), forms.clone(), None).view()}
            {fields.number(&name("quantity")).unit(l.t("sentinels.unit.pieces")).view()}
            {fields.text(&name("brand")).view()}
            {fields.text(&name("model")).view()}
            {fields.text(&name("vendor")).view()}
        </div>
    }
    .into_any()
}

pub fn contact(state: &AppState, current: &Current, case: &Case, form: &Form, stored: Option<&Form>) -> Response {
    step(state, current, Shape { case, step: Step::Contact, form, stored, above: None, entrances: &[] }, |fields| {
        view! {
            {fields.text("contact_name").autocomplete("name").view()}
            {fields.text("contact_phone").input_mode("tel").autocomplete("tel").view()}
            {fields.text("site_phone").input_mode("tel").view()}
            {fields.text("copy_to").input_mode("email").autocomplete("email").optional().view()}
            {fields.area("remarks", 4).optional().view()}
        }
        .into_any()
    })
}
