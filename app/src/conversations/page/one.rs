//! One mail that came in: what it says, why it waits, and for staff the one click that files it.

use axum::response::Response;
use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::{handled_button, luggage, masks, nature_tag, removed, sender, subject, why_held};
use crate::{
    conversations::{
        ingest::MOST_TRIES,
        model::{About, Held, Nature},
        store::{Claimed, Inbound},
    },
    current::Current,
    files::Stored,
    form::Form,
    outbox,
    shell::Page,
    state::AppState,
    text::Locale,
    ui::{
        field::Fields,
        parts::{self, size},
    },
};

pub struct Shown {
    pub mail: Inbound,
    pub files: Vec<Stored>,
    /// What it is filed to.
    pub about: Option<About>,
    /// What it may be filed to, the likeliest first.
    pub offered: Vec<Offer>,
    /// The members whose reply it may be elsewhere, by name.
    pub speaks_for: Vec<String>,
    /// The deliveries of which it says without proof that they came back.
    pub claims: Vec<Claimed>,
    /// Whether it may be what proves that a delivery came back.
    pub is_proof: bool,
}

/// A conversation that a mail may be filed to.
pub struct Offer {
    pub about: About,
    /// Whether that makes it the member's reply.
    pub is_reply: bool,
}

pub fn show(state: &AppState, current: &Current, shown: &Shown, form: &Form) -> Response {
    let l = current.locale;
    let mail = &shown.mail;
    let title = subject(current, &mail.subject);
    Page::new(current, title.clone()).failed_if(form.has_errors()).render(state, || {
        let text = if let Some(removed) = removed(l, mail) {
            removed
        } else if masks(current) {
            view! { <p>{l.t("conversations.masked")}</p> }.into_any()
        } else {
            view! { <pre>{mail.body.clone()}</pre> }.into_any()
        };
        view! {
            {parts::breadcrumbs(l, &[("/mails", l.t("conversations.inbox"))], title.clone())}
            {Fields::new(l, form).summary()}
            <h1>{title.clone()}</h1>
            <p>{nature_tag(l, mail.nature)}</p>
            {standing(current, shown)}
            {claims(current, shown)}
            {current.is_staff().then(|| acts(current, shown, form))}
            <section class="mail-preview" aria-label=l.t("conversations.mail")>
                <table class="mail-preview__headers"><tbody>{headers(current, mail)}</tbody></table>
                <div class="mail-preview__body">{text}</div>
            </section>
            {(!masks(current)).then(|| luggage(l, mail, shown.files.iter()))}
            {(current.is_staff() && mail.text_removed_at.is_none()).then(|| view! {
                <p><a href=format!("/mails/{}/raw", mail.id)>{l.tn("conversations.raw", &[("size", &size(mail.raw_size))])}</a></p>
            })}
        }
        .into_any()
    })
}

/// Where it is filed, or why it waits.
fn standing(current: &Current, shown: &Shown) -> AnyView {
    let l = current.locale;
    let mail = &shown.mail;
    let held = mail.held.map(|why| {
        let class =
            if mail.filed_at.is_none() && mail.handled_at.is_none() { "banner banner--urgent" } else { "quiet" };
        let words = match why {
            Held::Unread if mail.tries >= MOST_TRIES => l.t("conversations.unread_for_good"),
            why => l.t(&why_held(why, mail.delivery_id, mail.filed_at.is_some())),
        };
        view! { <p class=class>{words}</p> }
    });
    let filed = match (&shown.about, mail.conversation(), mail.about_id) {
        (Some(about), Some(of), _) => {
            let words = format!("{} {}", about.number, about.title);
            let way = mail.way.map(|way| l.t(&format!("conversations.way.{way}")));
            let thing = match of.has_page(current) {
                true => view! { <a href=of.path()>{words}</a> }.into_any(),
                false => words.into_any(),
            };
            Some(view! { <p>{l.t("conversations.filed")} " " {thing} " " {way}</p> }.into_any())
        }
        (_, _, Some(_)) => Some(view! { <p>{l.t("conversations.about_other")}</p> }.into_any()),
        _ if mail.handled_at.is_some() && mail.handled_by.is_none() => {
            Some(view! { <p>{l.t("conversations.aside_by_itself")}</p> }.into_any())
        }
        _ if mail.handled_at.is_some() => Some(view! { <p>{l.t("conversations.aside")}</p> }.into_any()),
        _ if mail.held.is_none() => Some(view! { <p class="banner">{l.t("conversations.taken_back")}</p> }.into_any()),
        _ => None,
    };
    let delivery = mail.delivery_id.map(|id| {
        view! { <p><a href=format!("/outbox/{id}")>{l.t("conversations.delivery")}</a></p> }
    });
    // Filed by what it repeats; whether and where the mail was given up is for people to read.
    let is_unclear = mail.nature == Nature::Report && mail.filed_at.is_some() && mail.delivery_id.is_none();
    let unclear = is_unclear.then(|| view! { <p class="banner">{l.t("conversations.unclear_report")}</p> });
    let reply = mail.became_reply.then(|| view! { <p>{l.t("conversations.became_reply")}</p> });
    view! { {held} {filed} {delivery} {unclear} {reply} }.into_any()
}

/// What a report says that nobody has proved, with the button by which staff believe it.
fn claims(current: &Current, shown: &Shown) -> Option<AnyView> {
    let l = current.locale;
    let line = |Claimed { delivery, said }: &Claimed| {
        let email = outbox::shown_email(current, &delivery.email);
        let server = said.server.clone().unwrap_or_else(|| l.t("outbox.bounced.unnamed"));
        let words = outbox::shown_reply(current, &delivery.email, &said.words);
        let claim = [("name", delivery.name.as_str()), ("email", &email), ("server", &server), ("words", &words)];
        let may = current.is_staff() && delivery.may_bounce();
        let believe = may.then(|| {
            view! {
                <form method="post" action=format!("/mails/{}/believe", shown.mail.id)>
                    <button class="button" name="delivery" value=delivery.id.to_string()>{l.t("conversations.believe")}</button>
                </form>
            }
        });
        view! {
            <li>
                <p>{l.tn("conversations.claims", &claim)}</p>
                <p>{outbox::delivery_tag(l, delivery)} " " <a href=format!("/outbox/{}", delivery.id)>{l.t("outbox.details")}</a></p>
                {believe}
            </li>
        }
        .into_any()
    };
    let lines = shown.claims.iter().map(line).collect::<Vec<_>>();
    (!lines.is_empty()).then(|| view! { <ul class="stack">{lines}</ul> }.into_any())
}

fn acts(current: &Current, shown: &Shown, form: &Form) -> AnyView {
    let l = current.locale;
    let mail = &shown.mail;
    if mail.filed_at.is_some() {
        return view! { <div class="actions">{handled_button(current, mail)} {take_back_button(l, shown)}</div> }
            .into_any();
    }
    let action = format!("/mails/{}/file", mail.id);
    let offered = shown.offered.iter().map(|offered| offer(l, &action, offered)).collect::<Vec<_>>();
    let fields = Fields::new(l, form);
    let members = shown.speaks_for.join(l.t("conversations.between").as_str());
    let as_reply = (!members.is_empty()).then(|| {
        let words = l.tn("conversations.file_there_as_reply", &[("member", &members)]);
        view! { <button class="button button--quiet" name="as" value="reply">{words}</button> }
    });
    let aside = mail.handled_by.is_none().then(|| {
        view! {
            <form method="post" action=format!("/mails/{}/aside", mail.id)>
                <button class="button button--link">{l.t("conversations.put_aside")}</button>
            </form>
        }
    });
    view! {
        <section class="panel" aria-labelledby="file-it">
            <h2 id="file-it">{l.t("conversations.file_it")}</h2>
            {read_button(l, mail)}
            <div class="stack">{offered}</div>
            <form class="filters" method="post" action=action.clone()>
                {fields.text("number").max(20).autocomplete("off").view()}
                <button class="button button--quiet" name="as" value="mail">{l.t("conversations.file_there")}</button>
                {as_reply}
            </form>
            {aside}
        </section>
    }
    .into_any()
}

/// One click files it there; another one makes it the member's reply, if it can be that.
fn offer(l: Locale, action: &str, offered: &Offer) -> AnyView {
    let about = &offered.about;
    let name = format!("{} {}", about.number, about.title);
    let named = [("name", name.trim())];
    let as_reply = offered.is_reply.then(|| {
        let words = l.tn("conversations.file_as_reply", &named);
        view! { <button class="button" name="as" value="reply">{words}</button> }
    });
    let class = if offered.is_reply { "button button--quiet" } else { "button" };
    view! {
        <form class="actions" method="post" action=action.to_owned()>
            <input type="hidden" name="number" value=about.number.clone() />
            <button class=class name="as" value="mail">{l.tn("conversations.file_to", &named)}</button>
            {as_reply}
        </form>
    }
    .into_any()
}

/// Reads now what was not read to its end.
fn read_button(l: Locale, mail: &Inbound) -> Option<AnyView> {
    let can_be = mail.held == Some(Held::Unread) && mail.handled_at.is_none();
    can_be.then(|| {
        view! {
            <form method="post" action=format!("/mails/{}/read", mail.id)>
                <button class="button">{l.t("conversations.read_now")}</button>
            </form>
        }
        .into_any()
    })
}

/// Takes a mail that was filed wrongly back, while nothing has come of it.
fn take_back_button(l: Locale, Shown { mail, is_proof, .. }: &Shown) -> Option<AnyView> {
    (!mail.became_reply && !is_proof).then(|| {
        view! {
            <form method="post" action=format!("/mails/{}/take-back", mail.id)>
                <button class="button button--link">{l.t("conversations.take_back")}</button>
            </form>
        }
        .into_any()
    })
}

fn headers(current: &Current, mail: &Inbound) -> Vec<AnyView> {
    let l = current.locale;
    let rows = [
        ("conversations.header.from", sender(current, &mail.from_name, &mail.from_email)),
        ("conversations.header.subject", current.shown(&mail.subject)),
        ("conversations.header.sent", mail.sent_at.map(crate::time::Instant::show).unwrap_or_default()),
        ("conversations.header.received", mail.received_at.show()),
        // A signed address opens a door for whoever knows it.
        ("conversations.header.recipient", mail.recipient.clone().filter(|_| !masks(current)).unwrap_or_default()),
        ("conversations.header.came_by", l.t(&format!("conversations.came_by.{}", mail.came_by))),
        ("conversations.header.message_id", mail.rfc_id.clone().unwrap_or_default()),
    ];
    rows.into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(key, value)| view! { <tr><th scope="row">{l.t(key)}</th><td>{value}</td></tr> }.into_any())
        .collect()
}
