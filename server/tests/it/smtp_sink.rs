//! A mail server on loopback that does as it is told: it can fail at every step, by order or by chance, and
//! keeps what it accepted. It can encrypt, with certificates of an authority that nobody knows.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
    time::Duration,
};

use rand::{Rng, seq::IndexedRandom};
use server::{
    mailer::{Limits, Post, SmtpAddress, Trust},
    worker::Worker,
};
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    },
};

use crate::test_app::TestApp;

/// Where in the conversation something happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    Greeting,
    Ehlo,
    /// The answer to STARTTLS.
    StartTls,
    /// The handshake after it.
    Handshake,
    Auth,
    Mail,
    Rcpt,
    Data,
    /// In the middle of the body.
    Body,
    /// After the final dot.
    Dot,
}

#[derive(Clone, Copy, Debug)]
pub enum Do {
    Say(&'static str),
    /// The same in bytes, which need not be UTF-8.
    SayBytes(&'static [u8]),
    Drop,
    /// Says nothing more and keeps the line open.
    Silence,
    /// Says what it always says, one byte at a time.
    Slowly,
}

/// What a server under strain does, now and then, at each step.
const STRAIN: [(At, &[Do]); 6] = [
    (At::Greeting, &[Do::Say("421 4.3.2 too busy"), Do::Drop]),
    (At::Mail, &[Do::Say("451 4.3.0 later"), Do::Drop]),
    (At::Rcpt, &[Do::Say("450 4.2.0 greylisted"), Do::Drop]),
    (At::Data, &[Do::Say("452 4.3.1 full"), Do::Drop]),
    (At::Body, &[Do::Drop]),
    (At::Dot, &[Do::Say("451 4.3.0 try again"), Do::Drop, Do::Silence]),
];

#[derive(Clone, Debug)]
pub struct Mail {
    pub to: String,
    pub data: String,
    /// Whether the sender was told that it was accepted.
    pub answered: bool,
}

impl Mail {
    /// A header's value, unfolded.
    pub fn header(&self, name: &str) -> String {
        let head = self.data.split("\r\n\r\n").next().unwrap().replace("\r\n ", " ").replace("\r\n\t", " ");
        let found = head.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")).map(str::to_owned));
        found.unwrap_or_default()
    }
}

/// What the conversation goes over, encrypted or not.
trait Line: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Line for T {}
type Stream = BufReader<Box<dyn Line>>;

/// A file beside the tests: the authority's certificate, the server's and its key.
fn certificate(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/certificates").join(name)
}

/// Trusts whom a program trusts, and perhaps the authority behind the sink's certificate.
pub fn trust(the_sink_too: bool) -> Trust {
    let file = certificate("ca.pem");
    Trust::new("HUNITONG_MAIL_CA", the_sink_too.then_some(file.as_path())).unwrap()
}

/// Encrypts with this certificate.
pub fn acceptor(name: &str) -> TlsAcceptor {
    let chain = vec![CertificateDer::from_pem_file(certificate(name)).unwrap()];
    let key = PrivateKeyDer::from_pem_file(certificate("server.key")).unwrap();
    let config = ServerConfig::builder().with_no_client_auth().with_single_cert(chain, key).unwrap();
    TlsAcceptor::from(Arc::new(config))
}

#[derive(Clone, Default)]
pub struct Sink {
    pub port: u16,
    mails: Arc<Mutex<Vec<Mail>>>,
    faults: Arc<Mutex<Vec<(At, String, Do)>>>,
    connections: Arc<Mutex<usize>>,
    /// How long it thinks about every mail, in milliseconds.
    slowness: Arc<Mutex<u64>>,
    /// How often it fails by chance at each step, and how often it did.
    strain: Arc<Mutex<(f64, usize)>>,
    /// The largest mail that it takes, in bytes; nothing when it takes all.
    most: Arc<Mutex<Option<usize>>>,
    /// Offers STARTTLS when it is there, or encrypts from the first byte on.
    tls: Option<TlsAcceptor>,
    wrapped: bool,
}

impl Sink {
    pub async fn start() -> Self {
        Self::listen(None, false).await
    }

    /// One that offers STARTTLS.
    pub async fn encrypting() -> Self {
        Self::encrypting_as("server.pem").await
    }

    /// One that offers STARTTLS and shows this certificate.
    pub async fn encrypting_as(name: &str) -> Self {
        Self::listen(Some(acceptor(name)), false).await
    }

    /// One that encrypts from the first byte on and shows this certificate.
    pub async fn wrapped_as(name: &str) -> Self {
        Self::listen(Some(acceptor(name)), true).await
    }

    async fn listen(tls: Option<TlsAcceptor>, wrapped: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let sink = Self { port: listener.local_addr().unwrap().port(), tls, wrapped, ..Self::default() };
        let serving = sink.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                *serving.connections.lock().unwrap() += 1;
                let sink = serving.clone();
                tokio::spawn(async move { sink.talk(stream).await });
            }
        });
        sink
    }

    /// From now on does this at that point, for recipients that contain `whom`.
    pub fn fail(&self, at: At, whom: &str, with: Do) {
        self.faults.lock().unwrap().push((at, whom.to_owned(), with));
    }

    pub fn think(&self, milliseconds: u64) {
        *self.slowness.lock().unwrap() = milliseconds;
    }

    pub fn behave(&self) {
        self.faults.lock().unwrap().clear();
        self.strain.lock().unwrap().0 = 0.0;
    }

    /// From now on fails by chance, at each step with this probability, never for good.
    pub fn strain(&self, probability: f64) {
        self.strain.lock().unwrap().0 = probability;
    }

    /// How often it failed by chance.
    pub fn failed(&self) -> usize {
        self.strain.lock().unwrap().1
    }

    /// From now on takes no larger mails than this, in bytes.
    pub fn take_at_most(&self, bytes: usize) {
        *self.most.lock().unwrap() = Some(bytes);
    }

    /// How many mails it accepted.
    pub fn count(&self) -> usize {
        self.mails.lock().unwrap().len()
    }

    pub fn mails(&self) -> Vec<Mail> {
        self.mails.lock().unwrap().clone()
    }

    pub fn connections(&self) -> usize {
        *self.connections.lock().unwrap()
    }

    /// A worker that sends here.
    pub fn worker(&self, app: &TestApp) -> Worker {
        self.worker_at(app, &format!("smtp://127.0.0.1:{}", self.port))
    }

    pub fn worker_at(&self, app: &TestApp, url: &str) -> Worker {
        self.worker_trusting(app, url, &trust(false))
    }

    pub fn worker_trusting(&self, app: &TestApp, url: &str, trust: &Trust) -> Worker {
        let limits = Limits { step: Duration::from_millis(400), last_reply: Duration::from_millis(400) };
        let post = Post::new(Some(SmtpAddress::parse(url).unwrap()), trust, limits, app.folder.path());
        Worker::new(app.state.clone(), post, app::outbox::Schedule::default(), 4)
    }

    fn fault(&self, at: At, whom: &str) -> Option<Do> {
        let faults = self.faults.lock().unwrap();
        let ordered = faults.iter().find(|(when, who, _)| *when == at && whom.contains(who)).map(|(_, _, with)| *with);
        ordered.or_else(|| self.chance(at))
    }

    fn chance(&self, at: At) -> Option<Do> {
        let mut strain = self.strain.lock().unwrap();
        let (_, kinds) = STRAIN.iter().find(|(when, _)| *when == at)?;
        if !rand::rng().random_bool(strain.0) {
            return None;
        }
        strain.1 += 1;
        kinds.choose(&mut rand::rng()).copied()
    }

    /// One conversation; ends when the client leaves or the script says so.
    async fn talk(&self, stream: TcpStream) -> Option<()> {
        let mut stream: Stream = BufReader::new(Box::new(stream));
        let mut offered = self.tls.clone();
        if self.wrapped {
            self.answer(&mut stream, At::Handshake, "", "").await?;
            stream = BufReader::new(Box::new(offered.take()?.accept(stream.into_inner()).await.ok()?));
        }
        self.answer(&mut stream, At::Greeting, "", "220 sink.example ESMTP").await?;
        let (mut from, mut to) = (String::new(), String::new());
        loop {
            let mut line = String::new();
            if stream.read_line(&mut line).await.ok()? == 0 {
                return None;
            }
            let verb = line.get(..4).unwrap_or_default().to_ascii_uppercase();
            match verb.as_str() {
                "EHLO" if offered.is_some() => {
                    self.answer(&mut stream, At::Ehlo, "", "250-sink.example\r\n250 STARTTLS").await?;
                }
                "EHLO" => self.answer(&mut stream, At::Ehlo, "", "250-sink.example\r\n250 AUTH PLAIN").await?,
                "STAR" => {
                    self.answer(&mut stream, At::StartTls, "", "220 go ahead").await?;
                    self.answer(&mut stream, At::Handshake, "", "").await?;
                    stream = BufReader::new(Box::new(offered.take()?.accept(stream.into_inner()).await.ok()?));
                }
                "AUTH" => self.answer(&mut stream, At::Auth, "", "235 2.7.0 welcome").await?,
                "MAIL" => {
                    from = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
                    self.answer(&mut stream, At::Mail, &line, "250 2.1.0 sender noted").await?;
                }
                "RCPT" => {
                    to = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
                    self.answer(&mut stream, At::Rcpt, &to, "250 2.1.5 recipient noted").await?;
                }
                "DATA" => self.take(&mut stream, &from, &to).await?,
                "QUIT" => {
                    stream.write_all(b"221 bye\r\n").await.ok()?;
                    return None;
                }
                _ => stream.write_all(b"250 fine\r\n").await.ok()?,
            }
        }
    }

    async fn take(&self, stream: &mut Stream, from: &str, to: &str) -> Option<()> {
        let fault = self.fault(At::Data, to);
        say(stream, fault, "354 go on").await?;
        if matches!(fault, Some(Do::Say(_) | Do::SayBytes(_))) {
            return Some(());
        }
        let lost = matches!(self.fault(At::Body, to), Some(Do::Drop));
        // Mail servers note the envelope above the headers.
        let mut data = format!("Return-Path: <{from}>\r\n");
        loop {
            let mut line = String::new();
            if stream.read_line(&mut line).await.ok()? == 0 {
                return None;
            }
            if lost {
                return None;
            }
            if line == ".\r\n" {
                break;
            }
            data.push_str(line.strip_prefix('.').unwrap_or(&line));
        }
        let slowness = *self.slowness.lock().unwrap();
        tokio::time::sleep(Duration::from_millis(slowness)).await;
        if self.most.lock().unwrap().is_some_and(|most| data.len() > most) {
            return say(stream, None, "552 5.3.4 too large").await;
        }
        let fault = self.fault(At::Dot, to);
        if matches!(fault, Some(Do::Say(_) | Do::SayBytes(_))) {
            return say(stream, fault, "").await;
        }
        let place = self.keep(Mail { to: to.to_owned(), data, answered: false });
        say(stream, fault, "250 2.0.0 kept as 4711").await?;
        self.mails.lock().unwrap()[place].answered = true;
        Some(())
    }

    fn keep(&self, mail: Mail) -> usize {
        let mut mails = self.mails.lock().unwrap();
        mails.push(mail);
        mails.len() - 1
    }

    async fn answer(&self, stream: &mut Stream, at: At, whom: &str, usual: &str) -> Option<()> {
        say(stream, self.fault(at, whom), usual).await
    }
}

/// Says the usual line, or does what the fault asks for; nothing when the conversation is over.
async fn say(stream: &mut Stream, fault: Option<Do>, usual: &str) -> Option<()> {
    let line = if usual.is_empty() { String::new() } else { format!("{usual}\r\n") };
    match fault {
        None => stream.write_all(line.as_bytes()).await.ok(),
        Some(Do::Say(words)) => stream.write_all(format!("{words}\r\n").as_bytes()).await.ok(),
        Some(Do::SayBytes(words)) => stream.write_all(&[words, b"\r\n"].concat()).await.ok(),
        Some(Do::Drop) => None,
        Some(Do::Silence) => std::future::pending().await,
        Some(Do::Slowly) => {
            for byte in line.bytes() {
                stream.write_all(&[byte]).await.ok()?;
                stream.flush().await.ok()?;
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            Some(())
        }
    }
}
