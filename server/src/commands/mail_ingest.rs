//! Taking in a mail from standard input. A mail server that pipes mail to a program learns from its code
//! (sysexits) whether the mail is taken over: 0 when it is stored, 75 when it must be kept and tried again,
//! 65 when it can never be taken. Nothing is answered before the mail is safe. It never changes the form of the
//! database: that is for the portal, which may be running in an older one.

use app::{
    conversations::{self, CameBy, LARGEST, Source, Taken},
    db::Actor,
    error::AppError,
    files,
};

use super::{Failure, say};
use crate::{
    config::{Sentence, Settings},
    start,
};

/// EX_TEMPFAIL: the mail server keeps the mail.
pub const TRY_AGAIN: u8 = 75;
/// EX_DATAERR: the mail server tells the sender.
const NEVER: u8 = 65;

pub async fn run(settings: &Settings, recipient: Option<String>) -> Result<(), Failure> {
    let again = |sentence: Sentence| Failure { sentence, code: TRY_AGAIN };
    let db = start::database_as_it_is(settings).await.map_err(again)?;
    let state = start::state(settings, db).await.map_err(again)?;
    let received = files::receive_from(&state.files, "mail.eml", tokio::io::stdin(), LARGEST).await;
    let received = match received {
        Ok(received) if received.size() == 0 => {
            return Err(Failure { sentence: "no mail came on standard input".to_owned(), code: NEVER });
        }
        Err(AppError::TooLarge { megabytes }) => {
            return Err(Failure { sentence: format!("a mail may have {megabytes} MB at most"), code: NEVER });
        }
        received => received.map_err(|error| again(format!("the mail cannot be received now: {error:?}")))?,
    };
    let source = Source { received, recipient, came_by: CameBy::Pipe, actor: Actor::program() };
    let taken = conversations::take(&state, source).await;
    match taken.map_err(|error| again(format!("the mail cannot be taken in now: {error:?}")))? {
        Taken::Filed(id) => say(&format!("Filed as {id}.")),
        Taken::Held(id, why) => say(&format!("Held as {id}: {why}.")),
        Taken::Again => say("It was taken in before."),
        Taken::Ours => say("It is a mail of the portal's own."),
    }
    Ok(())
}
