//! The bytes between us and a mail server, plain or encrypted. It stands under lettre's connection and
//! sees what that does not tell: when bytes last moved, and when the final dot was written.

use std::{
    io,
    net::SocketAddr,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    task::{Context, Poll},
    time::{Duration, Instant},
};

use lettre::transport::smtp::client::AsyncTokioStream;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};
use tokio_rustls::client::TlsStream;

/// The end of a message (RFC 5321, 4.1.1.4). Dots are doubled inside, so it is never written before.
const DOT: &[u8; 5] = b"\r\n.\r\n";

/// What the wire knows, shared with whoever waits.
#[derive(Debug)]
pub struct Progress {
    began: Instant,
    /// Milliseconds after `began` at which bytes last moved.
    moved: AtomicU64,
    dot: AtomicBool,
}

impl Progress {
    fn new() -> Arc<Self> {
        Arc::new(Self { began: Instant::now(), moved: AtomicU64::new(0), dot: AtomicBool::new(false) })
    }

    fn note(&self) {
        let now = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.moved.store(now, Ordering::Relaxed);
    }

    /// How long nothing has moved.
    pub fn still(&self) -> Duration {
        self.began.elapsed().saturating_sub(Duration::from_millis(self.moved.load(Ordering::Relaxed)))
    }

    /// A new message begins.
    pub fn begin(&self) {
        self.note();
        self.dot.store(false, Ordering::SeqCst);
    }

    /// Whether the final dot may have left: from here on a loss is no proof of anything.
    pub fn dot_written(&self) -> bool {
        self.dot.load(Ordering::SeqCst)
    }
}

#[derive(Debug)]
pub enum Line {
    Plain(TcpStream),
    Encrypted(Box<TlsStream<TcpStream>>),
}

impl Line {
    fn tcp(&self) -> &TcpStream {
        match self {
            Self::Plain(tcp) => tcp,
            Self::Encrypted(tls) => tls.get_ref().0,
        }
    }
}

#[derive(Debug)]
pub struct Wire {
    line: Line,
    /// Read before anything else: a greeting that was taken before the encryption began.
    prelude: &'static [u8],
    /// The last bytes written.
    tail: [u8; 5],
    progress: Arc<Progress>,
}

impl Wire {
    pub fn new(line: Line, prelude: &'static [u8]) -> (Self, Arc<Progress>) {
        let progress = Progress::new();
        (Self { line, prelude, tail: [0; 5], progress: Arc::clone(&progress) }, progress)
    }

    fn wrote(&mut self, bytes: &[u8]) {
        self.progress.note();
        for byte in bytes.get(bytes.len().saturating_sub(DOT.len())..).unwrap_or_default() {
            self.tail.rotate_left(1);
            self.tail[4] = *byte;
        }
        if &self.tail == DOT {
            self.progress.dot.store(true, Ordering::SeqCst);
        }
    }
}

impl AsyncRead for Wire {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if !self.prelude.is_empty() {
            let (now, later) = self.prelude.split_at(self.prelude.len().min(buf.remaining()));
            buf.put_slice(now);
            self.prelude = later;
            return Poll::Ready(Ok(()));
        }
        let read = match &mut self.line {
            Line::Plain(tcp) => Pin::new(tcp).poll_read(cx, buf),
            Line::Encrypted(tls) => Pin::new(tls).poll_read(cx, buf),
        };
        if read.is_ready() {
            self.progress.note();
        }
        read
    }
}

impl AsyncWrite for Wire {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = match &mut self.line {
            Line::Plain(tcp) => Pin::new(tcp).poll_write(cx, bytes),
            Line::Encrypted(tls) => Pin::new(tls).poll_write(cx, bytes),
        };
        if let Poll::Ready(Ok(n)) = &written {
            self.wrote(bytes.get(..*n).unwrap_or_default());
        }
        written
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.line {
            Line::Plain(tcp) => Pin::new(tcp).poll_flush(cx),
            Line::Encrypted(tls) => Pin::new(tls).poll_flush(cx),
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.line {
            Line::Plain(tcp) => Pin::new(tcp).poll_shutdown(cx),
            Line::Encrypted(tls) => Pin::new(tls).poll_shutdown(cx),
        }
    }
}

impl AsyncTokioStream for Wire {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.line.tcp().peer_addr()
    }
}
