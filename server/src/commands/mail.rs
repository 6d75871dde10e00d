//! Mail on the terminal: a test mail that goes the whole way at once, and the door by which mail comes in.

use app::{
    db::Actor,
    outbox::{self, NewMessage, Outcome, PauseReason, Recipient, Subject, store},
    settings as stored,
    text::Locale,
};
use clap::Subcommand;

use super::{failed, say};
use crate::{
    config::{Sentence, Settings},
    mailer::{self, Post, Turn},
    start,
};

#[derive(Clone, Debug, Subcommand)]
pub enum MailCommand {
    /// Send a test mail now and say what the server answered
    Test {
        #[arg(long)]
        to: String,
    },
    /// Take in a mail from standard input, as a mail server hands it over
    Ingest {
        /// The address to which it was delivered, which may carry the token of a conversation
        #[arg(long)]
        recipient: Option<String>,
    },
}

/// Goes the whole way at once, past the queue: the letter, the server, its answer.
pub async fn test(settings: &Settings, to: &str) -> Result<(), Sentence> {
    let db = start::database(settings).await?;
    let state = start::state(settings, db).await?;
    let tx = state.db.begin(Actor::program(), state.clock.now()).await.map_err(failed)?;
    let about = Subject { kind: "test", id: uuid::Uuid::now_v7() };
    let new = NewMessage {
        about: about.clone(),
        title: "沪泥通测试邮件 / Hunitong test mail".to_owned(),
        text: "这封邮件由管理员发出，用来检查邮件设置，不用回复。\nSent by the administrator to check the mail settings; no reply is needed.\n".to_owned(),
        html: None,
        reply_to: None,
        attachments: Vec::new(),
        recipients: vec![Recipient { name: String::new(), email: to.to_owned(), member: None }],
        shown_together: false,
    };
    outbox::enqueue(&tx, &state.options, new).await.map_err(failed)?;
    let written = outbox::status(&*tx, about.kind, about.id).await.map_err(failed)?;
    let id = written.first().ok_or("the test mail was not written")?.delivery.id;
    let found = store::whole(&*tx, id).await.map_err(failed)?;
    let letter = mailer::to_leave(&state, &found, &[]).await;
    // Dropped, not committed: the worker must not send it a second time.
    drop(tx);
    let demo = stored::is_demo(state.db.reader()).await.map_err(failed)?;
    let post = Post::new(settings.smtp()?, &settings.mail.trust()?, settings.mail.limits(), &settings.data_dir);
    let outcome = match letter {
        Ok(letter) => post.way(demo).send(&letter, &Turn::begin(), async { Ok(()) }).await.outcome,
        Err(outcome) => outcome,
    };
    match outcome {
        Outcome::Accepted(reply) => {
            say(&format!("Accepted by the mail server: {} {}", reply.code.unwrap_or_default(), reply.words));
            Ok(())
        }
        Outcome::Written(file) => {
            let why = if demo { "this is demo data" } else { "SMTP_URL is not set" };
            say(&format!("Written as {}, because {why}.", settings.data_dir.join(file).display()));
            Ok(())
        }
        Outcome::Deferred { reply, .. } => Err(format!("the mail server put it off: {}", said(&reply.words))),
        Outcome::Refused(reply) | Outcome::RefusedRecipient(reply) => {
            Err(format!("refused: {} {}", reply.code.unwrap_or_default(), reply.words))
        }
        Outcome::Uncertain(reply) => {
            Err(format!("the answer did not come, it may have arrived: {}", said(&reply.words)))
        }
        Outcome::Unsendable(words) => Err(said(&words)),
        Outcome::GaveWay => Err("it gave way to other mail".to_owned()),
        Outcome::Paused(reason, words) => Err(format!("{}: {}", to_mend(reason), said(&words))),
    }
}

/// What somebody has to look at before anything leaves.
fn to_mend(reason: PauseReason) -> &'static str {
    match reason {
        PauseReason::SigningIn => "the account or password in SMTP_URL is not accepted",
        PauseReason::Encryption => {
            "no encrypted connection; check the host and port in SMTP_URL, and HUNITONG_MAIL_CA for a certificate of your own"
        }
        PauseReason::Sender => {
            "the sender in HUNITONG_MAIL_FROM, or HUNITONG_MAIL_RETURN_PATH where it is set, is not accepted"
        }
        PauseReason::ByHand => "mail was put on hold",
    }
}

fn said(words: &str) -> String {
    outbox::said(Locale::En, words)
}
