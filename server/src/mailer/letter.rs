//! A mail in its final form. It is made from its rows alone, so that every attempt, and the page that
//! shows it, have the same bytes. All lines are 7-bit and short; names in Chinese are encoded (RFC 2047
//! in headers, RFC 2231 for file names).

use std::time::{Duration, SystemTime};

use app::{
    files::Files,
    outbox::{Attachment, Outcome, entity::delivery, entity::message},
};
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

/// What else the headers of a mail name.
#[derive(Clone, Debug, Default)]
pub struct Around {
    /// Name and address of every recipient, where the headers name them all.
    pub together: Vec<(String, String)>,
    /// The Message-IDs of the earlier mails of the conversation, oldest first, without angle brackets.
    pub thread: Vec<String>,
    /// The address in the envelope for reports about this delivery alone, instead of the sender's.
    pub return_path: Option<String>,
}

/// Writes the mail of one delivery.
pub async fn write(
    files: &Files,
    message: &message::Model,
    delivery: &delivery::Model,
    around: &Around,
) -> Result<Letter, Outcome> {
    let from: Mailbox = message.sender.parse().map_err(|_| unsendable("the sender's address is wrong"))?;
    let to = address(&delivery.email)?;
    let mut builder = lettre::Message::builder()
        .message_id(Some(format!("<{}>", message.rfc_id)))
        .date(written_at(message.created_at.0))
        .from(from.clone())
        .subject(message.title.replace(['\r', '\n'], " "))
        .header(AutoSubmitted);
    if message.shown_together {
        for (n, (name, email)) in around.together.iter().enumerate() {
            let mailbox = mailbox(name, email)?;
            builder = if n == 0 { builder.to(mailbox) } else { builder.cc(mailbox) };
        }
    } else {
        builder = builder.to(mailbox(&delivery.name, &delivery.email)?);
    }
    if let Some(last) = around.thread.last() {
        let all: Vec<String> = around.thread.iter().map(|id| format!("<{id}>")).collect();
        builder = builder.in_reply_to(format!("<{last}>")).references(all.join(" "));
    }
    if let Some(reply_to) = &message.reply_to {
        for address in reply_to.split(',') {
            builder =
                builder.reply_to(address.trim().parse().map_err(|_| unsendable("the address for replies is wrong"))?);
        }
    }
    let attachments: Vec<Attachment> =
        serde_json::from_str(&message.attachments).map_err(|_| unsendable("its attachments cannot be read"))?;
    let mut parts = Vec::with_capacity(attachments.len());
    for attachment in attachments {
        parts.push(part(files, attachment).await?);
    }
    let bytes = compose(builder, message, parts)?;
    let from = match &around.return_path {
        Some(path) => path.parse().map_err(|_| unsendable("the address for delivery reports is wrong"))?,
        None => from.email,
    };
    Ok(Letter { id: delivery.id.to_string(), from, to, bytes })
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
    written.map(|mail| mail.formatted()).map_err(|error| unsendable(&error.to_string()))
}

async fn part(files: &Files, attachment: Attachment) -> Result<SinglePart, Outcome> {
    let bytes = match files.read(&attachment.hash).await {
        Ok(bytes) => bytes,
        Err(app::error::AppError::NotFound) => return Err(unsendable("an attachment is missing in the data folder")),
        Err(_) => return Err(Outcome::deferred("an attachment cannot be read now")),
    };
    let unknown = |_| unsendable("the type of an attachment is wrong");
    let kind = ContentType::parse(&attachment.media_type).map_err(unknown)?;
    // Always base64: a file that happens to be plain ASCII must keep its line ends too.
    let body = Body::new_with_encoding(bytes.to_vec(), ContentTransferEncoding::Base64)
        .map_err(|_| unsendable("an attachment cannot be encoded"))?;
    Ok(Part::new(attachment.name).body(body, kind))
}

fn mailbox(name: &str, email: &str) -> Result<Mailbox, Outcome> {
    let name = name.replace(['\r', '\n'], " ");
    Ok(Mailbox::new((!name.trim().is_empty()).then_some(name), address(email)?))
}

fn address(email: &str) -> Result<Address, Outcome> {
    email.parse().map_err(|_| unsendable("the recipient's address is wrong"))
}

fn unsendable(words: &str) -> Outcome {
    Outcome::Unsendable(words.to_owned())
}

fn written_at(micros: i64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(u64::try_from(micros / 1_000_000).unwrap_or_default())
}
