//! The outbox on the terminal: looking, trying again, cancelling and pausing.

use app::{
    db::{Actor, Db, Tx},
    ids::DeliveryId,
    outbox::{
        self, DeliveryState, PauseReason, Schedule,
        store::{self, Filter},
    },
    text::Locale,
    time::Clock,
};
use clap::Subcommand;

use super::{failed, say};
use crate::{
    config::{Sentence, Settings},
    start,
};

#[derive(Clone, Debug, Subcommand)]
pub enum OutboxCommand {
    /// The newest mails, or those that are still to leave (`waiting`), or that failed (`failed`)
    List {
        #[arg(default_value = "all")]
        which: String,
    },
    /// All that is known of one mail
    Show { id: DeliveryId },
    /// Try a mail that waits at once
    Retry { id: DeliveryId },
    /// Cancel a mail that has not left
    Cancel { id: DeliveryId },
    /// The addresses to which nothing is sent, because a mail server refused them
    Suppressed,
    /// Write to a refused address again
    Lift { email: String },
    /// Put all mail on hold
    Pause,
    /// Let mail go on
    Resume,
}

pub async fn run(settings: &Settings, command: OutboxCommand) -> Result<(), Sentence> {
    let db = start::database(settings).await?;
    match command {
        OutboxCommand::List { which } => list(&db, &which).await,
        OutboxCommand::Show { id } => {
            let found = store::whole(db.reader(), id).await.map_err(|_| format!("there is no mail {id}"))?;
            let delivery = &found.delivery;
            let address = if delivery.email.is_empty() { String::new() } else { format!(" <{}>", delivery.email) };
            say(&format!("{id}\n{}\n{}{address}", found.message.title, delivery.name));
            say(&format!(
                "{}: {}",
                found.delivery.state,
                outbox::sentence(Locale::En, &found.delivery, &found.message.rfc_id)
            ));
            if delivery.times_uncertain > 0 {
                say(&format!("Times without confirmation: {}", delivery.times_uncertain));
            }
            Ok(())
        }
        OutboxCommand::Retry { id } => {
            let tx = begin(&db).await?;
            let done = store::try_now(&tx, id).await.map_err(failed)?;
            let found = store::whole(&*tx, id).await.map_err(|_| format!("there is no mail {id}"))?;
            let held = found.delivery.group_id.is_none() && store::pause(&*tx).await.map_err(failed)?.is_some();
            let yes =
                if held { "It leaves as soon as mail goes on, which is on hold now." } else { "It is tried at once." };
            finish(tx, done, yes, "this mail does not wait").await
        }
        OutboxCommand::Cancel { id } => {
            let tx = begin(&db).await?;
            let done = store::cancel(&tx, id).await.map_err(failed)?;
            let found = store::whole(&*tx, id).await;
            let left = found.is_ok_and(|found| found.delivery.state == DeliveryState::Uncertain);
            let yes = if left { "It is not sent again; it was possibly delivered." } else { "It is cancelled." };
            finish(tx, done, yes, "this mail has left, is leaving or is settled").await
        }
        OutboxCommand::Suppressed => suppressed(&db).await,
        OutboxCommand::Lift { email } => {
            let tx = begin(&db).await?;
            let done = store::lift(&tx, &[&email]).await.map_err(failed)? > 0;
            finish(tx, done, "It is written to again.", "this address is not among the refused").await
        }
        OutboxCommand::Pause => {
            let tx = begin(&db).await?;
            let done = store::pause_queue(&tx, PauseReason::ByHand, "", &Schedule::default()).await.map_err(failed)?;
            finish(tx, done, "All mail is on hold.", "mail was on hold by hand before").await
        }
        OutboxCommand::Resume => {
            let tx = begin(&db).await?;
            let done = store::resume_queue(&tx).await.map_err(failed)?;
            finish(tx, done, "Mail goes on.", "mail was not on hold").await
        }
    }
}

async fn list(db: &Db, which: &str) -> Result<(), Sentence> {
    let filter = match which {
        "all" => Filter::All,
        "waiting" => Filter::Waiting,
        "failed" => Filter::Failed,
        word => Filter::In(word.parse::<DeliveryState>().map_err(|_| {
            format!("{word} is no state; write all, waiting, failed or one such as queued, accepted, refused")
        })?),
    };
    if let Some(pause) = store::pause(db.reader()).await.map_err(failed)? {
        say(&format!(
            "All mail has been on hold since {}: {}",
            pause.since.show(),
            outbox::pause_words(Locale::En, &pause)
        ));
    }
    let store::Listed { found, older, .. } =
        store::list(db.reader(), &filter, store::From::Start).await.map_err(failed)?;
    for found in &found {
        let delivery = &found.delivery;
        let to = if delivery.email.is_empty() { &delivery.name } else { &delivery.email };
        say(&format!("{}  {:<9}  {}  {}", delivery.id, delivery.state.to_string(), to, found.message.title));
    }
    say(if older.is_some() { "There are more." } else { "That is all." });
    Ok(())
}

async fn suppressed(db: &Db) -> Result<(), Sentence> {
    let (found, more) = store::suppressed_addresses(db.reader(), None).await.map_err(failed)?;
    for (address, _) in &found {
        let code = address.reply_code.map(|code| format!("{code} ")).unwrap_or_default();
        say(&format!("{}  {}  {code}{}", address.since.show(), address.email, address.words));
    }
    say(if more { "There are more." } else { "That is all." });
    Ok(())
}

async fn begin(db: &Db) -> Result<Tx, Sentence> {
    db.begin(Actor::program(), Clock::default().now()).await.map_err(failed)
}

async fn finish(tx: Tx, done: bool, yes: &str, no: &str) -> Result<(), Sentence> {
    if !done {
        return Err(no.to_owned());
    }
    tx.commit().await.map_err(failed)?;
    say(yes);
    Ok(())
}
