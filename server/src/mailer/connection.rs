//! A connection to a mail server, made step by step: dial, encrypt, greet, sign in. Every step has a time
//! limit. A failure says what it means for the queue: the server is away, or nothing can be sent to
//! anyone until something is mended. Encryption that was begun and did not come about, whatever the reason, holds all mail
//! and uses up no attempt; what was asked for is never gone without.

use std::{sync::Arc, time::Duration};

use app::outbox::{Outcome, PauseReason, Reason, Reply};
use lettre::transport::smtp::{authentication::Mechanism, client::AsyncSmtpConnection};
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::{
    TlsConnector,
    client::TlsStream,
    rustls::{ClientConfig, pki_types::ServerName},
};

use super::{
    address::{Encryption, SmtpAddress},
    wire::{Line, Progress, Wire, readable},
};

/// How long each step may take.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Dialling, each command and its reply, and each standstill while the body leaves.
    pub step: Duration,
    /// The reply after the final dot (RFC 5321, 4.5.3.2.6 asks for ten minutes).
    pub last_reply: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { step: Duration::from_secs(60), last_reply: Duration::from_secs(600) }
    }
}

pub struct Connection {
    pub lettre: AsyncSmtpConnection,
    pub progress: Arc<Progress>,
    pub server: String,
    pub tls: Option<String>,
    pub used_at: tokio::time::Instant,
}

impl Connection {
    /// Everything up to the first mail. `only_here` refuses every server but this machine.
    pub async fn open(
        address: &SmtpAddress,
        tls: &Arc<ClientConfig>,
        limits: Limits,
        only_here: bool,
    ) -> Result<Self, Outcome> {
        let tcp = within(limits, "connect", TcpStream::connect((address.host.as_str(), address.port))).await?;
        let tcp = tcp.map_err(|e| Outcome::away(format!("connect: {e}")))?;
        let peer = tcp.peer_addr().map_err(|e| Outcome::away(format!("connect: {e}")))?;
        if only_here && !peer.ip().is_loopback() {
            return Err(Outcome::put_off(Reason::DemoStays));
        }
        tcp.set_nodelay(true).map_err(|e| Outcome::away(format!("connect: {e}")))?;
        let (line, prelude) = encrypt(address, tls, limits, tcp).await?;
        let version = match &line {
            Line::Plain(_) => None,
            Line::Encrypted(tls) => tls.get_ref().1.protocol_version().map(|version| format!("{version:?}")),
        };
        let (wire, progress) = Wire::new(line, prelude);
        let greeting = AsyncSmtpConnection::connect_with_transport(Box::new(wire), &address.hello);
        let mut lettre = within(limits, "greeting", greeting).await?.map_err(|e| away("greeting", &e))?;
        if let Some(credentials) = &address.credentials {
            let mechanisms = [Mechanism::Plain, Mechanism::Login];
            within(limits, "AUTH", lettre.auth(&mechanisms, credentials)).await?.map_err(|e| signing_in(&e))?;
        }
        let server = format!("{} ({peer})", address.host);
        Ok(Self { lettre, progress, server, tls: version, used_at: tokio::time::Instant::now() })
    }

    /// Says goodbye without waiting long for the answer.
    pub async fn close(mut self) {
        let _ = timeout(Duration::from_secs(1), self.lettre.quit()).await;
    }
}

/// Runs a step within its limit.
pub async fn within<T>(limits: Limits, step: &str, doing: impl Future<Output = T>) -> Result<T, Outcome> {
    timeout(limits.step, doing).await.map_err(|_| Outcome::away(format!("{step}: {}", Reason::NoAnswer.words())))
}

async fn encrypt(
    address: &SmtpAddress,
    tls: &Arc<ClientConfig>,
    limits: Limits,
    tcp: TcpStream,
) -> Result<(Line, &'static [u8]), Outcome> {
    match address.encryption {
        Encryption::None => Ok((Line::Plain(tcp), b"")),
        Encryption::Wrapped => Ok((Line::Encrypted(Box::new(handshake(address, tls, limits, tcp).await?)), b"")),
        Encryption::Required | Encryption::WhereOffered => {
            let mut plain = BufReader::new(tcp);
            if within(limits, "greeting", offers_tls(&mut plain, address)).await?? {
                within(limits, "STARTTLS", start_tls(&mut plain)).await.map_err(on_hold)?.map_err(on_hold)?;
                let tls = handshake(address, tls, limits, plain.into_inner()).await?;
                Ok((Line::Encrypted(Box::new(tls)), b"220 encrypted\r\n"))
            } else if address.encryption == Encryption::Required {
                Err(Outcome::Paused(PauseReason::Encryption, Reason::NoStartTls.words()))
            } else {
                Ok((Line::Plain(plain.into_inner()), b"220 not encrypted\r\n"))
            }
        }
    }
}

/// Greets, and sees whether the server offers encryption.
async fn offers_tls<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut BufReader<S>,
    address: &SmtpAddress,
) -> Result<bool, Outcome> {
    let (code, words) = read_reply(stream).await?;
    if code != 220 {
        return Err(Outcome::away(format!("greeting: {code} {words}")));
    }
    let (code, words) = command(stream, &format!("EHLO {}\r\n", address.hello)).await?;
    match code {
        250 => {}
        // It does not know the word, nor what it would offer after it.
        500.. => return Ok(false),
        _ => return Err(Outcome::away(format!("EHLO: {code} {words}"))),
    }
    Ok(words.to_ascii_uppercase().split('\n').any(|line| line.trim() == "STARTTLS"))
}

/// Asks for encryption.
async fn start_tls<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut BufReader<S>) -> Result<(), Outcome> {
    match command(stream, "STARTTLS\r\n").await? {
        // Anything that came along with the reply was not encrypted and could be forged.
        (220, _) if stream.buffer().is_empty() => Ok(()),
        (220, _) => Err(Outcome::away(Reason::SpokeEarly.words())),
        (code @ 421, words) => Err(Outcome::Deferred { reply: reply(code, &words), hold: true }),
        (code, words) => Err(Outcome::away(format!("STARTTLS: {code} {words}"))),
    }
}

/// What went wrong with the encryption is wrong for all mail, unless the server just said that it goes.
fn on_hold(outcome: Outcome) -> Outcome {
    match outcome {
        Outcome::Deferred { reply, .. } if reply.code.is_none() => {
            Outcome::Paused(PauseReason::Encryption, reply.words)
        }
        other => other,
    }
}

async fn command<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut BufReader<S>,
    text: &str,
) -> Result<(u16, String), Outcome> {
    let lost = |e: std::io::Error| Outcome::away(format!("STARTTLS: {e}"));
    stream.get_mut().write_all(text.as_bytes()).await.map_err(lost)?;
    stream.get_mut().flush().await.map_err(lost)?;
    read_reply(stream).await
}

/// A reply of one or several lines, bounded.
async fn read_reply<S: AsyncRead + Unpin>(stream: &mut BufReader<S>) -> Result<(u16, String), Outcome> {
    let mut words = Vec::new();
    for _ in 0..100 {
        let mut line = Vec::new();
        let mut bounded = tokio::io::AsyncReadExt::take(&mut *stream, 2_000);
        let read = bounded.read_until(b'\n', &mut line).await;
        read.map_err(|e| Outcome::away(format!("the connection was lost: {e}")))?;
        let line = readable(&line).trim_end().to_owned();
        let code = line.get(..3).and_then(|code| code.parse::<u16>().ok());
        let Some(code) = code else { return Err(Outcome::away(Reason::LineClosed.words())) };
        words.push(line.get(4..).unwrap_or_default().to_owned());
        if line.as_bytes().get(3) != Some(&b'-') {
            return Ok((code, words.join("\n")));
        }
    }
    Err(Outcome::away(Reason::EndlessReply.words()))
}

async fn handshake(
    address: &SmtpAddress,
    tls: &Arc<ClientConfig>,
    limits: Limits,
    tcp: TcpStream,
) -> Result<TlsStream<TcpStream>, Outcome> {
    let broken = |error: &dyn std::fmt::Display| on_hold(Outcome::away(format!("TLS: {error}")));
    let name = ServerName::try_from(address.host.clone()).map_err(|error| broken(&error))?;
    let shaking = TlsConnector::from(Arc::clone(tls)).connect(name, tcp);
    within(limits, "TLS", shaking).await.map_err(on_hold)?.map_err(|error| broken(&error))
}

fn away(step: &str, error: &lettre::transport::smtp::Error) -> Outcome {
    let reply = reply_of(error);
    Outcome::Deferred { reply: Reply { words: format!("{step}: {}", reply.words), ..reply }, hold: true }
}

fn signing_in(error: &lettre::transport::smtp::Error) -> Outcome {
    let reply = reply_of(error);
    let code = reply.code.map(|code| format!("{code} ")).unwrap_or_default();
    if error.is_permanent() || error.is_client() {
        Outcome::Paused(PauseReason::SigningIn, format!("AUTH: {code}{}", reply.words))
    } else {
        away("AUTH", error)
    }
}

/// The server's reply that an error carries, or what became of the connection.
pub fn reply_of(error: &lettre::transport::smtp::Error) -> Reply {
    let source = std::error::Error::source(error).map(ToString::to_string);
    match error.status() {
        Some(code) => reply(code.into(), &source.unwrap_or_default()),
        None => Reply::of_connection(source.unwrap_or_else(|| error.to_string())),
    }
}

/// Finds the enhanced code (RFC 2034) at the beginning of the words.
pub fn reply(code: u16, words: &str) -> Reply {
    let first = words.split(' ').next().unwrap_or_default();
    let numbers: Vec<&str> = first.split('.').collect();
    let enhanced = numbers.len() == 3
        && numbers.iter().all(|n| (1..=3).contains(&n.len()) && n.bytes().all(|b| b.is_ascii_digit()))
        && numbers[0] == (code / 100).to_string();
    Reply { code: Some(code), enhanced: enhanced.then(|| first.to_owned()), words: words.trim().to_owned() }
}
