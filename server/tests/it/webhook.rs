//! A webhook on loopback that answers as it is told and keeps what it was asked.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};

use app::outbox::Schedule;
use server::{
    channels::{self, Http, Limits, Messenger, Reach},
    mailer::Trust,
    worker::Worker,
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpListener,
};
use tokio_rustls::TlsAcceptor;

use crate::{
    smtp_sink::{acceptor, trust},
    test_app::TestApp,
};

/// What it does with a request.
#[derive(Clone, Debug)]
pub enum Say {
    /// A status line's rest with headers, and a body.
    Answer(String, String),
    /// Drops the line after it read the request.
    Drop,
    /// Reads and never answers.
    Nothing,
    /// A body that does not end.
    Endless,
}

impl Say {
    pub fn code(code: i64, words: &str) -> Self {
        Self::Answer("200 OK".to_owned(), format!(r#"{{"errcode":{code},"errmsg":"{words}"}}"#))
    }

    pub fn page(status: &str, body: &str) -> Self {
        Self::Answer(status.to_owned(), body.to_owned())
    }
}

#[derive(Clone)]
pub struct Webhook {
    pub port: u16,
    asked: Arc<Mutex<Vec<(String, serde_json::Value)>>>,
    script: Arc<Mutex<VecDeque<Say>>>,
}

impl Webhook {
    pub async fn start() -> Self {
        Self::listen(None).await
    }

    /// One that is reached by https, with the certificate of an authority that nobody knows.
    pub async fn encrypting() -> Self {
        Self::listen(Some(acceptor("server.pem"))).await
    }

    async fn listen(tls: Option<TlsAcceptor>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let hook = Self { port: listener.local_addr().unwrap().port(), asked: Arc::default(), script: Arc::default() };
        let serving = hook.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (hook, tls) = (serving.clone(), tls.clone());
                tokio::spawn(async move {
                    match tls {
                        None => hook.talk(stream).await,
                        Some(tls) => hook.talk(tls.accept(stream).await.ok()?).await,
                    }
                });
            }
        });
        hook
    }

    /// Does this next; after everything it was told it says that all is fine.
    pub fn then(&self, say: Say) {
        self.script.lock().unwrap().push_back(say);
    }

    /// Path and body of every request, in their order.
    pub fn asked(&self) -> Vec<(String, serde_json::Value)> {
        self.asked.lock().unwrap().clone()
    }

    /// The text of the n-th message.
    pub fn text(&self, n: usize) -> String {
        let (_, body) = self.asked()[n].clone();
        let kind = body["msgtype"].as_str().unwrap().to_owned();
        body[kind]["content"].as_str().unwrap().to_owned()
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// A worker that sends here, wherever that is.
    pub fn worker(&self, app: &TestApp) -> Worker {
        worker_to(app, &self.url(), Reach::Anywhere)
    }

    async fn talk(&self, mut stream: impl AsyncRead + AsyncWrite + Unpin) -> Option<()> {
        let (path, body) = read(&mut stream).await?;
        self.asked.lock().unwrap().push((path, serde_json::from_slice(&body).ok()?));
        let say = self.script.lock().unwrap().pop_front().unwrap_or_else(|| Say::code(0, "ok"));
        match say {
            Say::Answer(status, body) => {
                let head = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\n\r\n", body.len());
                stream.write_all(format!("{head}{body}").as_bytes()).await.ok()
            }
            Say::Drop => None,
            Say::Nothing => std::future::pending().await,
            Say::Endless => {
                stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n").await.ok()?;
                while stream.write_all(&[b'x'; 8_192]).await.is_ok() {}
                None
            }
        }
    }
}

/// A worker for groups whose WeCom is at this address.
pub fn worker_to(app: &TestApp, url: &str, reach: Reach) -> Worker {
    worker_trusting(app, url, reach, &trust(false))
}

/// The same with an authority of its own.
pub fn worker_trusting(app: &TestApp, url: &str, reach: Reach, trust: &Trust) -> Worker {
    let limits = Limits { step: Duration::from_millis(500), answer: Duration::from_millis(500) };
    let wecom = url.parse().unwrap();
    let messenger = Messenger::new(app.state.clone(), Http::new(reach, trust, limits), wecom, app.folder.path());
    Worker::to_groups(app.state.clone(), messenger, channels::schedule(Schedule::default()), 4)
}

/// One request: its path with the query, and its body.
async fn read(stream: &mut (impl AsyncRead + Unpin)) -> Option<(String, Vec<u8>)> {
    let mut bytes = Vec::new();
    let head = loop {
        let mut some = [0; 4_096];
        let n = stream.read(&mut some).await.ok().filter(|n| *n > 0)?;
        bytes.extend_from_slice(&some[..n]);
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end;
        }
    };
    let text = String::from_utf8_lossy(&bytes[..head]).into_owned();
    let path = text.split(' ').nth(1)?.to_owned();
    let length = |line: &str| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse::<usize>().ok();
    let length = text.lines().find_map(length)?;
    while bytes.len() < head + 4 + length {
        let mut some = [0; 4_096];
        let n = stream.read(&mut some).await.ok().filter(|n| *n > 0)?;
        bytes.extend_from_slice(&some[..n]);
    }
    Some((path, bytes[head + 4..].to_vec()))
}
