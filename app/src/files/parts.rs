//! A posted form with files, part by part, in bounded memory whatever is sent: the body is handed on in small pieces,
//! each only when those before it were not enough, and a part whose head does not come to an end is refused.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed},
    },
    task::{Context, Poll, ready},
};

use axum::{
    body::{Body, BodyDataStream, Bytes},
    extract::{
        FromRequest, Multipart, Request,
        multipart::{Field, MultipartError},
    },
    http::StatusCode,
};
use futures::{Stream, StreamExt};

use super::MAX_FILE;
use crate::{
    error::{AppError, Result},
    form::{MAX_VALUE, request::beyond_bounds},
    text::Message,
};

/// Most bytes that are handed on at once.
const PIECE: usize = 32 * 1024;
/// When this many bytes bring neither a part's head to its end nor any of its content, the form is refused.
const LONGEST_HEAD: usize = 16 * 1024;

pub struct Parts {
    parts: Multipart,
    pace: Arc<Pace>,
}

impl Parts {
    pub async fn of(http: Request) -> Result<Self> {
        let pace = Arc::<Pace>::default();
        let paced = Arc::clone(&pace);
        let http = http.map(|body| {
            Body::from_stream(Pieces { body: body.into_data_stream(), in_hand: Bytes::new(), pace: paced })
        });
        let parts = Multipart::from_request(http, &()).await.map_err(|_| unreadable())?;
        Ok(Self { parts, pace })
    }

    /// The next part. What is left of the one before it must have been read, or passed over.
    pub async fn next(&mut self) -> Result<Option<Part<'_>>> {
        let pace = &self.pace;
        let field = self.parts.next_field().await.map_err(|error| pace.refusal(&error))?;
        pace.went_on();
        Ok(field.map(|field| Part { field, pace }))
    }
}

pub struct Part<'a> {
    field: Field<'a>,
    pace: &'a Pace,
}

impl Part<'_> {
    pub fn field(&self) -> String {
        self.field.name().unwrap_or_default().to_owned()
    }

    /// The name of a file, without any folders; nothing when the part is a text.
    pub fn file_name(&self) -> Option<String> {
        self.field.file_name().map(bare_name)
    }

    pub async fn chunk(&mut self) -> Result<Option<Bytes>> {
        let chunk = self.field.chunk().await.map_err(|error| self.pace.refusal(&error))?;
        self.pace.went_on();
        Ok(chunk)
    }

    pub async fn text(&mut self) -> Result<String> {
        let mut bytes = Vec::new();
        while let Some(chunk) = self.chunk().await? {
            bytes.extend_from_slice(&chunk);
            if bytes.len() > MAX_VALUE {
                return Err(beyond_bounds());
            }
        }
        String::from_utf8(bytes).map_err(|_| unreadable())
    }

    /// Reads to the part's end and keeps nothing of it.
    pub async fn pass_over(&mut self) -> Result<()> {
        while self.chunk().await?.is_some() {}
        Ok(())
    }
}

/// What the reader of the parts and the stream of the pieces tell each other.
#[derive(Debug, Default)]
struct Pace {
    /// What was handed on may be enough: it is looked at before there is more.
    enough: AtomicBool,
    /// Bytes that were handed on since the reader last went on.
    in_vain: AtomicUsize,
    gave_up: AtomicBool,
}

impl Pace {
    fn went_on(&self) {
        self.enough.store(true, Relaxed);
        self.in_vain.store(0, Relaxed);
    }

    fn refusal(&self, error: &MultipartError) -> AppError {
        if self.gave_up.load(Relaxed) {
            beyond_bounds()
        } else if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
            AppError::TooLarge { megabytes: (MAX_FILE / 1024 / 1024) as usize }
        } else {
            unreadable()
        }
    }
}

/// A body in small pieces, one at a time.
struct Pieces {
    body: BodyDataStream,
    in_hand: Bytes,
    pace: Arc<Pace>,
}

impl Stream for Pieces {
    type Item = std::result::Result<Bytes, axum::Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.pace.enough.swap(false, Relaxed) {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        if self.pace.in_vain.load(Relaxed) > LONGEST_HEAD {
            self.pace.gave_up.store(true, Relaxed);
            return Poll::Ready(Some(Err(axum::Error::new("a part has no end of its head"))));
        }
        if self.in_hand.is_empty() {
            match ready!(self.body.poll_next_unpin(context)) {
                Some(Ok(bytes)) => self.in_hand = bytes,
                end => return Poll::Ready(end),
            }
        }
        let size = self.in_hand.len().min(PIECE);
        let piece = self.in_hand.split_to(size);
        self.pace.in_vain.fetch_add(size, Relaxed);
        self.pace.enough.store(true, Relaxed);
        Poll::Ready(Some(Ok(piece)))
    }
}

fn unreadable() -> AppError {
    AppError::Refused(Message::of("error.unreadable"))
}

/// Some browsers send a whole path; only its last part is the name. Control characters are dropped.
fn bare_name(sent: &str) -> String {
    let last = sent.rsplit(['/', '\\']).next().unwrap_or_default();
    last.chars().filter(|c| !c.is_control()).take(150).collect()
}
