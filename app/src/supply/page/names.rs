//! The plants that have not reported, as a text for WeChat: names only, phones stay beside the list. The groups read
//! Chinese, so the Chinese text is always there; under it stands one in the page's language, where that is another.

use axum::response::Response;
use leptos::prelude::*;

use crate::{
    copies::{self, Noted},
    current::Current,
    shell::Page,
    state::AppState,
    supply::{duty::Rules, store::day::PlantDay},
    text::Locale,
    time::{Day, show_day},
    ui::parts,
};

pub fn show(
    state: &AppState,
    current: &Current,
    rules: &Rules,
    day: Day,
    missing: &[PlantDay],
    noted: &Noted,
) -> Response {
    let l = current.locale;
    Page::new(current, l.t("supply.names")).render(state, || {
        let of_day = format!("/supply/day/{}", show_day(day));
        let above = [("/supply", l.t("nav.supply")), (of_day.as_str(), show_day(day))];
        view! {
            {parts::breadcrumbs(l, &above, l.t("supply.names"))}
            <h1>{l.t("supply.names")}</h1>
            <p class="lead">{l.t("supply.names_lead")}</p>
            {match missing {
                [] => parts::empty(l.t("supply.day.empty"), None),
                _ => {
                    let own = (l != Locale::Zh).then_some(l);
                    let button = |of| copies::button(current, text(of, state, rules, day, missing), l.t("supply.copy_names"), noted);
                    let buttons = std::iter::once(Locale::Zh).chain(own).map(button).collect_view();
                    view! { {buttons} {copies::list(l, noted)} }.into_any()
                }
            }}
        }
        .into_any()
    })
}

fn text(l: Locale, state: &AppState, rules: &Rules, day: Day, missing: &[PlantDay]) -> String {
    let (day, n) = (show_day(day), missing.len().to_string());
    let mut lines = vec![l.tn("supply.wechat.names", &[("day", &day), ("due", &rules.due_at), ("n", &n)])];
    lines.extend(missing.iter().map(|plant| format!("{} {}", plant.member_name, plant.plant_name)));
    lines.push(l.t("supply.wechat.how"));
    lines.push(state.options.url("/supply"));
    lines.join("\n")
}
