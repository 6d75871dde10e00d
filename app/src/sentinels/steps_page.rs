//! The pages of the wizard's steps.

use axum::{http::StatusCode, response::Response};
use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::{
    advice_part,
    answers::{self, BUSIEST_HOUR, QUESTIONS, TAKEN},
    devices::form::places,
    draft::Offered,
    model::Assurance,
    recommendation::Gates,
    routes::path,
    sheet::form_names,
    store::Case,
    wizard::Offer,
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

/// The place that somebody else chose while the form was open.
pub struct Chosen {
    pub form: Form,
    /// What the entrances of either form are called.
    pub names: Vec<(String, String)>,
}

/// The first step, for a new request or for one that moves.
pub fn place(
    state: &AppState,
    current: &Current,
    action: &str,
    form: &Form,
    offered: &Offered,
    stored: Option<&Chosen>,
) -> Response {
    let l = current.locale;
    let title = l.t("sentinels.step.place.title");
    let fields = Fields::new(l, form);
    let page = Page::new(current, title.clone()).failed_if(form.has_errors());
    let page = if stored.is_some() { page.status(StatusCode::CONFLICT) } else { page };
    page.render(state, || {
        let body = match offered {
            Offered::Entrances { plant, member, entrances, alone } => {
                entrances_of(fields, action, plant, member, entrances, *alone)
            }
            Offered::Plants { plants, search } => plants_to_choose(l, action, plants, search.as_deref()),
        };
        view! {
            {fields.summary()}
            {stored.map(|stored| {
                let name = |value: &str| stored.names.iter().find(|(id, _)| id == value).map(|(_, name)| name.clone());
                let say = |_: &str, value: &str| name(value).unwrap_or_else(|| value.to_owned());
                stale::differences(fields, &stored.form, &say)
            })}
            {parts::breadcrumbs(l, &[("/sentinels", l.t("sentinels.title"))], title.clone())}
            <h1>{title.clone()}</h1>
            {body}
        }
        .into_any()
    })
}

fn entrances_of(
    fields: Fields,
    action: &str,
    plant: &register::Plant,
    member: &str,
    entrances: &[register::Entrance],
    alone: bool,
) -> AnyView {
    let l = fields.l;
    let options: Vec<(String, String)> = entrances
        .iter()
        .map(|entrance| {
            let passage = l.t(&format!("sentinels.passage.{}", entrance.passage));
            (entrance.id.to_string(), format!("{} · {passage}", entrance.name))
        })
        .collect();
    let choose = if options.is_empty() {
        parts::empty(
            l.t("sentinels.no_entrance"),
            Some((&format!("/members/{}", plant.member_id), l.t("sentinels.problem.mend"))),
        )
    } else {
        view! {
            <form class="form" method="post" action=action.to_owned()>
                {fields.once()}
                {fields.hidden("seen")}
                <input type="hidden" name="plant" value=plant.id.to_string() />
                {fields.radios("entrance", options)}
                <button class="button button--big">{l.t("sentinels.go_on")}</button>
            </form>
        }
        .into_any()
    };
    let other = (!alone).then(|| view! { <p><a href=format!("{action}?q=")>{l.t("sentinels.another_plant")}</a></p> });
    view! {
        <dl class="summary-list check-answers">
            <div><dt>{l.t("sentinels.row.unit")}</dt><dd>{member.to_owned()}</dd></div>
            <div><dt>{l.t("sentinels.row.plant")}</dt><dd>{plant.name.clone()}</dd></div>
            <div><dt>{l.t("sentinels.row.address")}</dt><dd>{plant.address_line.clone()}</dd></div>
        </dl>
        {other}
        {choose}
    }
    .into_any()
}

/// Plants as links that lead on with one of them; staff search for one first.
pub fn plants_to_choose(
    l: Locale,
    action: &str,
    plants: &[(register::Plant, String)],
    search: Option<&str>,
) -> AnyView {
    let list = plants
        .iter()
        .map(|(plant, member)| {
            let href = format!("{action}?plant={}", plant.id);
            view! {
                <li><a href=href><span>{plant.name.clone()}</span><span class="tasks__why">{member.clone()}</span></a></li>
            }
            .into_any()
        })
        .collect::<Vec<_>>();
    let list = if !list.is_empty() {
        view! { <ul class="tasks">{list}</ul> }.into_any()
    } else if search.is_some_and(str::is_empty) {
        ().into_any()
    } else {
        parts::empty(l.t("sentinels.no_plant"), None)
    };
    let search = search.map(|text| {
        view! {
            <form class="filters" method="get" action=action.to_owned() role="search">
                <div class="field">
                    <label class="field__label" for="f-q">{l.t("sentinels.search_plant")}</label>
                    <input class="input" type="search" id="f-q" name="q" maxlength="60" value=text.to_owned() />
                </div>
                <button class="button">{l.t("sentinels.search")}</button>
            </form>
        }
    });
    view! {
        {search}
        {list}
    }
    .into_any()
}
