//! One mail as it goes out, what is known of it, and what staff can do with it.

use axum::response::Response;
use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::suppressed::lift_button;
use crate::{
    current::Current,
    form::Form,
    ids::DeliveryId,
    outbox::{
        DeliveryState, Subject,
        entity::delivery,
        is_personal,
        status::{delivery_tag, shown_email, shown_reply, shown_sentence},
        store::{Suppressed, Whole},
    },
    shell::Page,
    state::AppState,
    time::Instant,
    ui::{field::Fields, parts},
};

pub struct Shown {
    pub found: Whole,
    /// The delivery that was sent in this one's stead.
    pub newer: Option<DeliveryId>,
    /// The refusal that keeps mail from its address.
    pub refused: Option<Suppressed>,
}

pub fn show(state: &AppState, current: &Current, shown: &Shown, form: &Form) -> Response {
    let l = current.locale;
    let title = shown.found.message.title.clone();
    Page::new(current, title.clone()).failed_if(form.has_errors()).render(state, || {
        let delivery = &shown.found.delivery;
        let link =
            |id: DeliveryId, key: &str| view! { <p><a href=format!("/outbox/{id}")>{l.t(key)}</a></p> }.into_any();
        view! {
            {parts::breadcrumbs(l, &[("/outbox", l.t("outbox.title"))], title.clone())}
            {Fields::new(l, form).summary()}
            <h1>{title}</h1>
            <p>{delivery_tag(l, delivery)}</p>
            <p>{shown_sentence(current, delivery, &shown.found.message.rfc_id)}</p>
            {delivery.supersedes.map(|id| link(id, "outbox.supersedes"))}
            {shown.newer.map(|id| link(id, "outbox.superseded"))}
            {shown.refused.is_some().then(|| view! { <p>{l.t("outbox.suppressed.held")}</p> })}
            {current.is_staff().then(|| acts(current, shown, form))}
            <h2>{l.t(if delivery.group_id.is_none() { "outbox.mail" } else { "outbox.message" })}</h2>
            {mail(current, &shown.found)}
            <h2>{l.t("outbox.evidence")}</h2>
            {evidence(current, delivery)}
        }
        .into_any()
    })
}

fn acts(current: &Current, shown: &Shown, form: &Form) -> AnyView {
    let l = current.locale;
    let Whole { delivery, message } = &shown.found;
    let button = |act: &str, key: &str| {
        let action = format!("/outbox/{}/{act}", delivery.id);
        view! { <form method="post" action=action><button class="button button--quiet">{l.t(key)}</button></form> }
            .into_any()
    };
    let waits = delivery.settled_at.is_none();
    let failed = DeliveryState::FAILED.contains(&delivery.state) && !waits;
    let hasten = waits && matches!(delivery.state, DeliveryState::Deferred | DeliveryState::Uncertain);
    let cancel = match delivery.state {
        DeliveryState::Queued | DeliveryState::Deferred => Some("outbox.cancel"),
        DeliveryState::Uncertain => Some("outbox.cancel_repeat"),
        _ => None,
    };
    let resend = (!waits && shown.newer.is_none()).then(|| {
        if message.text_removed_at.is_some() {
            return view! { <p>{l.t("outbox.refused.text_removed")}</p> }.into_any();
        }
        if is_personal(&message.about_kind) {
            return view! { <p>{l.t("outbox.refused.personal")}</p> }.into_any();
        }
        let fields = Fields::new(l, form);
        view! {
            <form class="form" method="post" action=format!("/outbox/{}/resend", delivery.id)>
                {fields.once()}
                {delivery.group_id.is_none().then(|| fields.text("email").autocomplete("off").view())}
                {shown.refused.is_some().then(|| view! { <p>{l.t("outbox.suppressed.resend")}</p> })}
                <button class="button">{l.t("outbox.resend")}</button>
            </form>
        }
        .into_any()
    });
    view! {
        <div class="actions">
            {hasten.then(|| button("try-now", "outbox.try_now"))}
            {cancel.filter(|_| waits).map(|key| button("cancel", key))}
            {(failed && delivery.handled_at.is_none()).then(|| button("handled", "outbox.handled"))}
            {shown.refused.as_ref().map(|refused| lift_button(current, refused, &format!("/outbox/{}", delivery.id)))}
        </div>
        {resend}
    }
    .into_any()
}

/// The mail itself. Bodies hold contacts, so those who only look do not see them; a link that signs
/// somebody in is for nobody but its recipient.
fn mail(current: &Current, found: &Whole) -> AnyView {
    let l = current.locale;
    let message = &found.message;
    let forgotten = is_personal(&message.about_kind) && message.body_text.is_empty();
    let secret = message.about_kind == Subject::ACCOUNT_LINK;
    let body = if forgotten {
        view! { <p>{l.t("outbox.body.forgotten")}</p> }.into_any()
    } else if let Some(at) = message.text_removed_at {
        let days = (at.since(message.created_at) / Instant::DAY).to_string();
        view! { <p>{l.tn("outbox.body.removed", &[("at", &at.show()), ("days", &days)])}</p> }.into_any()
    } else if secret {
        view! { <p>{l.t("outbox.body.secret")}</p> }.into_any()
    } else if current.masks_contacts() {
        view! { <p>{l.t("outbox.body.masked")}</p> }.into_any()
    } else {
        view! { <pre>{message.body_text.clone()}</pre> }.into_any()
    };
    let names: Vec<String> = message.attachments().into_iter().map(|attachment| attachment.name).collect();
    let by_mail = found.delivery.group_id.is_none();
    let to = if by_mail {
        format!("{} <{}>", found.delivery.name, shown_email(current, &found.delivery.email))
    } else {
        found.delivery.name.clone()
    };
    let message_id = if by_mail { message.rfc_id.clone() } else { String::new() };
    let headers = [
        ("outbox.header.from", message.sender.clone()),
        ("outbox.header.to", to),
        (
            "outbox.header.reply_to",
            message.reply_to.as_deref().map(|email| shown_email(current, email)).unwrap_or_default(),
        ),
        ("outbox.header.subject", message.title.clone()),
        ("outbox.header.date", message.created_at.show()),
        ("outbox.header.message_id", message_id),
        ("outbox.header.attachments", names.join(&l.t("list.comma"))),
    ];
    let rows = headers
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(key, value)| view! { <tr><th scope="row">{l.t(key)}</th><td>{value}</td></tr> }.into_any())
        .collect::<Vec<_>>();
    let whole = by_mail && !is_personal(&message.about_kind) && message.text_removed_at.is_none();
    let as_sent = (whole && current.is_staff()).then(|| {
        view! { <p><a href=format!("/outbox/{}/mail.eml", found.delivery.id)>{l.t("outbox.eml")}</a></p> }
    });
    view! {
        <section class="mail-preview">
            <table class="mail-preview__headers"><tbody>{rows}</tbody></table>
            <div class="mail-preview__body">{body}</div>
        </section>
        {as_sent}
    }
    .into_any()
}

fn evidence(current: &Current, delivery: &delivery::Model) -> AnyView {
    let l = current.locale;
    let facts = [
        ("outbox.fact.written", Some(delivery.created_at.show())),
        ("outbox.fact.attempts", Some(delivery.attempts.to_string())),
        ("outbox.fact.uncertain", (delivery.times_uncertain > 0).then(|| delivery.times_uncertain.to_string())),
        ("outbox.fact.next", delivery.settled_at.is_none().then(|| delivery.next_at.show())),
        ("outbox.fact.body_started", delivery.body_started_at.map(Instant::show)),
        ("outbox.fact.tried", delivery.tried_at.map(Instant::show)),
        ("outbox.fact.settled", delivery.settled_at.map(Instant::show)),
        (
            if delivery.group_id.is_none() { "outbox.fact.server" } else { "outbox.fact.service" },
            delivery.server.clone(),
        ),
        ("outbox.fact.tls", delivery.tls.clone()),
        ("outbox.fact.code", delivery.reply_code.map(|code| code.to_string())),
        ("outbox.fact.enhanced", delivery.enhanced_code.clone()),
        ("outbox.fact.reply", delivery.reply.as_deref().map(|words| shown_reply(current, &delivery.email, words))),
        ("outbox.fact.bounced", delivery.bounced_at.map(Instant::show)),
        ("outbox.fact.bounce_server", delivery.bounce_server.clone()),
        ("outbox.fact.bounce_code", delivery.bounce_code.map(|code| code.to_string())),
        ("outbox.fact.bounce_enhanced", delivery.bounce_enhanced.clone()),
        (
            "outbox.fact.bounce_words",
            delivery.bounce_words.as_deref().map(|words| shown_reply(current, &delivery.email, words)),
        ),
        ("outbox.fact.handled", delivery.handled_at.map(Instant::show)),
    ];
    let rows = facts
        .into_iter()
        .filter_map(|(key, value)| Some((key, value.filter(|value| !value.is_empty())?)))
        .map(|(key, value)| view! { <div><dt>{l.t(key)}</dt><dd>{value}</dd></div> }.into_any())
        .collect::<Vec<_>>();
    view! { <dl class="summary-list">{rows}</dl> }.into_any()
}
