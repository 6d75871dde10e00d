//! Working on imports: claim one, check it or write it, record what came of it. Killed at any instant, the work is
//! taken up again after the hold has run out: a check begins anew, and of a transaction nothing has happened.

use std::{sync::Arc, time::Duration};

use tokio::time::sleep;

use super::{
    desk::Progress,
    model::{ImportState, Subject, Tally},
    plan::{self, Plan},
    store::{self, Import},
};
use crate::{
    accounts::token,
    audit,
    db::{Actor, Tx},
    error::{AppError, Result},
    files,
    ids::TextEnum,
    state::AppState,
    text::Message,
};

/// How often a sign of life is given.
const RENEW: Duration = Duration::from_secs(4);
/// After this many beginnings an import is given up.
const MOST_ATTEMPTS: i32 = 4;
/// How often a plan is made anew because the register changed while it was made.
const MOST_PLANS: usize = 5;

/// Works on the oldest import that waits; false when none does.
///
/// # Errors
/// The database or the files are away; the import will be taken up again.
pub async fn work(state: &AppState) -> Result<bool> {
    let Some(id) = store::due(state.db.reader(), state.clock.now()).await? else { return Ok(false) };
    let owner = format!("{}-{}", std::process::id(), token::random_text(9));
    let tx = program(state).await?;
    let claimed = store::claim(&tx, &owner, id).await?;
    tx.commit().await?;
    let Some(import) = claimed else { return Ok(true) };
    let worker = Worker { state, owner, import };
    if worker.import.attempts > MOST_ATTEMPTS {
        worker.give_up(&Message::of("imports.failed.attempts")).await?;
        return Ok(true);
    }
    let in_hand = state.imports.take(id);
    let outcome = tokio::select! {
        outcome = worker.advance(&in_hand.progress) => outcome,
        () = worker.stay_alive(&in_hand.progress) => {
            tracing::warn!(import = %id, "the hold on an import was lost");
            return Ok(true);
        }
    };
    if let Err(error) = outcome {
        tracing::warn!(?error, import = %id, "an import broke off; it is tried again");
        worker.let_go(worker.import.attempts).await?;
    }
    Ok(true)
}

async fn program(state: &AppState) -> Result<Tx> {
    state.db.begin(Actor::program(), state.clock.now()).await
}

struct Worker<'a> {
    state: &'a AppState,
    owner: String,
    import: Import,
}

/// What came of writing.
enum Written {
    Done,
    /// Somebody else has taken the import over.
    Lost,
    /// The register is not as it was when the plan was made.
    Moved,
    /// Others went on writing to the register for too long.
    Busy,
}

impl Worker<'_> {
    async fn advance(&self, progress: &Arc<Progress>) -> Result<()> {
        for _ in 0..MOST_PLANS {
            let (fingerprint, plan) = match self.plan(progress).await? {
                Ok(made) => made,
                Err(reason) => return self.refuse(&reason).await,
            };
            if self.import.state == ImportState::Checking {
                return self.show(&plan, false).await;
            }
            // Confirmed was what a person saw. If it is no longer that, the person looks again.
            if self.import.digest.as_ref() != Some(&plan.digest()) || !plan.tally.may_be_written() {
                return self.show(&plan, true).await;
            }
            match self.write(&plan, &fingerprint, progress).await? {
                Written::Done | Written::Lost => return Ok(()),
                Written::Moved => {}
                // Waiting for others is no failed beginning.
                Written::Busy => return self.let_go(self.import.attempts - 1).await,
            }
        }
        Err(AppError::internal("the register kept changing"))
    }

    /// The plan and the fingerprint of the register that it was made from; or why the file is refused.
    async fn plan(&self, progress: &Arc<Progress>) -> Result<Result<(String, Plan), Message>> {
        let conn = self.state.db.reader();
        let file = files::find(conn, self.import.file_id.ok_or(AppError::NotFound)?).await?;
        let bytes = self.state.files.read(&file.hash).await?;
        let fingerprint = store::fingerprint(conn).await?;
        let register = store::register(conn).await?;
        let progress = Arc::clone(progress);
        let plan = tokio::task::spawn_blocking(move || plan::make(&bytes, &register, &progress)).await;
        Ok(plan.map_err(AppError::internal)?.map(|plan| (fingerprint, plan)))
    }

    async fn let_go(&self, attempts: i32) -> Result<()> {
        let tx = program(self.state).await?;
        store::release(&tx, &self.owner, self.import.id, attempts).await?;
        tx.commit().await
    }

    async fn show(&self, plan: &Plan, renewed: bool) -> Result<()> {
        let tx = program(self.state).await?;
        store::checked(&tx, &self.owner, self.import.id, plan, renewed).await?;
        tx.commit().await
    }

    async fn refuse(&self, reason: &Message) -> Result<()> {
        let tx = program(self.state).await?;
        store::refuse(&tx, &self.owner, self.import.id, reason).await?;
        tx.commit().await
    }

    async fn give_up(&self, reason: &Message) -> Result<()> {
        let tx = program(self.state).await?;
        store::fail(&tx, &self.owner, self.import.id, reason).await?;
        tx.commit().await
    }

    /// Writes all of it in one transaction, as an act of the person who confirmed it.
    async fn write(&self, plan: &Plan, fingerprint: &str, progress: &Progress) -> Result<Written> {
        let import = &self.import;
        progress.expect(plan.changes.len());
        let actor = Actor {
            person: import.confirmed_by,
            ip: import.confirmed_ip.clone().unwrap_or_default(),
            request: import.confirmed_request.clone().unwrap_or_default(),
        };
        let tx = self.state.db.begin(actor, self.state.clock.now()).await?;
        if !store::hold(&tx, &self.owner, import.id).await? {
            return Ok(Written::Lost);
        }
        // From here on nobody adds what the plan does not know of.
        match store::lock_register(&tx).await {
            Err(AppError::Unavailable) => return Ok(Written::Busy),
            locked => locked?,
        }
        if store::fingerprint(&*tx).await? != fingerprint {
            return Ok(Written::Moved);
        }
        match store::apply(&tx, &plan.acts, progress).await {
            Ok(()) => {}
            Err(AppError::Refused(_)) => return Ok(Written::Moved),
            Err(error) => return Err(error),
        }
        let entry = audit::Entry::new("import.written", "import").subject(import.id);
        audit::record(&tx, entry.after(&summary(import, &plan.tally))).await?;
        store::finish(&tx, import.id).await?;
        tx.commit().await?;
        tracing::info!(import = %import.id, changes = plan.changes.len(), "an import was written");
        Ok(Written::Done)
    }

    /// Gives signs of life until the hold is lost. While everything is being written, the transaction itself
    /// keeps others away.
    async fn stay_alive(&self, progress: &Progress) {
        loop {
            sleep(RENEW).await;
            let renewed = async {
                let tx = program(self.state).await?;
                let held = store::renew(&tx, &self.owner, self.import.id, progress.now()).await?;
                tx.commit().await?;
                Ok::<bool, AppError>(held)
            };
            // A database that is busy for a moment is no reason to break off.
            if !renewed.await.unwrap_or(true) {
                return;
            }
        }
    }
}

fn summary(import: &Import, tally: &Tally) -> serde_json::Value {
    let all = || Subject::ALL.iter().map(|subject| tally.of(*subject));
    let (added, changed): (u32, u32) = (all().map(|count| count.add).sum(), all().map(|count| count.change).sum());
    serde_json::json!({ "file": import.file_name, "lines": tally.lines, "added": added, "changed": changed })
}
