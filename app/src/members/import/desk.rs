//! What this process knows of imports beyond the database: that there is work, and how far the work in hand is.
//! The database keeps how far it is too, but cannot while everything is being written in one transaction.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicU32, Ordering},
};

use tokio::sync::Notify;

use crate::ids::ImportId;

#[derive(Debug, Default)]
pub struct Desk {
    work: Notify,
    in_hand: Mutex<Option<(ImportId, Arc<Progress>)>>,
}

/// How much of a piece of work is done.
#[derive(Debug, Default)]
pub struct Progress {
    done: AtomicU32,
    total: AtomicU32,
}

impl Desk {
    /// Waits until an import was uploaded or confirmed in this process.
    pub async fn work(&self) {
        self.work.notified().await;
    }

    pub(super) fn wake(&self) {
        self.work.notify_one();
    }

    /// Notes that an import is in hand until the guard is dropped.
    pub(super) fn take(&self, id: ImportId) -> InHand<'_> {
        let progress = Arc::new(Progress::default());
        *self.in_hand.lock().unwrap_or_else(PoisonError::into_inner) = Some((id, Arc::clone(&progress)));
        InHand { desk: self, progress }
    }

    /// Done and total of an import that is in hand here.
    pub(super) fn progress(&self, id: ImportId) -> Option<(u32, u32)> {
        let in_hand = self.in_hand.lock().unwrap_or_else(PoisonError::into_inner);
        in_hand.as_ref().filter(|(other, _)| *other == id).map(|(_, progress)| progress.now())
    }
}

pub struct InHand<'a> {
    desk: &'a Desk,
    pub progress: Arc<Progress>,
}

impl Drop for InHand<'_> {
    fn drop(&mut self) {
        *self.desk.in_hand.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

impl Progress {
    /// Begins anew with this much to do.
    pub fn expect(&self, total: usize) {
        self.done.store(0, Ordering::Relaxed);
        self.total.store(u32::try_from(total).unwrap_or(u32::MAX), Ordering::Relaxed);
    }

    pub fn step(&self) {
        self.add(1);
    }

    pub fn add(&self, more: usize) {
        self.done.fetch_add(u32::try_from(more).unwrap_or(0), Ordering::Relaxed);
    }

    pub fn now(&self) -> (u32, u32) {
        (self.done.load(Ordering::Relaxed), self.total.load(Ordering::Relaxed))
    }
}
