//! The ways between the lists of the sentinels.

use leptos::{prelude::*, tachys::view::any_view::AnyView};

use crate::current::Current;

const LISTS: [(&str, &str); 5] = [
    ("/sentinels", "sentinels.tab.requests"),
    ("/sentinels/devices", "sentinels.tab.devices"),
    ("/sentinels/acceptances", "sentinels.tab.acceptances"),
    ("/sentinels/faults", "sentinels.tab.faults"),
    ("/sentinels/models", "sentinels.tab.models"),
];

pub fn view(current: &Current, here: &str) -> AnyView {
    let l = current.locale;
    let links = LISTS
        .iter()
        .map(|(path, words)| {
            view! { <a href=*path aria-current=(*path == here).then_some("page")>{l.t(words)}</a> }.into_any()
        })
        .collect::<Vec<_>>();
    view! { <nav class="tabs" aria-label=l.t("sentinels.tabs")>{links}</nav> }.into_any()
}
