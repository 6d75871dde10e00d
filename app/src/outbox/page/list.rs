//! What became of every mail, newest first; above it the pause with its release, and on the first page the overview.

use axum::response::Response;
use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::{
    causes::{causes, words},
    overview::{Overview, nobody_sends, overview},
};
use crate::{
    current::Current,
    form::Form,
    ids::TextEnum,
    outbox::{
        DeliveryState, PauseReason,
        entity::pause,
        leaves,
        status::{delivery_tag, pause_words, shown_email},
        store::{Cause, Found, Listed},
        suppressed,
    },
    shell::Page,
    state::AppState,
    text::Locale,
    time::Instant,
    ui::{downloads, field::Fields, parts},
};

pub struct Listing {
    /// The word of the filter that is chosen.
    pub filter: String,
    /// What chooses the list again.
    pub query: String,
    /// The cause whose failures are shown.
    pub cause: Option<Cause>,
    /// The causes of all failures, where these are shown.
    pub causes: (Vec<(Cause, u64)>, bool),
    pub listed: Listed,
    pub count: u64,
    pub pause: Option<pause::Model>,
    /// When a worker was last heard of, while mail waits and none sends it.
    pub nobody_sends: Option<Option<Instant>>,
    /// What stands above the first page.
    pub overview: Option<Overview>,
}

pub fn show(state: &AppState, current: &Current, listing: Listing) -> Response {
    let l = current.locale;
    Page::new(current, l.t("outbox.title")).render(state, || {
        let files_only =
            (!leaves(state, current)).then(|| view! { <p class="banner">{l.t("outbox.files_only")}</p> });
        view! {
            <div class="page-head"><h1>{l.t("outbox.title")}</h1>{listing.pause.is_none().then(|| pausing(current))}</div>
            {listing.pause.as_ref().map(|pause| paused(current, pause))}
            {files_only}
            {listing.nobody_sends.map(|last_heard| nobody_sends(l, last_heard))}
            {listing.overview.as_ref().map(|shown| overview(current, shown))}
            {causes(current, &listing.causes)}
            <p><a href=suppressed::PATH>{l.t("outbox.suppressed.title")}</a></p>
            <h2>{l.t("outbox.list")}</h2>
            {filters(current, &listing.filter)}
            {listing.cause.as_ref().map(|cause| only(l, cause))}
            {parts::result_count(l, listing.count)}
            {table(current, &listing)}
        }
        .into_any()
    })
}

/// For staff, the button that pauses.
fn pausing(current: &Current) -> Option<AnyView> {
    let form = button(current, "/outbox/pause", "outbox.pause", "button button--quiet")?;
    Some(view! { <div class="actions">{form}</div> }.into_any())
}

/// The pause with its cause and, for staff, its release.
fn paused(current: &Current, pause: &pause::Model) -> AnyView {
    let l = current.locale;
    let (why, mend) = match pause.reason {
        PauseReason::SigningIn => ("outbox.pause.signing_in", Some("outbox.pause.mend")),
        PauseReason::Encryption => ("outbox.pause.encryption", Some("outbox.pause.mend_encryption")),
        PauseReason::Sender => ("outbox.pause.sender", Some("outbox.pause.mend_sender")),
        PauseReason::ByHand => ("outbox.pause.by_hand", None),
    };
    view! {
        <section class="banner banner--urgent" aria-label=l.t("outbox.pause.label")>
            <p>{l.tn(why, &[("since", &pause.since.show())])}</p>
            <p>{pause_words(l, pause)}</p>
            {mend.map(|key| view! { <p>{l.t(key)}</p> })}
            {button(current, "/outbox/resume", "outbox.resume", "button")}
        </section>
    }
    .into_any()
}

fn button(current: &Current, action: &'static str, key: &str, class: &'static str) -> Option<AnyView> {
    let words = current.locale.t(key);
    current
        .is_staff()
        .then(|| view! { <form method="post" action=action><button class=class>{words}</button></form> }.into_any())
}

fn filters(current: &Current, chosen: &str) -> AnyView {
    let l = current.locale;
    let mut form = Form::new("outbox.field");
    form.set("state", chosen);
    let mut options =
        vec![("waiting".to_owned(), l.t("outbox.filter.waiting")), ("failed".to_owned(), l.t("outbox.filter.failed"))];
    options.extend(DeliveryState::ALL.iter().map(|state| (state.to_string(), l.t(&state.label()))));
    let fields = Fields::new(l, &form);
    view! {
        <form class="filters" method="get">
            {fields.select("state", options, Some(l.t("outbox.filter.all"))).view()}
            <button class="button button--quiet">{l.t("outbox.filter")}</button>
        </form>
    }
    .into_any()
}

fn table(current: &Current, listing: &Listing) -> AnyView {
    let l = current.locale;
    let Listed { found, newer, older } = &listing.listed;
    if found.is_empty() {
        return parts::empty(l.t("outbox.empty"), None);
    }
    let here = format!("/outbox?{}", listing.query);
    let before = newer.map(|id| format!("{here}&before={id}"));
    let after = older.map(|id| format!("{here}&after={id}"));
    view! {
        {rows(current, l.t("outbox.title"), found)}
        {downloads::links(current, &format!("/outbox.xlsx?{}", listing.query), l.t("outbox.export"))}
        {parts::pager(l, before, after)}
    }
    .into_any()
}

/// Which failures are shown, and the way back to all.
fn only(l: Locale, cause: &Cause) -> AnyView {
    let why = words(l, cause);
    let words = match &cause.server {
        Some(server) => l.tn("outbox.causes.only_at", &[("why", &why), ("server", server)]),
        None => l.tn("outbox.causes.only", &[("why", &why)]),
    };
    view! { <p>{words} " " <a href="/outbox?state=failed">{l.t("outbox.causes.all")}</a></p> }.into_any()
}

/// A table of deliveries and where each stands.
pub fn rows(current: &Current, label: String, found: &[Found]) -> AnyView {
    let l = current.locale;
    let rows = found.iter().map(|found| row(current, found)).collect::<Vec<_>>();
    view! {
        <div class="table-wrap" role="region" tabindex="0" aria-label=label>
            <table class="table table--cards">
                <thead>
                    <tr>
                        <th scope="col">{l.t("outbox.column.title")}</th>
                        <th scope="col">{l.t("outbox.column.to")}</th>
                        <th scope="col">{l.t("outbox.column.state")}</th>
                        <th scope="col">{l.t("outbox.column.at")}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn row(current: &Current, found: &Found) -> AnyView {
    let l = current.locale;
    let delivery = &found.delivery;
    let at = delivery.known_since();
    view! {
        <tr>
            <th scope="row"><a href=format!("/outbox/{}", delivery.id)>{found.message.title.clone()}</a></th>
            <td data-label=l.t("outbox.column.to")>
                {delivery.name.clone()} " " {shown_email(current, &delivery.email)}
            </td>
            <td data-label=l.t("outbox.column.state")>{delivery_tag(l, delivery)}</td>
            <td class="nowrap" data-label=l.t("outbox.column.at")>{at.show()}</td>
        </tr>
    }
    .into_any()
}
