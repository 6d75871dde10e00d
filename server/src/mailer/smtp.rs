//! Sending over SMTP: one envelope, one recipient. A connection that has served is kept for the next mail
//! for a short while. The loss of the line means different things before and after the final dot, and
//! the report says which it was.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use app::outbox::{Outcome, PauseReason, Reason, Reply, Report};
use lettre::{
    Address,
    transport::smtp::{
        Error,
        commands::{Data, Mail, Rcpt, Rset},
        response::Response,
    },
};
use tokio::time::{Instant, sleep, timeout};

use super::{
    address::SmtpAddress,
    connection::{Connection, Limits, reply, reply_of, within},
    letter::Letter,
    trust::Trust,
    turn::Turn,
    wire::Progress,
};

/// How long an idle connection is kept before `sweep` says goodbye; servers wait for minutes.
const KEPT: Duration = Duration::from_secs(15);

pub struct Smtp {
    address: SmtpAddress,
    limits: Limits,
    /// Refuses every server but this machine.
    only_here: bool,
    trust: Trust,
    idle: Mutex<Vec<Connection>>,
}

/// How a mail ended, and whether the connection may serve on.
struct End {
    outcome: Outcome,
    reusable: bool,
}

impl Smtp {
    pub fn new(address: SmtpAddress, trust: &Trust, limits: Limits, only_here: bool) -> Self {
        Self { address, limits, only_here, trust: trust.clone(), idle: Mutex::default() }
    }

    pub async fn send(
        &self,
        letter: &Letter,
        turn: &Turn,
        body_starts: impl Future<Output = Result<(), Reason>> + Send,
    ) -> Report {
        let mut connection = match self.ready(letter).await {
            Ok(connection) => connection,
            Err(report) => return report,
        };
        let end = self.hand_over(&mut connection, letter, turn, body_starts).await;
        let report =
            Report { server: Some(connection.server.clone()), tls: connection.tls.clone(), outcome: end.outcome };
        if end.reusable {
            self.keep(connection);
        }
        report
    }

    /// Goes as far as a mail from this sender, and takes it back.
    pub async fn probe(&self, sender: &Address) -> Result<(), Outcome> {
        let mut connection = self.open().await?;
        let begun = self.begin(&mut connection, sender).await;
        if begun.is_ok() {
            // What matters is known; a server that stumbles here is left all the same.
            let _ = timeout(self.limits.step, connection.lettre.command(Rset)).await;
        }
        connection.close().await;
        begun
    }

    /// A connection on which MAIL was accepted: an idle one that is still alive, or a new one.
    async fn ready(&self, letter: &Letter) -> Result<Connection, Report> {
        while let Some(mut connection) = self.take_idle() {
            match self.begin(&mut connection, &letter.from).await {
                Ok(()) => return Ok(connection),
                // It was closed while it was idle, or has served enough: nothing was sent, so a new one is tried.
                Err(outcome) if is_lost(&outcome) || matches!(outcome, Outcome::Paused(..)) => {}
                Err(outcome) => return Err(self.refused_at_mail(connection, outcome)),
            }
        }
        let mut connection = self.open().await.map_err(|outcome| Report {
            server: Some(self.address.host.clone()),
            tls: None,
            outcome,
        })?;
        match self.begin(&mut connection, &letter.from).await {
            Ok(()) => Ok(connection),
            Err(outcome) => Err(self.refused_at_mail(connection, outcome)),
        }
    }

    async fn open(&self) -> Result<Connection, Outcome> {
        Connection::open(&self.address, self.trust.config(), self.limits, self.only_here).await
    }

    /// MAIL. The sender is the same for all mail, so a final refusal is one of everything.
    async fn begin(&self, connection: &mut Connection, sender: &Address) -> Result<(), Outcome> {
        let mail = connection.lettre.command(Mail::new(Some(sender.clone()), Vec::new()));
        step(self.limits, "MAIL", mail).await.map(drop).map_err(|outcome| match outcome {
            Outcome::Refused(reply) => {
                let code = reply.code.unwrap_or_default();
                let reason = match code {
                    530 | 535 | 538 => PauseReason::SigningIn,
                    _ => PauseReason::Sender,
                };
                Outcome::Paused(reason, format!("MAIL: {code} {}", reply.words))
            }
            other => other,
        })
    }

    fn refused_at_mail(&self, connection: Connection, outcome: Outcome) -> Report {
        Report { server: Some(connection.server), tls: connection.tls, outcome }
    }

    /// RCPT, DATA, the body, and what the server says to it.
    async fn hand_over(
        &self,
        connection: &mut Connection,
        letter: &Letter,
        turn: &Turn,
        body_starts: impl Future<Output = Result<(), Reason>> + Send,
    ) -> End {
        match turn.asking(self.ask(connection, letter)).await {
            None => return End { outcome: Outcome::GaveWay, reusable: false },
            Some(Err(outcome)) => return self.end_early(connection, outcome).await,
            Some(Ok(())) => {}
        }
        if let Err(reason) = body_starts.await {
            return End { outcome: Outcome::put_off(reason), reusable: false };
        }
        self.body(connection, letter).await
    }

    /// RCPT and DATA: whether the server takes a mail for this recipient. A server that is silent here, or hangs up, has
    /// just taken the sender: that is no word about other mail.
    async fn ask(&self, connection: &mut Connection, letter: &Letter) -> Result<(), Outcome> {
        let rcpt = connection.lettre.command(Rcpt::new(letter.to.clone(), Vec::new()));
        step(self.limits, "RCPT", rcpt).await.map_err(|outcome| match of_this_mail(outcome) {
            Outcome::Refused(reply) => Outcome::RefusedRecipient(reply),
            other => other,
        })?;
        let data = step(self.limits, "DATA", connection.lettre.command(Data)).await;
        let response = data.map_err(of_this_mail)?;
        if response.has_code(354) { Ok(()) } else { Err(Outcome::deferred(words_of("DATA", &response))) }
    }

    /// After a refusal the connection is cleared for the next mail.
    async fn end_early(&self, connection: &mut Connection, outcome: Outcome) -> End {
        let alive = matches!(&outcome, Outcome::Refused(_) | Outcome::RefusedRecipient(_))
            || matches!(&outcome, Outcome::Deferred { reply, hold: false } if reply.code.is_some());
        let reusable = alive && matches!(timeout(self.limits.step, connection.lettre.command(Rset)).await, Ok(Ok(_)));
        End { outcome, reusable }
    }

    async fn body(&self, connection: &mut Connection, letter: &Letter) -> End {
        let progress = Arc::clone(&connection.progress);
        progress.begin();
        let sent = {
            let mut sending = std::pin::pin!(connection.lettre.message(without_last_line_end(&letter.bytes)));
            loop {
                let left = match progress.since_dot() {
                    // However much the server says meanwhile.
                    Some(since) => self.limits.last_reply.saturating_sub(since),
                    None => self.limits.step.saturating_sub(progress.still()),
                };
                if left.is_zero() {
                    break None;
                }
                tokio::select! {
                    sent = &mut sending => break Some(sent),
                    () = sleep(left.min(Duration::from_millis(500))) => {}
                }
            }
        };
        match sent {
            Some(Ok(response)) => {
                let outcome =
                    Outcome::Accepted(reply(response.code().into(), &response.message().collect::<Vec<_>>().join(" ")));
                End { outcome, reusable: true }
            }
            Some(Err(error)) if error.status().is_some() => End { outcome: judged("DATA", &error), reusable: false },
            Some(Err(error)) => End { outcome: lost(&progress, reply_of(&error)), reusable: false },
            None => {
                let words = Reply::of_connection(Reason::NoAnswer.words());
                End { outcome: lost(&progress, words), reusable: false }
            }
        }
    }

    fn take_idle(&self) -> Option<Connection> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }

    /// Takes out the connections that nobody has used for a while, or all that are idle.
    pub fn sweep(&self, all: bool) -> Vec<Connection> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.extract_if(.., |connection| all || connection.used_at.elapsed() >= KEPT).collect()
    }

    fn keep(&self, mut connection: Connection) {
        connection.used_at = Instant::now();
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
    }
}

/// The bytes as the client wants them, which adds a line end of its own before the dot: the server is to get the mail as
/// it was written, and no empty line more.
fn without_last_line_end(bytes: &[u8]) -> &[u8] {
    bytes.strip_suffix(b"\r\n").unwrap_or(bytes)
}

fn lost(progress: &Progress, reply: Reply) -> Outcome {
    if progress.since_dot().is_some() { Outcome::Uncertain(reply) } else { Outcome::Deferred { reply, hold: true } }
}

/// One command within its time limit; anything but a “yes” becomes an outcome.
async fn step(
    limits: Limits,
    name: &str,
    command: impl Future<Output = Result<Response, Error>>,
) -> Result<Response, Outcome> {
    within(limits, name, command).await?.map_err(|error| judged(name, &error))
}

/// What a refusal means: 421 and a broken line say that the server is away, other 4xx put this mail off, and 5xx are
/// final for it. Whether the recipient was refused or something else, the step tells.
fn judged(name: &str, error: &Error) -> Outcome {
    let reply = reply_of(error);
    match reply.code {
        Some(code @ 400..500) => Outcome::Deferred { reply, hold: code == 421 },
        Some(_) => Outcome::Refused(reply),
        None => Outcome::away(format!("{name}: {}", reply.words)),
    }
}

fn of_this_mail(outcome: Outcome) -> Outcome {
    match outcome {
        Outcome::Deferred { reply, hold: true } if reply.code.is_none() => Outcome::Deferred { reply, hold: false },
        other => other,
    }
}

fn is_lost(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Deferred { reply, hold: true } if reply.code.is_none() || reply.code == Some(421))
}

fn words_of(name: &str, response: &Response) -> String {
    format!("{name}: {} {}", response.code(), response.message().collect::<Vec<_>>().join(" "))
}
