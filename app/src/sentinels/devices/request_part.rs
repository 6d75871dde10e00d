//! The devices of an install request, on its page; and entering those of a request that is older than the register.

use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::{feed, list_page::stage_tag, page::title, routes::path, store::Device};
use crate::{
    current::Current,
    form::Form,
    sentinels::{request_page::Shown, routes, store::Case},
    ui::field::Fields,
};

/// More devices than this are left to the list.
pub const SHOWN: u64 = 12;

pub fn view(current: &Current, shown: &Shown) -> Option<AnyView> {
    let l = current.locale;
    let Shown { case, devices: (devices, count), .. } = shown;
    let request = case.request.id;
    if devices.is_empty() {
        return (shown.whole && feed::is_behind(case)).then(|| enter(current, case));
    }
    let lines = devices.iter().map(|device| line(current, device)).collect::<Vec<_>>();
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

/// A device; one at a plant of others leads nowhere.
fn line(current: &Current, device: &Device) -> AnyView {
    let l = current.locale;
    let (name, stage) = (title(l, device), stage_tag(l, device.stage()));
    if current.sees_plant(device.row.member_id, device.row.plant_id).is_err() {
        return view! { <li><p><span>{name}</span> " " <span class="tasks__why">{stage}</span></p></li> }.into_any();
    }
    view! { <li><a href=path(device.row.id)><span>{name}</span> <span class="tasks__why">{stage}</span></a></li> }
        .into_any()
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
