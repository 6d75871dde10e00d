//! A mail in its final form. It is made from its rows alone, so that every attempt, and the page that
//! shows it, have the same bytes. All lines are 7-bit and short; names in Chinese are encoded (RFC 2047
//! in headers, RFC 2231 for file names).

use std::time::{Duration, SystemTime};

use app::{
    conversations,
    files::Files,
    ids::DeliveryId,
    outbox::{Attachment, Letters, Outcome, Reason, entity::message, store::Whole},
    state::{AppState, Options},
};
use async_trait::async_trait;
use lettre::{
    Address,
    message::{
        Attachment as Part, Body, Mailbox, MessageBuilder, MultiPart, SinglePart,
        header::{ContentTransferEncoding, ContentType, Header, HeaderName, HeaderValue},
    },
};

/// Ready to leave.
#[derive(Clone, Debug)]
pub struct Letter {
    /// The delivery's id, which names the file where it becomes one.
    pub id: String,
    /// Where the envelope says that it comes from, and reports about it go.
    pub from: Address,
    pub to: Address,
    pub bytes: Vec<u8>,
}

/// Tells answering machines to keep quiet (RFC 3834).
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// The mail of a delivery as it leaves.
pub async fn to_leave(state: &AppState, whole: &Whole, together: &[(String, String)]) -> Result<Letter, Outcome> {
    let letter = write(&state.files, whole, together).await?;
    Ok(Letter { from: envelope_sender(&state.options, whole.delivery.id)?, ..letter })
}

/// Where the envelope says that the mail of a delivery comes from, and reports about it go: an address of its own where
/// return paths are set, else the sender that is set today, whatever the headers say.
pub fn envelope_sender(options: &Options, of: DeliveryId) -> Result<Address, Outcome> {
    match conversations::return_path(options, of) {
        Some(path) => path.parse().map_err(|_| unsendable(Reason::BadSender)),
        None => sender(&options.mail_from).map(|sender| sender.email),
    }
}

/// Writes mails for the pages of the app.
#[derive(Clone, Copy, Debug)]
pub struct Writer;

#[async_trait]
impl Letters for Writer {
    async fn bytes(&self, files: &Files, whole: &Whole, together: &[(String, String)]) -> Result<Vec<u8>, Outcome> {
        write(files, whole, together).await.map(|letter| letter.bytes)
    }
}

/// Writes the mail of one delivery; `together` are name and address of every recipient, where the headers name them all.
pub async fn write(
    files: &Files,
    Whole { message, delivery }: &Whole,
    together: &[(String, String)],
) -> Result<Letter, Outcome> {
    let from = sender(&message.sender)?;
    let to = address(&delivery.email)?;
    let mut builder = lettre::Message::builder()
        .message_id(Some(format!("<{}>", message.rfc_id)))
        .date(written_at(message.created_at.0))
        .from(from.clone())
        .subject(message.title.replace(['\r', '\n'], " "))
        .header(AutoSubmitted);
    if message.shown_together {
        for (n, (name, email)) in together.iter().enumerate() {
            let mailbox = mailbox(name, email)?;
            builder = if n == 0 { builder.to(mailbox) } else { builder.cc(mailbox) };
        }
    } else {
        builder = builder.to(mailbox(&delivery.name, &delivery.email)?);
    }
    let thread = || message.thread.split_whitespace();
    if let Some(last) = thread().next_back() {
        let all: Vec<String> = thread().map(|id| format!("<{id}>")).collect();
        builder = builder.in_reply_to(format!("<{last}>")).references(all.join(" "));
    }
    if let Some(reply_to) = &message.reply_to {
        for address in reply_to.split(',') {
            builder = builder.reply_to(address.trim().parse().map_err(|_| unsendable(Reason::BadReplyTo))?);
        }
    }
    let attachments: Vec<Attachment> =
        serde_json::from_str(&message.attachments).map_err(|_| unsendable(Reason::AttachmentsUnknown))?;
    let mut parts = Vec::with_capacity(attachments.len());
    for attachment in attachments {
        parts.push(part(files, attachment).await?);
    }
    let bytes = compose(builder, message, parts)?;
    Ok(Letter { id: delivery.id.to_string(), from: from.email, to, bytes })
}

fn compose(builder: MessageBuilder, message: &message::Model, parts: Vec<SinglePart>) -> Result<Vec<u8>, Outcome> {
    let boundary = |level: &str| format!("{level}-{}", message.id.0.simple());
    let text = SinglePart::plain(message.body_text.clone());
    let written = match (&message.body_html, parts.is_empty()) {
        (None, true) => builder.singlepart(text),
        (html, alone) => {
            let mut words = MultiPart::alternative().boundary(boundary("words")).singlepart(text);
            if let Some(html) = html {
                words = words.singlepart(SinglePart::html(html.clone()));
            }
            if alone {
                builder.multipart(words)
            } else {
                let mixed = MultiPart::mixed().boundary(boundary("parts")).multipart(words);
                builder.multipart(parts.into_iter().fold(mixed, MultiPart::singlepart))
            }
        }
    };
    written.map(|mail| mail.formatted()).map_err(|error| Outcome::Unsendable(Reason::NotComposed.with(error)))
}

async fn part(files: &Files, attachment: Attachment) -> Result<SinglePart, Outcome> {
    let bytes = match files.read(&attachment.hash).await {
        Ok(bytes) => bytes,
        Err(app::error::AppError::NotFound) => return Err(unsendable(Reason::AttachmentMissing)),
        Err(_) => return Err(Outcome::put_off(Reason::AttachmentBusy)),
    };
    let unknown = |_| unsendable(Reason::AttachmentType);
    let kind = ContentType::parse(&attachment.media_type).map_err(unknown)?;
    // Always base64: a file that happens to be plain ASCII must keep its line ends too.
    let body = Body::new_with_encoding(bytes.to_vec(), ContentTransferEncoding::Base64)
        .map_err(|_| unsendable(Reason::AttachmentType))?;
    Ok(Part::new(attachment.name).body(body, kind))
}

fn mailbox(name: &str, email: &str) -> Result<Mailbox, Outcome> {
    let name = name.replace(['\r', '\n'], " ");
    Ok(Mailbox::new((!name.trim().is_empty()).then_some(name), address(email)?))
}

fn address(email: &str) -> Result<Address, Outcome> {
    email.parse().map_err(|_| unsendable(Reason::BadRecipient))
}

pub fn sender(text: &str) -> Result<Mailbox, Outcome> {
    text.parse().map_err(|_| unsendable(Reason::BadSender))
}

fn unsendable(reason: Reason) -> Outcome {
    Outcome::Unsendable(reason.words())
}

fn written_at(micros: i64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(u64::try_from(micros / 1_000_000).unwrap_or_default())
}
