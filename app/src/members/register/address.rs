//! The address in a form: in Shanghai the town from a list (its district follows) and the parts; elsewhere
//! province, city and the rest.

use leptos::{prelude::*, tachys::view::any_view::AnyView};

use crate::{
    form::Form,
    members::{
        address::{Address, ElsewhereAddress, Part, ShanghaiAddress},
        towns,
    },
    text::{Locale, Message},
    ui::field::Fields,
};

/// Reads and checks the address; what keeps it from being complete is noted at its field.
pub(super) fn read(form: &mut Form) -> Option<Address> {
    let part = |part: Part| form.value(part.name()).to_owned();
    let address = match form.value("place") {
        "shanghai" => {
            let town_code = part(Part::Town);
            Address::Shanghai(ShanghaiAddress {
                district_code: towns::town(&town_code).map_or_else(String::new, |town| town.district_code.to_owned()),
                town_code,
                road: part(Part::Road),
                lane: part(Part::Lane),
                number: part(Part::Number),
                building: part(Part::Building),
                floor: part(Part::Floor),
                room: part(Part::Room),
            })
        }
        "elsewhere" => Address::Elsewhere(ElsewhereAddress {
            province: part(Part::Province),
            city: part(Part::City),
            county: part(Part::County),
            detail: part(Part::Detail),
        }),
        _ => {
            let label = format!("@{}", form.label_key("place"));
            form.refuse("place", Message::of("form.choose").with("label", label));
            return None;
        }
    };
    let address = address.tidied();
    for problem in address.problems() {
        if problem.part != Part::District {
            form.refuse(problem.part.name(), problem.message);
        }
    }
    (!form.has_errors()).then_some(address)
}

/// Fills the form from a stored address.
pub(super) fn fill(form: &mut Form, address: &Address) {
    let values = match address {
        Address::Shanghai(a) => vec![
            ("place", "shanghai"),
            ("town", &a.town_code),
            ("road", &a.road),
            ("lane", &a.lane),
            ("number", &a.number),
            ("building", &a.building),
            ("floor", &a.floor),
            ("room", &a.room),
        ],
        Address::Elsewhere(a) => vec![
            ("place", "elsewhere"),
            ("province", &a.province),
            ("city", &a.city),
            ("county", &a.county),
            ("detail", &a.detail),
        ],
    };
    for (name, value) in values {
        form.set(name, value);
    }
}

/// What a value of these fields is called.
pub(super) fn say(l: Locale, name: &str, value: &str) -> String {
    match name {
        "place" if value == "elsewhere" => l.t("members.place.elsewhere"),
        "place" => l.t("members.place.shanghai"),
        "town" => towns::town(value).map_or_else(|| value.to_owned(), |town| town.name.to_owned()),
        _ => value.to_owned(),
    }
}

pub(super) fn view(fields: Fields<'_>) -> AnyView {
    let l = fields.l;
    let places = ["shanghai", "elsewhere"].map(|place| (place.to_owned(), say(l, "place", place))).to_vec();
    let towns = towns::districts()
        .iter()
        .map(|district| {
            let towns = district.towns.iter().map(|town| (town.code.to_owned(), town.name.to_owned())).collect();
            (district.name.to_owned(), towns)
        })
        .collect();
    let part = |part: Part| fields.text(part.name()).label(l.say(&part.label())).max(part.longest());
    view! {
        {fields.radios("place", places)}
        <fieldset class="fieldset fieldset--shanghai">
            <legend>{l.t("members.place.shanghai")}</legend>
            {fields.select_grouped("town", towns, Some(l.t("members.plant.town.choose"))).view()}
            {part(Part::Road).view()}
            {part(Part::Lane).short().optional().view()}
            {part(Part::Number).short().view()}
            {part(Part::Building).short().optional().view()}
            {part(Part::Floor).short().optional().view()}
            {part(Part::Room).short().optional().view()}
        </fieldset>
        <fieldset class="fieldset fieldset--elsewhere">
            <legend>{l.t("members.place.elsewhere")}</legend>
            {part(Part::Province).short().view()}
            {part(Part::City).short().view()}
            {part(Part::County).short().optional().view()}
            {part(Part::Detail).view()}
        </fieldset>
    }
    .into_any()
}
