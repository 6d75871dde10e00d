//! What a worker really has, in stock and in hand, each under the lease of its claim. Only that is renewed: whatever it
//! loses track of, a claim that could not be read, a hand that broke down, is taken over when its lease ends. A delivery
//! that it lost and claimed again has another lease, so that an old hand speaks for nothing but its own claim.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
};

use app::{ids::DeliveryId, outbox::store::Whole};

/// The claim of a delivery.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lease {
    pub delivery: DeliveryId,
    /// Its name in the row; no two claims have the same.
    pub name: Arc<str>,
}

#[derive(Clone, Debug, Default)]
pub struct Held(Arc<Mutex<BTreeSet<Lease>>>);

impl Held {
    /// Holds it until what is returned is dropped.
    pub fn take(&self, lease: Lease) -> Hold {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(lease.clone());
        Hold { lease, held: self.clone() }
    }

    pub fn leases(&self) -> Vec<Lease> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }
}

#[derive(Debug)]
pub struct Hold {
    pub lease: Lease,
    held: Held,
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.held.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.lease);
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

    pub(super) fn lease(&self) -> &Lease {
        &self.hold.lease
    }
}
