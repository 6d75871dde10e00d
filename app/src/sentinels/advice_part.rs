//! The advice above the devices of a request: what suits and why, how many are needed, and the models that conform; and
//! the models to take from.

use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::{
    catalogue::{self, advice::Advice},
    offer::Offer,
    sheet::form_names,
};
use crate::{
    guides::{drawings, facts::DeviceForm},
    text::Locale,
    ui::field::Group,
};

/// What suits, with the reason of each rule that applies, and what the catalogue has of it.
pub fn recommended(l: Locale, offer: &Offer) -> AnyView {
    let suits = &offer.suits;
    let forms: Vec<DeviceForm> = std::iter::once(suits.form).chain(suits.also).collect();
    let reasons = suits.reasons.iter().map(|why| view! { <li>{l.say(why)}</li> }.into_any()).collect::<Vec<_>>();
    let abilities: Vec<String> =
        suits.abilities.iter().map(|ability| l.t(&format!("guides.ability.{ability}"))).collect();
    let abilities = (!abilities.is_empty())
        .then(|| view! { <p>{l.tn("sentinels.suits.abilities", &[("abilities", &abilities.join(" / "))])}</p> });
    view! {
        <section class="banner" aria-labelledby="suits">
            <h2 id="suits">{l.tn("sentinels.suits", &[("forms", &form_names(l, &forms))])}</h2>
            <ul>{reasons}</ul>
            {abilities}
            {drawings::figures(l, forms)}
            {offer.advice.iter().map(|advice| advised(l, advice)).collect::<Vec<_>>()}
            {how_counted(l, offer)}
            <p>{l.t("sentinels.suits.free")}</p>
        </section>
    }
    .into_any()
}

/// How many of one form, and the models that conform, or that the catalogue has none.
fn advised(l: Locale, advice: &Advice) -> AnyView {
    let form = form_names(l, &[advice.form]);
    let pieces = |n: u32| l.tn("sentinels.suits.pieces", &[("n", &n.to_string())]);
    let models = advice
        .models
        .iter()
        .map(|found| {
            let model = &found.model;
            let needed = found.needed.map(|n| format!(" · {}", pieces(n)));
            view! { <li><a href=catalogue::routes::path(model.id)>{model.name()}</a>{needed}</li> }.into_any()
        })
        .collect::<Vec<_>>();
    let needed = advice.needed.map(|n| {
        let words = l.tn("sentinels.suits.needed", &[("form", &form), ("n", &n.to_string())]);
        view! { <p><strong>{words}</strong></p> }
    });
    let models = if models.is_empty() {
        view! { <p>{l.tn("sentinels.suits.none", &[("form", &form)])}</p> }.into_any()
    } else {
        view! {
            <p>{l.tn("sentinels.suits.models", &[("form", &form)])}</p>
            <ul>{models}</ul>
        }
        .into_any()
    };
    view! { {needed} {models} }.into_any()
}

/// What the numbers rest on.
fn how_counted(l: Locale, offer: &Offer) -> Option<AnyView> {
    let counted = offer.advice.iter().any(|advice| advice.needed.is_some());
    let pace = &offer.rules.pace;
    let figures =
        [("people", pace.people_per_minute), ("vehicles", pace.vehicles_per_minute), ("busy", pace.busy_minute)]
            .map(|(name, figure)| (name, figure.to_string()));
    let figures = figures.each_ref().map(|(name, figure)| (*name, figure.as_str()));
    counted.then(|| view! { <p class="quiet">{l.tn("sentinels.suits.how_counted", &figures)}</p> }.into_any())
}

/// The models of the catalogue, those that suit first; each once.
pub fn to_take(l: Locale, offer: &Offer) -> Vec<Group> {
    let suitable: Vec<&catalogue::Model> =
        offer.advice.iter().flat_map(|advice| &advice.models).map(|found| &found.model).collect();
    let others = offer.models.iter().filter(|model| !suitable.iter().any(|other| other.id == model.id)).collect();
    let options = |models: Vec<&catalogue::Model>| -> Vec<(String, String)> {
        let words = |model: &catalogue::Model| format!("{} · {}", model.name(), form_names(l, &[model.form]));
        models.into_iter().map(|model| (model.id.to_string(), words(model))).collect()
    };
    [("sentinels.take.suitable", options(suitable)), ("sentinels.take.others", options(others))]
        .into_iter()
        .filter(|(_, options)| !options.is_empty())
        .map(|(heading, options)| (l.t(heading), options))
        .collect()
}
