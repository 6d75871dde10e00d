//! The forms of the settings: all kinds of plants at once, and one plant's own duty. The auditor reads them.

use axum::{http::StatusCode, response::Response};
use leptos::{prelude::*, tachys::view::any_view::AnyView};

use crate::{
    current::Current,
    form::Form,
    ids::TextEnum,
    members::{plant_kind::PlantKind, store::Plant},
    shell::Page,
    state::AppState,
    supply::{
        calendar::{Cadence, Days},
        duty::Rules,
    },
    ui::{field::Fields, parts, stale},
};

/// Stands for the empty cadence where it is said in words.
const AS_KIND: &str = "as_kind";

/// The field that holds the cadence of a kind of plant.
pub fn cadence_of(kind: PlantKind) -> String {
    format!("cadence.{}", kind.word())
}

pub fn days_of(kind: PlantKind) -> String {
    format!("days.{}", kind.word())
}

pub fn rules(state: &AppState, current: &Current, form: &Form, status: StatusCode) -> Response {
    page(state, current, form, status, None)
}

/// Somebody saved meanwhile: theirs is shown above what was typed.
pub fn overtaken(state: &AppState, current: &Current, form: &Form, theirs: &Form) -> Response {
    page(state, current, form, StatusCode::CONFLICT, Some(theirs))
}

fn page(state: &AppState, current: &Current, form: &Form, status: StatusCode, theirs: Option<&Form>) -> Response {
    let l = current.locale;
    let title = l.t("supply.settings.title");
    Page::new(current, title.clone()).failed_if(form.has_errors()).status(status).render(state, || {
        let fields = Fields::new(l, form);
        let kinds = PlantKind::ALL
            .iter()
            .map(|kind| {
                let name = l.say(&kind.name());
                view! {
                    <div class="form__row">
                        {fields.select(&cadence_of(*kind), fields.options::<Cadence>("supply.cadence"), None).label(name.clone()).view()}
                        {fields.select(&days_of(*kind), fields.options::<Days>("supply.days"), None).label(l.tn("supply.settings.days_for", &[("kind", &name)])).view()}
                    </div>
                }
                .into_any()
            })
            .collect::<Vec<_>>();
        view! {
            {fields.summary()}
            {theirs.map(|theirs| differences(fields, theirs))}
            {parts::breadcrumbs(l, &[("/supply", l.t("nav.supply"))], title.clone())}
            <h1>{title}</h1>
            <form class="form" method="post">
                {fields.hidden("row_version")}
                <fieldset class="fieldset" disabled=!current.is_staff()>
                    <h2 class="form__part">{l.t("supply.settings.duties")}</h2>
                    {kinds}
                    {fields.text("due_at").short().view()}
                    {fields.area("holidays", 6).optional().view()}
                    {fields.area("make_up_days", 4).optional().view()}
                    <h2 class="form__part">{l.t("supply.storage")}</h2>
                    {fields.number("high").input_mode("numeric").unit("%".to_owned()).view()}
                    {fields.number("low").input_mode("numeric").unit("%".to_owned()).view()}
                </fieldset>
                {save(current)}
            </form>
        }
        .into_any()
    })
}

/// The button, for those who may press it.
fn save(current: &Current) -> Option<AnyView> {
    let words = current.locale.t("supply.settings.save");
    current
        .is_staff()
        .then(|| view! { <div class="actions"><button class="button button--big">{words}</button></div> }.into_any())
}

/// The values in which what is stored differs from what was typed.
fn differences(fields: Fields, theirs: &Form) -> AnyView {
    let Fields { l, form } = fields;
    let kind = |name: &str| name.split('.').nth(1).and_then(PlantKind::from_word).map(|kind| l.say(&kind.name()));
    let label = |name: &str| match name.split('.').next() {
        Some("row_version") => None,
        Some("days") => kind(name).map(|kind| l.tn("supply.settings.days_for", &[("kind", &kind)])),
        _ => Some(kind(name).unwrap_or_else(|| l.t(&form.label_key(name)))),
    };
    let say = |name: &str, value: &str| match name.split('.').next() {
        Some("cadence") => l.t(&format!("supply.cadence.{value}")),
        Some("days") => l.t(&format!("supply.days.{value}")),
        _ => value.to_owned(),
    };
    stale::labelled(fields, theirs, &label, &say)
}

/// A plant's own duty; `theirs` is what somebody saved since the form was shown, if somebody did.
pub fn duty(
    state: &AppState,
    current: &Current,
    plant: &Plant,
    rules: &Rules,
    form: &Form,
    theirs: Option<&Form>,
) -> Response {
    let l = current.locale;
    let title = l.t("supply.settings.own_duty");
    let status = match theirs {
        Some(_) => StatusCode::CONFLICT,
        None if form.has_errors() => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    };
    Page::new(current, title.clone()).failed_if(form.has_errors()).status(status).render(state, || {
        let fields = Fields::new(l, form);
        let history = format!("/plants/{}/supply", plant.id);
        let of_kind = rules.duty_of(plant.kind);
        let words = l.tn(
            "supply.settings.of_kind",
            &[
                ("kind", &l.say(&plant.kind.name())),
                ("cadence", &l.t(&format!("supply.cadence.{}", of_kind.cadence.word()))),
                ("days", &l.t(&format!("supply.days.{}", of_kind.days.word()))),
            ],
        );
        view! {
            {fields.summary()}
            {theirs.map(|theirs| own_differences(fields, theirs))}
            {parts::breadcrumbs(l, &[("/supply", l.t("nav.supply")), (&history, plant.name.clone())], title.clone())}
            <h1>{title}</h1>
            <p class="lead">{words}</p>
            <form class="form" method="post">
                {fields.hidden("row_version")}
                <fieldset class="fieldset" disabled=!current.is_staff()>
                    {fields.select("cadence", fields.options::<Cadence>("supply.cadence"), Some(l.t("supply.settings.as_kind"))).view()}
                    {fields.select("days", fields.options::<Days>("supply.days"), None).view()}
                </fieldset>
                {save(current)}
            </form>
        }
        .into_any()
    })
}

/// The same for one plant's own duty; without a cadence it is that of its kind, and the days do not count.
fn own_differences(fields: Fields, theirs: &Form) -> AnyView {
    let Fields { l, form } = fields;
    let label = |name: &str| ["cadence", "days"].contains(&name).then(|| l.t(&form.label_key(name)));
    let say = |name: &str, value: &str| match (name, value) {
        ("cadence", AS_KIND) => l.t("supply.settings.as_kind"),
        _ => l.t(&format!("supply.{name}.{value}")),
    };
    let [theirs, yours] = [theirs, form].map(|side| {
        let mut said = side.clone();
        if side.value("cadence").is_empty() {
            said.set("cadence", AS_KIND);
            said.set("days", "");
        }
        said
    });
    stale::labelled(Fields { l, form: &yours }, &theirs, &label, &say)
}
