//! Mail, and messages to chat groups, that leave: a message, and one delivery per recipient. Features call
//! `enqueue` inside the transaction of their act and show with `status` and `status_line` what is known of it;
//! the worker of the server claims deliveries and sends them.

use crate::{current::Current, error::Result, state::AppState};

mod eml;
pub mod entity;
mod export;
mod letters;
mod model;
mod outcome;
mod page;
mod reason;
mod refusal;
mod routes;
mod schedule;
mod status;
pub mod store;
mod suppressed;
mod to_me;
mod waiting;

pub use letters::Letters;
pub use model::{
    Attachment, Channel, DeliveryState, NewMessage, PauseReason, Recipient, Subject, WorkerKind, is_personal,
};
pub use outcome::{Outcome, Reply, Report};
pub use page::{Progress, progress, refused_address, rows};
pub use reason::{Reason, said};
pub use routes::routes;
pub use schedule::Schedule;
pub use status::{
    delivery_tag, line as status_line, pause_words, sentence, shown_email, shown_reply, state_tag, timeline,
};
pub use store::{enqueue, status};
pub use suppressed::write_again;
pub use waiting::{count, gather};

/// How far the long mailings about a thing are.
pub async fn progress_of(state: &AppState, kind: &str, about: uuid::Uuid) -> Result<Progress> {
    let conn = state.db.reader();
    let mailings = store::mailings(conn, Some((kind, about))).await?;
    if mailings.is_empty() {
        return Ok(Progress::default());
    }
    let rates = store::rates(conn, state.clock.now()).await?;
    Ok(Progress::new(mailings, &rates, store::pause(conn).await?.is_some()))
}

/// Whether mail really leaves: a server is set, and demo data has one on this machine. Else mails become
/// files, and pages that promise a mail say so.
pub fn leaves(state: &AppState, current: &Current) -> bool {
    state.options.mail_leaves && (state.options.mail_stays_here || !current.site.demo)
}
