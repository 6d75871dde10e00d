//! Pictures that people upload: photographs of what they put up, and images that the city issued. One is read within
//! bounds of time and memory, turned upright, searched for QR codes, reduced and stripped of everything that it tells
//! beside its pixels. What cannot be read is refused with a reason that a person understands. Whoever keeps the bytes
//! that were uploaded has not been helped by this: `Seen::kept` is what is fit to be shown to others, and where the very
//! pixels matter, `bare`.

mod archive;
mod bare;
mod bounds;
mod codes;
mod decode;
mod jpeg;
mod kept;
mod search;
mod single;
mod threshold;
mod trouble;
mod watched;

#[cfg(test)]
mod tests;

use bytes::Bytes;
use tokio::sync::Semaphore;

pub use archive::{Archive, MOST_ENTRIES};
pub use bare::bare;
pub use bounds::MOST_BYTES;
pub use codes::Code;
pub use decode::is_heif;
pub use kept::grey;
pub use search::{Found, search_within};
pub use single::{LONGEST_PAYLOAD, single};
pub use trouble::Trouble;

/// How many pictures are in memory at once; the others wait their turn.
const AT_ONCE: usize = 2;

static TURNS: Semaphore = Semaphore::const_new(AT_ONCE);

/// What is known of a picture that was read.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The QR codes in it, at most ten; see `single` for an image that should hold one.
    pub codes: Vec<Code>,
    /// Pixels of the picture as it came, turned upright.
    pub width: u32,
    pub height: u32,
    /// A JPEG, upright, its longest side at most 1,600 pixels, without any metadata.
    pub kept: Vec<u8>,
}

/// Reads a picture, off the threads that serve others, when its turn has come.
///
/// # Errors
/// The reason why it is not taken. A picture without a code is read; `single` refuses it.
pub async fn read(bytes: Bytes) -> Result<Seen, Trouble> {
    in_turn(move || see(bytes)).await
}

async fn in_turn<T: Send + 'static>(work: impl FnOnce() -> Result<T, Trouble> + Send + 'static) -> Result<T, Trouble> {
    let turn = TURNS.acquire().await.map_err(|_| Trouble::Broken)?;
    let work = move || {
        // Held until the work is done, whoever still waits for it.
        let _turn = turn;
        work()
    };
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|fault| {
        tracing::warn!(%fault, "reading a picture broke off");
        Err(Trouble::Broken)
    })
}

fn see(bytes: Bytes) -> Result<Seen, Trouble> {
    let picture = decode::decode(&bytes)?;
    drop(bytes);
    let (width, height) = picture.upright_size();
    let kept = kept::kept(&picture).ok_or(Trouble::Broken)?;
    let codes = codes::find(&kept::grey(picture.image));
    Ok(Seen { codes, width, height, kept })
}
