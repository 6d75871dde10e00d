//! One HTTP request at a time: the name is looked up, the addresses that may be asked are dialled until one answers, the
//! request leaves once, and the answer is read to its bound. It follows nothing, keeps no connection, and every step
//! has a time limit. What goes wrong before the request leaves is harmless; after that the message may have arrived.

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

/// Most addresses of a host that are tried for one message.
const MOST_DIALLED: usize = 4;

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
        let (first, others) = self.peers(&host, url.port_or_known_default().unwrap_or(443), only_here).await?;
        let (peer, dialled) = self.dial(first, &others).await;
        let server = Some(format!("{host} ({peer})"));
        let lost = |tls: &Option<String>, outcome| Lost { server: server.clone(), tls: tls.clone(), outcome };
        let tcp = dialled.map_err(|outcome| lost(&None, outcome))?;
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

    /// The first address of the host that may be asked, and the others.
    async fn peers(
        &self,
        host: &Host<&str>,
        port: u16,
        only_here: bool,
    ) -> Result<(SocketAddr, Vec<SocketAddr>), Outcome> {
        let found: Vec<SocketAddr> = match host {
            Host::Ipv4(ip) => vec![(*ip, port).into()],
            Host::Ipv6(ip) => vec![(*ip, port).into()],
            Host::Domain(name) => {
                let looking = timeout(self.limits.step, lookup_host((*name, port))).await;
                step("DNS", looking)?.collect()
            }
        };
        let admitted = |peer: &SocketAddr| self.reach.admits(peer.ip()) && (!only_here || peer.ip().is_loopback());
        let mut peers = found.into_iter().filter(admitted).take(MOST_DIALLED);
        let first = peers.next().ok_or_else(|| Outcome::away(format!("{host}: {}", Reason::NotPublic.words())))?;
        Ok((first, peers.collect()))
    }

    /// Dials one after the other until one answers, each for its share of the time: neither an address to which this
    /// machine has no way nor one of several servers that is down keeps a message back. Gives the last that was dialled.
    async fn dial(&self, first: SocketAddr, others: &[SocketAddr]) -> (SocketAddr, Result<TcpStream, Outcome>) {
        let share = self.limits.step / u32::try_from(others.len() + 1).unwrap_or(u32::MAX);
        let connect = async |peer: SocketAddr| (peer, step("connect", timeout(share, TcpStream::connect(peer)).await));
        let mut last = connect(first).await;
        for other in others {
            if last.1.is_ok() {
                break;
            }
            last = connect(*other).await;
        }
        last
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

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    #[tokio::test]
    async fn an_address_that_does_not_answer_keeps_nothing_from_the_next() {
        let http = Http::new(Reach::Anywhere, &Trust::new("X", None).expect("public"), Limits::default());
        let open = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let gone = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (here, nobody) = (open.local_addr().unwrap(), gone.local_addr().unwrap());
        drop(gone);
        let (peer, dialled) = http.dial(nobody, &[nobody, here, nobody]).await;
        assert_eq!((peer, dialled.is_ok()), (here, true));
        let (peer, dialled) = http.dial(nobody, &[]).await;
        assert_eq!(peer, nobody);
        assert!(matches!(dialled, Err(Outcome::Deferred { hold: true, .. })));
    }
}
