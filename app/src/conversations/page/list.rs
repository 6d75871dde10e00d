//! 来信: what came in, the holding pen first of all, and the place where a mail is dropped.

use axum::response::Response;
use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::{nature_tag, sender, subject, why_held};
use crate::{
    conversations::{model::About, store::Line},
    current::Current,
    form::Form,
    ids::InboundMailId,
    paging::Paged,
    shell::Page,
    state::AppState,
    text::Locale,
    ui::{
        field::{Fields, id_of},
        parts::{self, Tone},
    },
};

/// The tabs, by the word in the address.
pub const TABS: [&str; 4] = ["waiting", "pen", "aside", "all"];

pub struct Listing {
    pub tab: &'static str,
    /// The conversation to whose mails the list keeps.
    pub of: Option<About>,
    pub listed: Paged<Line, InboundMailId>,
    /// What the filed ones are about.
    pub about: Vec<About>,
    pub count: u64,
}

pub fn show(state: &AppState, current: &Current, listing: &Listing, form: &Form) -> Response {
    let l = current.locale;
    let title = l.t("conversations.inbox");
    Page::new(current, title.clone()).failed_if(form.has_errors()).render(state, || {
        let fields = Fields::new(l, form);
        view! {
            {fields.summary()}
            <h1>{title}</h1>
            <p class="lead">{l.t("conversations.inbox.lead")}</p>
            {reply_address(state, l)}
            {tabs(l, listing)}
            {listing.of.as_ref().map(|of| kept_to(l, of))}
            {parts::result_count(l, listing.count)}
            {table(current, listing)}
            {current.is_staff().then(|| drop_form(fields))}
        }
        .into_any()
    })
}

/// To which mailbox answers go, if they come in here at all.
fn reply_address(state: &AppState, l: Locale) -> AnyView {
    match &state.options.mail_reply_to {
        Some(mailbox) => view! { <p>{l.tn("conversations.mailbox", &[("mailbox", mailbox)])}</p> }.into_any(),
        None => view! { <p class="banner">{l.t("conversations.no_mailbox")}</p> }.into_any(),
    }
}

/// To whose mails the list keeps, with the way to all.
fn kept_to(l: Locale, of: &About) -> AnyView {
    let words = l.tn("conversations.only_of", &[("number", &of.number)]);
    view! {
        <p>
            {words} " " <a href=of.conversation.path()>{l.t("conversations.back_to_it")}</a> " "
            <a href="/mails?tab=all">{l.t("conversations.all_mails_of_all")}</a>
        </p>
    }
    .into_any()
}

fn tabs(l: Locale, listing: &Listing) -> AnyView {
    let links = TABS
        .iter()
        .map(|tab| {
            let words = l.t(&format!("conversations.tab.{tab}"));
            let current = (listing.of.is_none() && *tab == listing.tab).then_some("page");
            view! { <a href=format!("/mails?tab={tab}") aria-current=current>{words}</a> }.into_any()
        })
        .collect::<Vec<_>>();
    view! { <nav class="tabs" aria-label=l.t("conversations.tabs")>{links}</nav> }.into_any()
}

fn table(current: &Current, listing: &Listing) -> AnyView {
    let l = current.locale;
    let Paged { rows: mails, before, after } = &listing.listed;
    if mails.is_empty() {
        return parts::empty(l.t("conversations.none"), None);
    }
    let chooses = current.is_staff() && listing.of.is_none() && matches!(listing.tab, "pen" | "aside");
    let rows =
        mails.iter().enumerate().map(|(n, mail)| row(current, listing, mail, chooses.then_some(n))).collect::<Vec<_>>();
    let of = listing.of.as_ref().map(|of| format!("&of={}:{}", of.conversation.kind, of.conversation.id));
    let here = format!("/mails?tab={}{}", listing.tab, of.unwrap_or_default());
    let table = view! {
        <div class="table-wrap" role="region" tabindex="0" aria-label=l.t("conversations.inbox")>
            <table class="table table--cards">
                <thead>
                    <tr>
                        {chooses.then(|| view! { <th scope="col">{l.t("conversations.column.chosen")}</th> })}
                        <th scope="col">{l.t("conversations.column.subject")}</th>
                        <th scope="col">{l.t("conversations.column.from")}</th>
                        <th scope="col">{l.t("conversations.column.about")}</th>
                        <th scope="col">{l.t("conversations.column.received")}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    };
    let table = if chooses {
        view! {
            <form method="post" action="/mails/aside">
                {table}
                <button class="button button--quiet">{l.t("conversations.put_chosen_aside")}</button>
            </form>
        }
        .into_any()
    } else {
        table.into_any()
    };
    view! {
        {table}
        {parts::pager(
            l,
            before.map(|id| format!("{here}&before={id}")),
            after.map(|id| format!("{here}&after={id}")),
        )}
    }
    .into_any()
}

/// `place` counts the rows that can be chosen.
fn row(current: &Current, listing: &Listing, mail: &Line, place: Option<usize>) -> AnyView {
    let l = current.locale;
    let title = subject(current, &mail.subject);
    let chosen = place.map(|n| {
        let id = if n == 0 { id_of("chosen") } else { format!("{}-{n}", id_of("chosen")) };
        let words = l.tn("conversations.choose", &[("subject", &title)]);
        view! {
            <td>
                <div class="choice">
                    <input type="checkbox" id=id.clone() name="chosen" value=mail.id.to_string() aria-label=words />
                    <label for=id>{l.t("conversations.column.chosen")}</label>
                </div>
            </td>
        }
    });
    view! {
        <tr>
            {chosen}
            <th scope="row">
                <a href=format!("/mails/{}", mail.id)>{title}</a> " " {nature_tag(l, mail.nature)}
            </th>
            <td data-label=l.t("conversations.column.from")>{sender(current, &mail.from_name, &mail.from_email)}</td>
            <td data-label=l.t("conversations.column.about")>{whereto(current, listing, mail)}</td>
            <td class="nowrap" data-label=l.t("conversations.column.received")>{mail.received_at.show()}</td>
        </tr>
    }
    .into_any()
}

/// What it is about, or why it waits.
fn whereto(current: &Current, listing: &Listing, mail: &Line) -> AnyView {
    let l = current.locale;
    let of = mail.conversation();
    let about = of.and_then(|of| listing.about.iter().find(|about| about.conversation == of));
    match (about, mail.about_id, mail.held) {
        (Some(about), ..) if about.conversation.has_page(current) => {
            view! { <a href=about.conversation.path()>{about.number.clone()}</a> }.into_any()
        }
        (Some(about), ..) => about.number.clone().into_any(),
        (None, Some(_), _) => l.t("conversations.about_other").into_any(),
        (None, None, _) if mail.handled_at.is_some() && mail.handled_by.is_some() => {
            parts::tag(Tone::Muted, l.t("conversations.aside"))
        }
        (None, None, held) => {
            let why = held.map(|why| l.t(&format!("{}.short", why_held(why, mail.delivery_id, false))));
            let tone = if mail.handled_at.is_some() { Tone::Wait } else { Tone::Urgent };
            parts::tag(tone, why.unwrap_or_else(|| l.t("conversations.tab.pen")))
        }
    }
}

fn drop_form(fields: Fields<'_>) -> AnyView {
    let l = fields.l;
    view! {
        <h2>{l.t("conversations.drop")}</h2>
        <p>{l.t("conversations.drop.lead")}</p>
        <form class="form" method="post" action="/mails" enctype="multipart/form-data">
            {fields.file("mail").accept(".eml,message/rfc822").view()}
            <button class="button">{l.t("conversations.drop.send")}</button>
        </form>
    }
    .into_any()
}
