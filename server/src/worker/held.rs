//! What a worker really has, in stock and in hand. Only that is renewed: whatever it loses track of, a claim that could
//! not be read, a hand that broke down, is taken over when its lease ends.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
};

use app::{ids::DeliveryId, outbox::store::Whole};

#[derive(Clone, Debug, Default)]
pub struct Held(Arc<Mutex<BTreeSet<DeliveryId>>>);

impl Held {
    /// Holds it until what is returned is dropped.
    pub fn take(&self, id: DeliveryId) -> Hold {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(id);
        Hold { id, held: self.clone() }
    }

    pub fn ids(&self) -> Vec<DeliveryId> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().copied().collect()
    }
}

#[derive(Debug)]
pub struct Hold {
    id: DeliveryId,
    held: Held,
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.held.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.id);
    }
}

/// A claimed delivery with the hold of it.
#[derive(Debug)]
pub struct Claimed {
    pub whole: Whole,
    pub(super) hold: Hold,
}

impl Claimed {
    /// The domain of the recipient's address; empty for a group.
    pub(super) fn domain(&self) -> &str {
        self.whole.delivery.email.rsplit_once('@').map_or("", |(_, domain)| domain)
    }
}
