//! A fresh link, shown once to the person who made it: as a text for WeChat, as a QR code, as a code to
//! be read out, and as a mail.

use std::fmt;

use axum::response::Response;
use leptos::{prelude::*, tachys::view::any_view::AnyView};
use qrcode::{QrCode, render::svg};
use uuid::Uuid;

use super::Purpose;
use crate::{
    accounts::token,
    current::Current,
    db::ConnectionTrait,
    error::Result,
    outbox::{self, NewMessage, Recipient, Subject},
    shell::Page,
    state::{AppState, Options},
    text::Locale,
    time::Instant,
    ui::copy::copy_button,
};

/// What opens a link. Its `Debug` is masked, so that it cannot reach a log.
#[derive(Clone)]
pub struct Secrets {
    pub token: String,
    pub code: String,
}

impl Secrets {
    /// New ones, from the system's randomness.
    pub fn random() -> Self {
        Self { token: token::random_text(32), code: token::random_code() }
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secrets(…)")
    }
}

/// Whether a mail with the link is on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mailed {
    No,
    Queued,
    /// The address was refused before, so nothing is sent there.
    Refused,
}

impl Mailed {
    /// What becomes of a mail to this address.
    pub async fn to(conn: &impl ConnectionTrait, email: Option<&str>) -> Result<Self> {
        let Some(email) = email else { return Ok(Self::No) };
        let refused = outbox::store::refusal(conn, email).await?;
        Ok(refused.map_or(Self::Queued, |_| Self::Refused))
    }
}

/// A link that is handed over.
#[derive(Clone, Debug)]
pub struct Offer {
    pub purpose: Purpose,
    pub name: String,
    pub until: Instant,
    pub secrets: Secrets,
    pub mailed: Mailed,
}

impl Offer {
    fn url(&self, options: &Options) -> String {
        options.url(&format!("/link/{}", self.secrets.token))
    }

    /// The text that is sent by WeChat or mail.
    fn text(&self, l: Locale, options: &Options) -> String {
        let key = match self.purpose {
            Purpose::Invitation => "accounts.link.text.invitation",
            Purpose::Password => "accounts.link.text.password",
        };
        l.tn(
            key,
            &[
                ("product", &l.t("shell.product")),
                ("name", &self.name),
                ("until", &self.until.show()),
                ("url", &self.url(options)),
                ("entry", &options.url("/code")),
                ("code", &token::show_code(&self.secrets.code)),
            ],
        )
    }
}

/// The mail that carries the link.
pub fn mail(l: Locale, options: &Options, offer: &Offer, about: Uuid, email: &str) -> NewMessage {
    let title = match offer.purpose {
        Purpose::Invitation => "accounts.link.mail.invitation",
        Purpose::Password => "accounts.link.mail.password",
    };
    NewMessage {
        about: Subject { kind: Subject::ACCOUNT_LINK, id: about },
        title: l.tn(title, &[("product", &l.t("shell.product"))]),
        text: offer.text(l, options),
        html: None,
        reply_to: None,
        attachments: Vec::new(),
        recipients: vec![Recipient { name: offer.name.clone(), email: email.to_owned(), member: None }],
        shown_together: false,
    }
}

/// The page that hands the link over; `back` leads to the people it was made among.
pub fn show(state: &AppState, current: &Current, offer: &Offer, back: &str) -> Response {
    let l = current.locale;
    let title = l.tn("accounts.link.ready", &[("name", &offer.name)]);
    Page::new(current, title.clone()).render(state, || {
        let url = offer.url(&state.options);
        let mailed = match offer.mailed {
            Mailed::No => None,
            Mailed::Refused => Some("accounts.link.mail_refused"),
            Mailed::Queued if outbox::leaves(state, current) => Some("accounts.link.mailed"),
            Mailed::Queued => Some("accounts.link.mailed_as_file"),
        };
        view! {
            <h1>{title}</h1>
            <p class="lead">{l.tn("accounts.link.once", &[("until", &offer.until.show())])}</p>
            {mailed.map(|key| view! { <p class="banner">{l.t(key)}</p> })}
            <h2>{l.t("accounts.link.wechat")}</h2>
            {copy_button(l, offer.text(l, &state.options), l.t("shell.copy"))}
            <h2>{l.t("accounts.link.scan")}</h2>
            {qr(&url, l.tn("accounts.link.qr", &[("name", &offer.name)]))}
            <h2>{l.t("accounts.link.read_out")}</h2>
            <p>{l.tn("accounts.link.code_lead", &[("entry", &state.options.url("/code"))])}</p>
            <p class="code">{token::show_code(&offer.secrets.code)}</p>
            <p><a href=back.to_owned()>{l.t("accounts.link.back")}</a></p>
        }
        .into_any()
    })
}

/// A QR code as an inline drawing; nothing when the text is too long for one.
fn qr(text: &str, label: String) -> Option<AnyView> {
    let code = QrCode::new(text).ok()?;
    let drawing = code.render::<svg::Color>().min_dimensions(240, 240).build();
    let drawing = drawing.split_once("?>").map_or(drawing.as_str(), |(_, svg)| svg).to_owned();
    Some(view! { <figure class="qr"><div role="img" aria-label=label.clone() inner_html=drawing></div><figcaption>{label}</figcaption></figure> }.into_any())
}
