//! What the worker writes down while mail leaves: that a body is about to leave, and what came of an attempt. Notes that
//! wait at the same moment go into one transaction, so that the disk is waited for once and not once for every mail;
//! whoever made a note goes on when it is committed.

use std::sync::Arc;

use app::{
    db::Actor,
    error::Result,
    outbox::{Reason, Report, Schedule, store},
    state::AppState,
};
use tokio::sync::{mpsc, oneshot};

use super::held::Lease;

/// Most notes of one transaction; others wait no longer than these take.
const TOGETHER: usize = 64;

enum What {
    BodyStarts,
    Settled(Report),
}

struct Note {
    lease: Lease,
    what: What,
    /// Whether the worker still held the delivery; dropped when the note could not be committed.
    told: oneshot::Sender<bool>,
}

/// Where the notes are handed in.
pub struct Ledger {
    notes: mpsc::Sender<Note>,
}

impl Ledger {
    /// Opens it; it is closed with its last owner.
    pub fn open(state: AppState, schedule: Arc<Schedule>) -> Self {
        let (notes, waiting) = mpsc::channel(TOGETHER);
        tokio::spawn(Book { state, schedule }.write(waiting));
        Self { notes }
    }

    /// Commits that the body is about to leave; else why it must not.
    pub async fn body_starts(&self, lease: Lease) -> std::result::Result<(), Reason> {
        match self.note(lease, What::BodyStarts).await {
            Some(true) => Ok(()),
            Some(false) => Err(Reason::TakenOver),
            None => Err(Reason::DatabaseBusy),
        }
    }

    /// Commits what came of an attempt; nothing when it could not be committed now, else whether the delivery was held.
    pub async fn settled(&self, lease: Lease, report: Report) -> Option<bool> {
        self.note(lease, What::Settled(report)).await
    }

    async fn note(&self, lease: Lease, what: What) -> Option<bool> {
        let (told, answer) = oneshot::channel();
        self.notes.send(Note { lease, what, told }).await.ok()?;
        answer.await.ok()
    }
}

/// The one that writes.
struct Book {
    state: AppState,
    schedule: Arc<Schedule>,
}

impl Book {
    async fn write(self, mut waiting: mpsc::Receiver<Note>) {
        let mut notes = Vec::with_capacity(TOGETHER);
        while waiting.recv_many(&mut notes, TOGETHER).await > 0 {
            // In the order in which leases are renewed, so that neither waits for the other.
            notes.sort_by_key(|note: &Note| note.lease.delivery);
            match self.commit(&notes).await {
                Ok(held) => answer(notes.drain(..), held),
                // One of them may be the reason; by itself it takes none along.
                Err(_) if notes.len() > 1 => self.one_by_one(&mut notes).await,
                Err(error) => {
                    tracing::warn!(?error, "what came of a mail cannot be written down now");
                    notes.clear();
                }
            }
        }
    }

    async fn one_by_one(&self, notes: &mut Vec<Note>) {
        for note in notes.drain(..) {
            match self.commit(std::slice::from_ref(&note)).await {
                Ok(held) => answer(std::iter::once(note), held),
                Err(error) => tracing::warn!(?error, "what came of a mail cannot be written down now"),
            }
        }
    }

    /// Everything in one transaction; of each note whether the delivery was held.
    async fn commit(&self, notes: &[Note]) -> Result<Vec<bool>> {
        let tx = self.state.db.begin(Actor::program(), self.state.clock.now()).await?;
        let mut held = Vec::with_capacity(notes.len());
        for Note { lease: Lease { delivery, name }, what, .. } in notes {
            held.push(match what {
                What::BodyStarts => store::body_starts(&tx, name, *delivery, &self.schedule).await?,
                What::Settled(report) => {
                    store::settle(&tx, name, *delivery, report, &self.schedule, rand::random()).await?
                }
            });
        }
        // Of what failed, and of a pause, the store says that they must be seen.
        tx.commit_unseen().await?;
        Ok(held)
    }
}

fn answer(notes: impl Iterator<Item = Note>, held: Vec<bool>) {
    for (note, held) in notes.zip(held) {
        // Whoever gave up waiting needs no answer.
        let _ = note.told.send(held);
    }
}
