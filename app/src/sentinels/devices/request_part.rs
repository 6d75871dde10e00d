//! The devices of an install request, on its page.

use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::{list_page::stage_tag, page::title, routes::path, store::Device};
use crate::{ids::InstallRequestId, text::Locale};

/// More devices than this are left to the list.
const SHOWN: usize = 12;

pub fn view(l: Locale, request: InstallRequestId, devices: &[Device]) -> Option<AnyView> {
    let lines = devices
        .iter()
        .take(SHOWN)
        .map(|device| {
            view! {
                <li>
                    <a href=path(device.row.id)>
                        <span>{title(l, device)}</span>
                        <span class="tasks__why">{stage_tag(l, device.stage())}</span>
                    </a>
                </li>
            }
            .into_any()
        })
        .collect::<Vec<_>>();
    let all = (devices.len() > SHOWN).then(|| {
        let words = l.tn("sentinels.devices.all_of_request", &[("n", &devices.len().to_string())]);
        view! { <p><a href=format!("/sentinels/devices?request={request}")>{words}</a></p> }
    });
    (!devices.is_empty()).then(|| {
        view! {
            <h2>{l.t("sentinels.devices.of_request")}</h2>
            <ul class="tasks">{lines}</ul>
            {all}
        }
        .into_any()
    })
}
