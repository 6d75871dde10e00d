//! Drawings of the five device forms, with the places where a code is held and a card is laid. The words beside each say
//! the same, so the drawings themselves are hidden from screen readers.

use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::facts::DeviceForm;
use crate::text::Locale;

/// The drawing of a form with its name and where to hold what.
pub fn figure(l: Locale, form: DeviceForm) -> AnyView {
    let say = |place: &str| l.t(&format!("guides.drawing.{form}.{place}"));
    view! {
        <figure class="figure">
            <h3>{l.t(&format!("guides.form.{form}"))}</h3>
            <div inner_html=drawing(form)></div>
            <figcaption><ol><li>{say("code")}</li><li>{say("card")}</li></ol></figcaption>
        </figure>
    }
    .into_any()
}

/// Those of several forms beside each other.
pub fn figures(l: Locale, forms: impl IntoIterator<Item = DeviceForm>) -> AnyView {
    let figures = forms.into_iter().map(|form| figure(l, form)).collect::<Vec<_>>();
    view! { <div class="figures">{figures}</div> }.into_any()
}

fn drawing(form: DeviceForm) -> &'static str {
    match form {
        DeviceForm::Handheld => include_str!("drawings/handheld.svg"),
        DeviceForm::Floor => include_str!("drawings/floor.svg"),
        DeviceForm::Gate => include_str!("drawings/gate.svg"),
        DeviceForm::Wall => include_str!("drawings/wall.svg"),
        DeviceForm::Desk => include_str!("drawings/desk.svg"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::TextEnum;

    #[test]
    fn every_form_has_its_own_drawing_with_both_places_and_no_colours_of_its_own() {
        let mut drawings: Vec<_> = DeviceForm::ALL.iter().map(|form| drawing(*form)).collect();
        for drawing in &drawings {
            assert_eq!(drawing.matches("drawing__area").count(), 2, "{drawing}");
            assert_eq!(drawing.matches("drawing__number").count(), 2, "{drawing}");
            assert!(!drawing.contains("style=") && !drawing.contains('#'), "{drawing}");
        }
        drawings.sort_unstable();
        drawings.dedup();
        assert_eq!(drawings.len(), DeviceForm::ALL.len());
    }
}
