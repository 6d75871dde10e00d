//! Reading a kept mail within its bounds, putting what came with it through the checks of uploads, and looking up what
//! the rules of filing ask for.

use crate::{
    conversations::{
        filing::Known,
        mail::{self, MOST_HEADERS, MOST_READ, Parsed, numbers_in},
        store::{self, Inbound},
        token,
    },
    db::Tx,
    error::{AppError, Result},
    files::{self, FileKind, Kept},
    ids::TextEnum,
    state::AppState,
    text::Message,
};

/// Files of one mail that are kept beside it.
const MOST_FILES: usize = 20;

/// What came with a mail, checked like every upload.
#[derive(Debug, Default)]
pub struct Luggage {
    pub files: Vec<Kept>,
    pub left_out: Vec<Message>,
}

/// Reads the mail, away from the threads that answer requests.
pub async fn read(state: &AppState, kept: &Inbound) -> Result<Parsed> {
    let whole = u64::try_from(kept.raw_size).is_ok_and(|size| size <= MOST_READ);
    let most = if whole { MOST_READ } else { MOST_HEADERS as u64 };
    let bytes = files::beginning_as_it_came(&state.files, &kept.raw_hash, most).await?;
    let reading = tokio::task::spawn_blocking(move || mail::read(&bytes, whole)).await;
    Ok(reading.unwrap_or_else(|error| {
        tracing::error!(%error, "a mail broke its reader; it is held");
        Parsed::unreadable()
    }))
}

/// Puts what came with a mail through the same checks as uploads.
pub async fn unpack(state: &AppState, parsed: &mut Parsed) -> Result<Luggage> {
    let mut luggage = Luggage::default();
    for part in std::mem::take(&mut parsed.parts) {
        if luggage.files.len() == MOST_FILES {
            luggage.left_out.push(Message::of("conversations.left_out.too_many").with("name", part.name));
            continue;
        }
        let received = match files::receive_from(&state.files, &part.name, part.bytes.as_slice(), files::MAX_FILE).await
        {
            Err(AppError::TooLarge { megabytes }) => {
                let said = Message::of("conversations.left_out.too_large").with("name", part.name);
                luggage.left_out.push(said.with("max", megabytes));
                continue;
            }
            received => received?,
        };
        match files::inspect(&received, FileKind::ALL) {
            Ok(kind) => luggage.files.push(files::keep(&state.files, &received, kind).await?),
            Err(why) => luggage.left_out.push(why),
        }
    }
    Ok(luggage)
}

/// Looks up what the rules ask for.
pub async fn known(state: &AppState, tx: &Tx, parsed: &Parsed) -> Result<Known> {
    let email = parsed.from_email.as_str();
    let tokens = token::read(&state.options, parsed.recipients.iter().map(String::as_str));
    let by_token = tokens.of.first().copied();
    let by_thread = store::by_thread(&**tx, &parsed.thread).await?;
    let by_number = match numbers_in(&parsed.subject).as_slice() {
        [number] => store::by_number(&**tx, *number).await?,
        _ => None,
    };
    let mut candidates = Vec::new();
    for of in [by_token, by_thread.map(|(of, _)| of), by_number] {
        candidates.push(match of {
            Some(of) => store::candidate(&**tx, of, email).await?,
            None => None,
        });
    }
    let mut candidates = candidates.into_iter();
    Ok(Known {
        nature: parsed.nature(),
        problem: parsed.problem,
        token: candidates.next().flatten(),
        thread: candidates.next().flatten().zip(by_thread.map(|(_, way)| way)),
        number: candidates.next().flatten(),
        sender: store::sender(&**tx, email).await?,
        tokens,
    })
}
