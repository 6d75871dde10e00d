//! Taking one mail out of the house: over SMTP, or into a file where no mail server is set. It makes one
//! attempt, waits for nothing longer than its time limits, and reports what is known; when to try again
//! is not its business.

mod address;
mod connection;
mod folder;
mod letter;
mod settings;
mod smtp;
mod trust;
mod turn;
mod wire;

use std::path::Path;

use app::outbox::{Outcome, Reason, Report};
use lettre::Address;
use tokio::task::JoinSet;

pub use address::{Encryption, SmtpAddress};
pub use connection::Limits;
pub use folder::Folder;
pub use letter::{Letter, Writer, envelope_sender, to_leave};
pub use settings::MailSettings;
pub use smtp::Smtp;
pub use trust::Trust;
pub use turn::{Going, Turn};

/// Both ways that a portal may have. A database that holds demo data never sends to a server that is not
/// this machine, whatever is set.
pub struct Post {
    usual: Mailer,
    demo: Mailer,
}

impl Post {
    pub fn new(address: Option<SmtpAddress>, trust: &Trust, limits: Limits, data: &Path) -> Self {
        let here = address.clone().filter(SmtpAddress::is_loopback);
        let way = |address: Option<SmtpAddress>, only_here| match address {
            Some(address) => Mailer::Smtp(Smtp::new(address, trust, limits, only_here)),
            None => Mailer::File(Folder::in_data(data)),
        };
        Self { usual: way(address, false), demo: way(here, true) }
    }

    pub fn way(&self, demo: bool) -> &Mailer {
        if demo { &self.demo } else { &self.usual }
    }

    /// Says goodbye on connections that nobody has used for a while, or on all that are idle.
    pub fn sweep(&self, all: bool) -> JoinSet<()> {
        let mut leaving = JoinSet::new();
        for way in [&self.usual, &self.demo] {
            if let Mailer::Smtp(smtp) = way {
                smtp.sweep(all).into_iter().for_each(|connection| drop(leaving.spawn(connection.close())));
            }
        }
        leaving
    }
}

/// Where mail goes.
pub enum Mailer {
    Smtp(Smtp),
    File(Folder),
}

impl Mailer {
    /// Makes one attempt, which may be made to give way while nothing of the mail has left. `body_starts` runs right before
    /// the body leaves and says whether it may, else why not.
    pub async fn send(
        &self,
        letter: &Letter,
        turn: &Turn,
        body_starts: impl Future<Output = Result<(), Reason>> + Send,
    ) -> Report {
        match self {
            Self::Smtp(smtp) => smtp.send(letter, turn, body_starts).await,
            Self::File(folder) => match folder.write(&format!("{}.eml", letter.id), &letter.bytes).await {
                Ok(name) => Report::here(Outcome::Written(name)),
                Err(error) => Report::here(Outcome::deferred(Reason::NotWritten.with(error))),
            },
        }
    }

    /// Sees whether the server lets us in and takes mail from this sender, without sending anything.
    pub async fn probe(&self, sender: &Address) -> Result<(), Outcome> {
        match self {
            Self::Smtp(smtp) => smtp.probe(sender).await,
            Self::File(_) => Ok(()),
        }
    }
}
