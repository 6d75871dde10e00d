//! The refused addresses with what was said of each; and the remark that stands beside such an address elsewhere.

use axum::response::Response;
use leptos::{prelude::*, tachys::view::any_view::AnyView};

use crate::{
    current::Current,
    outbox::{
        entity::delivery,
        status::{shown_email, shown_reply},
        store,
        suppressed::PATH,
    },
    shell::Page,
    state::AppState,
    ui::parts::{self, Tone},
};

pub struct Suppressed {
    pub found: Vec<(store::Suppressed, Option<delivery::Model>)>,
    pub more: bool,
    /// Whether it is not the first page.
    pub continued: bool,
    pub count: u64,
}

pub fn show(state: &AppState, current: &Current, listed: &Suppressed) -> Response {
    let l = current.locale;
    let title = l.t("outbox.suppressed.title");
    Page::new(current, title.clone()).render(state, || {
        let rows = listed.found.iter().map(|(address, refused)| row(current, address, refused.as_ref()));
        let rows = rows.collect::<Vec<_>>();
        let table = if rows.is_empty() {
            parts::empty(l.t("outbox.suppressed.none"), None)
        } else {
            view! {
                <div class="table-wrap" role="region" tabindex="0" aria-label=title.clone()>
                    <table class="table table--cards">
                        <thead>
                            <tr>
                                <th scope="col">{l.t("outbox.field.email")}</th>
                                <th scope="col">{l.t("outbox.suppressed.since")}</th>
                                <th scope="col">{l.t("outbox.suppressed.said")}</th>
                                {current.is_staff().then(|| view! { <td></td> })}
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            }
            .into_any()
        };
        let last = listed.found.last().filter(|_| listed.more);
        view! {
            {parts::breadcrumbs(l, &[("/outbox", l.t("outbox.title"))], title.clone())}
            <h1>{title.clone()}</h1>
            <p class="lead">{l.t("outbox.suppressed.lead")}</p>
            {parts::result_count(l, listed.count)}
            {table}
            {parts::pager(
                l,
                listed.continued.then(|| PATH.to_owned()),
                last.map(|(address, _)| format!("{PATH}?after={}", address.id)),
            )}
        }
        .into_any()
    })
}

fn row(current: &Current, address: &store::Suppressed, refused: Option<&delivery::Model>) -> AnyView {
    let l = current.locale;
    let name = refused.map(|delivery| delivery.name.clone()).unwrap_or_default();
    let act = current.is_staff().then(|| view! { <td>{lift_button(current, address, PATH)}</td> });
    view! {
        <tr>
            <th scope="row">
                <a href=format!("/outbox/{}", address.delivery_id)>{shown_email(current, &address.email)}</a> " " {name}
            </th>
            <td class="nowrap" data-label=l.t("outbox.suppressed.since")>{address.since.show()}</td>
            <td data-label=l.t("outbox.suppressed.said")>{words(current, address)}</td>
            {act}
        </tr>
    }
    .into_any()
}

/// Beside an address: that it was refused, when and with which words, and for whoever may say that it is right the
/// button for that. It posts to `action`; without one it is for staff, who come back to `here`.
pub fn refused_address(current: &Current, address: &store::Suppressed, action: Option<&str>, here: &str) -> AnyView {
    let l = current.locale;
    let since =
        l.tn("outbox.suppressed.note", &[("since", &address.since.show()), ("words", &words(current, address))]);
    let act = match action {
        Some(action) => Some(
            view! {
                <form method="post" action=action.to_owned()>
                    <button class="button button--quiet">{l.t("outbox.suppressed.right")}</button>
                </form>
            }
            .into_any(),
        ),
        None => current.is_staff().then(|| lift_button(current, address, here)),
    };
    view! {
        <div class="stack">
            <p>{parts::tag(Tone::Urgent, l.t("outbox.suppressed.tag"))} " " {since}</p>
            {act}
        </div>
    }
    .into_any()
}

/// For staff, who come back to `here`.
pub fn lift_button(current: &Current, address: &store::Suppressed, here: &str) -> AnyView {
    view! {
        <form method="post" action=format!("{PATH}/{}/lift", address.id)>
            <input type="hidden" name="back" value=here.to_owned() />
            <button class="button button--quiet">
                {current.locale.t("outbox.suppressed.lift")}
                <span class="visually-hidden">" " {shown_email(current, &address.email)}</span>
            </button>
        </form>
    }
    .into_any()
}

/// Code and words of the server, without the address where the person may not see it.
fn words(current: &Current, address: &store::Suppressed) -> String {
    let code = address.reply_code.map(|code| format!("{code} ")).unwrap_or_default();
    format!("{code}{}", shown_reply(current, &address.email, &address.words)).trim_end().to_owned()
}
