//! The devices of an install request, on its page; and entering those of a request that is older than the register.

use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::{feed, list_page::stage_tag, page::title, routes::path, store::Device};
use crate::{
    current::Current,
    form::Form,
    sentinels::{routes, store::Case},
    ui::field::Fields,
};

/// More devices than this are left to the list.
pub const SHOWN: u64 = 12;

/// `devices` are the first of them and how many there are.
pub fn view(current: &Current, case: &Case, (devices, count): &(Vec<Device>, u64)) -> Option<AnyView> {
    let l = current.locale;
    let request = case.request.id;
    if devices.is_empty() {
        let may = current.acts_for_plant(case.request.member_id, case.request.plant_id).is_ok();
        return (may && feed::is_behind(case)).then(|| enter(current, case));
    }
    let lines = devices
        .iter()
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
    let all = (*count > devices.len() as u64).then(|| {
        let words = l.tn("sentinels.devices.all_of_request", &[("n", &count.to_string())]);
        view! { <p><a href=format!("/sentinels/devices?request={request}")>{words}</a></p> }
    });
    Some(
        view! {
            <h2>{l.t("sentinels.devices.of_request")}</h2>
            <ul class="tasks">{lines}</ul>
            {all}
        }
        .into_any(),
    )
}

fn enter(current: &Current, case: &Case) -> AnyView {
    let l = current.locale;
    let form = Form::new("");
    view! {
        <h2>{l.t("sentinels.devices.of_request")}</h2>
        <form method="post" action=routes::path(case.request.id, "enter-devices")>
            <p>{l.t("sentinels.request.enter_devices.what")}</p>
            {Fields::new(l, &form).once()}
            <p><button class="button">{l.t("sentinels.request.enter_devices")}</button></p>
        </form>
    }
    .into_any()
}
