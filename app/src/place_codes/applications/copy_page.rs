//! One entrance after the other, as it is entered at the city: every value with a button that copies it.

use axum::response::Response;
use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::{
    routes::path,
    sheet::{Place, Sheet},
    store::Application,
};
use crate::{
    current::Current,
    shell::Page,
    state::AppState,
    ui::{copy::copy_button, parts},
};

pub fn show(
    state: &AppState,
    current: &Current,
    application: &Application,
    sheet: &Sheet,
    place: &Place,
    at: usize,
) -> Response {
    let l = current.locale;
    let id = application.id;
    let title = l.t("place_codes.copy");
    Page::new(current, title.clone()).render(state, || {
        let here = path(id, "");
        let above = [
            ("/place-codes/applications", l.t("place_codes.applications")),
            (here.as_str(), application.number.clone()),
        ];
        let count = sheet.places.len();
        let to = |at: usize| format!("{}?place={at}", path(id, "copy"));
        let values = [
            ("place_codes.row.unit", Some(&sheet.unit_name)),
            ("place_codes.row.credit_code", Some(&sheet.credit_code)),
            ("place_codes.row.place", Some(&place.place_name)),
            ("place_codes.row.address", Some(&place.address_line)),
            ("place_codes.row.district", place.district.as_ref()),
            ("place_codes.row.town", place.town.as_ref()),
        ];
        let boxes = values
            .into_iter()
            .filter_map(|(key, value)| {
                let label = l.t(key);
                let button = copy_button(l, value?.clone(), l.tn("place_codes.copy.one", &[("what", &label)]));
                Some(view! { <div class="copy-value"><p class="field__label">{label}</p>{button}</div> }.into_any())
            })
            .collect::<Vec<AnyView>>();
        let where_now = l.tn(
            "place_codes.copy.at",
            &[("at", &at.to_string()), ("count", &count.to_string()), ("name", &format!("{} · {}", place.plant, place.entrance))],
        );
        view! {
            {parts::breadcrumbs(l, &above, title.clone())}
            <h1>{title.clone()}</h1>
            <p class="lead" role="status">{where_now}</p>
            {boxes}
            <div class="actions">
                {(at < count).then(|| view! { <a class="button" href=to(at + 1)>{l.t("place_codes.copy.next")}</a> })}
                {(at > 1).then(|| view! { <a class="button button--quiet" href=to(at - 1)>{l.t("place_codes.copy.before")}</a> })}
                {(at == count).then(|| view! { <a class="button" href=here.clone()>{l.t("place_codes.copy.end")}</a> })}
            </div>
        }
        .into_any()
    })
}
