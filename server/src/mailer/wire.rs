//! The bytes between us and a mail server, plain or encrypted. It stands under lettre's connection and sees what that
//! does not tell: when bytes last left, and when the final dot was written. Replies in GBK, as older servers in China
//! give them, it hands on as UTF-8, without which lettre takes them for a broken line.

use std::{
    borrow::Cow,
    collections::VecDeque,
    io,
    net::SocketAddr,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll, ready},
    time::{Duration, Instant},
};

use encoding_rs::GB18030;
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
    /// Milliseconds after `began` at which bytes last left.
    moved: AtomicU64,
    /// Milliseconds after `began` at which the final dot was written, and one more; 0 before that.
    dot: AtomicU64,
}

impl Progress {
    fn new() -> Arc<Self> {
        Arc::new(Self { began: Instant::now(), moved: AtomicU64::new(0), dot: AtomicU64::new(0) })
    }

    fn now(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    fn note(&self) {
        self.moved.store(self.now(), Ordering::Relaxed);
    }

    /// For how long nothing has left.
    pub fn still(&self) -> Duration {
        self.began.elapsed().saturating_sub(Duration::from_millis(self.moved.load(Ordering::Relaxed)))
    }

    /// A new message begins.
    pub fn begin(&self) {
        self.note();
        self.dot.store(0, Ordering::SeqCst);
    }

    /// How long ago the final dot may have left: from then on a loss is no proof of anything.
    pub fn since_dot(&self) -> Option<Duration> {
        let at = self.dot.load(Ordering::SeqCst).checked_sub(1)?;
        Some(self.began.elapsed().saturating_sub(Duration::from_millis(at)))
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

/// Longest line of a reply that is waited for before it is handed on, in bytes.
const LONGEST: usize = 8_192;

#[derive(Debug)]
pub struct Wire<L = Line> {
    line: L,
    /// What is handed on next; at first a greeting that was taken before the encryption began.
    ready: VecDeque<u8>,
    /// A line of which the end has not come.
    begun: Vec<u8>,
    /// The last bytes written.
    tail: [u8; 5],
    progress: Arc<Progress>,
}

impl<L> Wire<L> {
    pub fn new(line: L, prelude: &'static [u8]) -> (Self, Arc<Progress>) {
        let progress = Progress::new();
        let ready = prelude.iter().copied().collect();
        (Self { line, ready, begun: Vec::new(), tail: [0; 5], progress: Arc::clone(&progress) }, progress)
    }

    /// Makes the lines that are whole ready, and with the end of everything the last one too.
    fn came(&mut self, bytes: &[u8]) {
        self.begun.extend_from_slice(bytes);
        let whole = match self.begun.iter().rposition(|byte| *byte == b'\n') {
            Some(end) => end + 1,
            None if bytes.is_empty() || self.begun.len() > LONGEST => self.begun.len(),
            None => 0,
        };
        for line in self.begun.drain(..whole).collect::<Vec<_>>().split_inclusive(|byte| *byte == b'\n') {
            self.ready.extend(readable(line).bytes());
        }
    }

    fn wrote(&mut self, bytes: &[u8]) {
        self.progress.note();
        for byte in bytes.get(bytes.len().saturating_sub(DOT.len())..).unwrap_or_default() {
            self.tail.rotate_left(1);
            self.tail[4] = *byte;
        }
        if &self.tail == DOT {
            self.progress.dot.store(self.progress.now().saturating_add(1), Ordering::SeqCst);
        }
    }
}

/// A line of a reply: UTF-8, or else GBK, of which GB18030 is the whole.
pub fn readable(line: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(line) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => GB18030.decode_without_bom_handling(line).0,
    }
}

impl<L: AsyncRead + Unpin> AsyncRead for Wire<L> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        while self.ready.is_empty() {
            let mut bytes = [0; 2_048];
            let mut some = ReadBuf::new(&mut bytes);
            ready!(Pin::new(&mut self.line).poll_read(cx, &mut some))?;
            let ended = some.filled().is_empty();
            self.came(some.filled());
            if ended && self.ready.is_empty() {
                return Poll::Ready(Ok(()));
            }
        }
        let (now, _) = self.ready.as_slices();
        let n = now.len().min(buf.remaining());
        buf.put_slice(now.get(..n).unwrap_or_default());
        self.ready.drain(..n);
        Poll::Ready(Ok(()))
    }
}

impl<L: AsyncWrite + Unpin> AsyncWrite for Wire<L> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.line).poll_write(cx, bytes);
        if let Poll::Ready(Ok(n)) = &written {
            self.wrote(bytes.get(..*n).unwrap_or_default());
        }
        written
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.line).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.line).poll_shutdown(cx)
    }
}

impl AsyncRead for Line {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(tcp) => Pin::new(tcp).poll_read(cx, buf),
            Self::Encrypted(tls) => Pin::new(tls).poll_read(cx, buf),
        }
    }
}

impl AsyncWrite for Line {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Plain(tcp) => Pin::new(tcp).poll_write(cx, bytes),
            Self::Encrypted(tls) => Pin::new(tls).poll_write(cx, bytes),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(tcp) => Pin::new(tcp).poll_flush(cx),
            Self::Encrypted(tls) => Pin::new(tls).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(tcp) => Pin::new(tcp).poll_shutdown(cx),
            Self::Encrypted(tls) => Pin::new(tls).poll_shutdown(cx),
        }
    }
}

impl AsyncTokioStream for Wire {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.line.tcp().peer_addr()
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    use super::*;

    #[tokio::test]
    async fn the_dot_is_known_when_it_is_written_and_not_before() {
        let (ours, mut theirs) = duplex(64);
        let (mut wire, progress) = Wire::new(ours, b"");
        progress.begin();
        let body = "x".repeat(10_000);
        let text = format!("a\r\n..\r\n.\r{body}\r\n.\r\n");
        let (before, dot) = text.as_bytes().split_at(text.len() - 1);
        let reading = tokio::spawn(async move {
            let mut all = Vec::new();
            theirs.read_to_end(&mut all).await.map(|_| all)
        });
        for byte in before.chunks(7) {
            wire.write_all(byte).await.unwrap();
            assert!(progress.since_dot().is_none());
        }
        wire.write_all(dot).await.unwrap();
        assert!(progress.since_dot().is_some());
        progress.begin();
        assert!(progress.since_dot().is_none(), "the next mail has none yet");
        drop(wire);
        assert_eq!(reading.await.unwrap().unwrap(), text.as_bytes());
    }

    #[tokio::test]
    async fn a_line_that_breaks_in_the_body_is_known_to_have_had_no_dot() {
        let (ours, theirs) = duplex(64);
        let (mut wire, progress) = Wire::new(ours, b"");
        progress.begin();
        drop(theirs);
        assert!(wire.write_all(b"the whole mail\r\n.\r\n").await.is_err());
        assert!(progress.since_dot().is_none());
    }

    #[tokio::test]
    async fn replies_in_gbk_are_read_wherever_they_are_cut() {
        let gbk = b"250-\xd2\xd1\xbd\xd3\xca\xd5\r\n250 \xd3\xca\xbc\xfe";
        for cut in 0..gbk.len() {
            let (ours, mut theirs) = duplex(64);
            let (mut wire, _) = Wire::new(ours, b"220 hello\r\n");
            let (first, second) = gbk.split_at(cut);
            let writing = tokio::spawn(async move {
                theirs.write_all(first).await.unwrap();
                tokio::task::yield_now().await;
                theirs.write_all(second).await.unwrap();
            });
            let mut text = String::new();
            wire.read_to_string(&mut text).await.unwrap();
            writing.await.unwrap();
            assert_eq!(text, "220 hello\r\n250-已接收\r\n250 邮件", "cut at {cut}");
        }
        assert_eq!(readable("250 收到".as_bytes()), "250 收到");
    }
}
