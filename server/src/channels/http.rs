//! One HTTP request at a time: the name is looked up, an address that may be asked is dialled, the request leaves once,
//! and the answer is read to its bound. It follows nothing, keeps no connection, and every step has a time limit. What
//! goes wrong before the request leaves is harmless; after that the message may have arrived.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use app::outbox::{Outcome, Reason, Reply};
use bytes::Bytes;
use http::{Request, header};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpStream, lookup_host},
    time::timeout,
};
use tokio_rustls::{
    TlsConnector,
    rustls::{ClientConfig, pki_types::ServerName},
};
use url::{Host, Url};

use super::guard::Reach;
use crate::mailer::Trust;

/// Largest answer that is read, in bytes; a service says a line.
const MOST: usize = 64 * 1024;

/// How long each step may take.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Looking the name up, dialling, encrypting.
    pub step: Duration,
    /// The whole answer.
    pub answer: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { step: Duration::from_secs(10), answer: Duration::from_secs(30) }
    }
}

/// What came back.
pub struct Answer {
    pub server: String,
    pub tls: Option<String>,
    pub status: u16,
    pub body: Bytes,
}

/// Why nothing came back, and how far it got.
pub struct Lost {
    pub server: Option<String>,
    pub tls: Option<String>,
    pub outcome: Outcome,
}

impl From<Outcome> for Lost {
    fn from(outcome: Outcome) -> Self {
        Self { server: None, tls: None, outcome }
    }
}

trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

pub struct Http {
    tls: Arc<ClientConfig>,
    reach: Reach,
    limits: Limits,
}

impl Http {
    pub fn new(reach: Reach, trust: &Trust, limits: Limits) -> Self {
        Self { tls: Arc::clone(trust.config()), reach, limits }
    }

    /// Whether requests to this address cannot leave the machine, whatever the name means today.
    pub fn stays_here(&self, url: &Url) -> bool {
        self.reach == Reach::Anywhere
            && match url.host() {
                Some(Host::Ipv4(ip)) => ip.is_loopback(),
                Some(Host::Ipv6(ip)) => ip.is_loopback(),
                Some(Host::Domain(_)) | None => false,
            }
    }

    /// Posts JSON. `body_starts` runs right before the request leaves and says whether it may, else why not; `only_here` refuses
    /// every machine but this.
    pub async fn post(
        &self,
        url: &Url,
        body: String,
        only_here: bool,
        body_starts: impl Future<Output = Result<(), Reason>> + Send,
    ) -> Result<Answer, Lost> {
        let host = url.host().ok_or_else(|| Outcome::Unsendable(Reason::NoAddress.words()))?;
        let peer = self.peer(&host, url.port_or_known_default().unwrap_or(443), only_here).await?;
        let server = Some(format!("{host} ({peer})"));
        let lost = |tls: &Option<String>, outcome| Lost { server: server.clone(), tls: tls.clone(), outcome };
        let dialling = timeout(self.limits.step, TcpStream::connect(peer)).await;
        let tcp = step("connect", dialling).map_err(|outcome| lost(&None, outcome))?;
        let (stream, tls) = self.encrypted(url, &host, tcp).await.map_err(|outcome| lost(&None, outcome))?;
        let shaking = timeout(self.limits.step, http1::handshake(TokioIo::new(stream))).await;
        let (mut sender, connection) = step("HTTP", shaking).map_err(|outcome| lost(&tls, outcome))?;
        let request = request(url, &host, body).map_err(|outcome| lost(&tls, outcome))?;
        if let Err(reason) = body_starts.await {
            return Err(lost(&tls, Outcome::put_off(reason)));
        }
        let driving = tokio::spawn(connection);
        let exchange = async {
            let answer = sender.send_request(request).await.map_err(|error| error.to_string())?;
            let status = answer.status().as_u16();
            match Limited::new(answer.into_body(), MOST).collect().await {
                Ok(body) => Ok((status, body.to_bytes())),
                // No service says so much: it is another page, of which nothing is needed.
                Err(error) if error.is::<LengthLimitError>() => Ok((status, Bytes::new())),
                Err(error) => Err(error.to_string()),
            }
        };
        let answered = timeout(self.limits.answer, exchange).await;
        driving.abort();
        let uncertain = |words: String| lost(&tls, Outcome::Uncertain(Reply::of_connection(words)));
        match answered {
            Ok(Ok((status, body))) => Ok(Answer { server: server.clone().unwrap_or_default(), tls, status, body }),
            Ok(Err(words)) => Err(uncertain(Reason::AnswerLost.with(words))),
            Err(_) => Err(uncertain(Reason::NoAnswer.words())),
        }
    }

    /// An address of the host that may be asked.
    async fn peer(&self, host: &Host<&str>, port: u16, only_here: bool) -> Result<SocketAddr, Outcome> {
        let found: Vec<SocketAddr> = match host {
            Host::Ipv4(ip) => vec![(*ip, port).into()],
            Host::Ipv6(ip) => vec![(*ip, port).into()],
            Host::Domain(name) => {
                let looking = timeout(self.limits.step, lookup_host((*name, port))).await;
                step("DNS", looking)?.collect()
            }
        };
        let admitted = |peer: &&SocketAddr| self.reach.admits(peer.ip()) && (!only_here || peer.ip().is_loopback());
        found
            .iter()
            .find(admitted)
            .copied()
            .ok_or_else(|| Outcome::away(format!("{host}: {}", Reason::NotPublic.words())))
    }

    async fn encrypted(
        &self,
        url: &Url,
        host: &Host<&str>,
        tcp: TcpStream,
    ) -> Result<(Box<dyn Stream>, Option<String>), Outcome> {
        if url.scheme() != "https" {
            return Ok((Box::new(tcp), None));
        }
        let name = match host {
            Host::Domain(name) => ServerName::try_from((*name).to_owned()).map_err(|e| Outcome::away(e.to_string()))?,
            Host::Ipv4(ip) => ServerName::from(std::net::IpAddr::from(*ip)),
            Host::Ipv6(ip) => ServerName::from(std::net::IpAddr::from(*ip)),
        };
        let shaking = timeout(self.limits.step, TlsConnector::from(Arc::clone(&self.tls)).connect(name, tcp)).await;
        let stream = step("TLS", shaking)?;
        let version = stream.get_ref().1.protocol_version().map(|version| format!("{version:?}"));
        Ok((Box::new(stream), version))
    }
}

/// What a step gave; that it failed or took too long means that the server is away.
fn step<T, E: std::fmt::Display>(
    name: &str,
    done: Result<Result<T, E>, tokio::time::error::Elapsed>,
) -> Result<T, Outcome> {
    match done {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(Outcome::away(format!("{name}: {error}"))),
        Err(_) => Err(Outcome::away(format!("{name}: {}", Reason::NoAnswer.words()))),
    }
}

fn request(url: &Url, host: &Host<&str>, body: String) -> Result<Request<Full<Bytes>>, Outcome> {
    let path = match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    };
    let authority = url.port().map_or_else(|| host.to_string(), |port| format!("{host}:{port}"));
    Request::post(path)
        .header(header::HOST, authority)
        .header(header::CONTENT_TYPE, "application/json; charset=utf-8")
        .header(header::ACCEPT, "application/json")
        .header(header::CONNECTION, "close")
        .body(Full::new(Bytes::from(body)))
        .map_err(|error| Outcome::Unsendable(error.to_string()))
}
