//! Pictures are read in turns, so that memory is bounded however many are uploaded at once.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
        mpsc,
    },
    time::Duration,
};

use futures::future::join_all;

use crate::pictures::{AT_ONCE, in_turn};

/// How many are being read now, and how many at most ever were.
#[derive(Clone, Default)]
struct Counter(Arc<(AtomicUsize, AtomicUsize)>);

impl Counter {
    fn begin(&self) {
        self.0.1.fetch_max(self.0.0.fetch_add(1, SeqCst) + 1, SeqCst);
    }

    fn end(&self) {
        self.0.0.fetch_sub(1, SeqCst);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_are_read_at_once_and_who_gives_up_waiting_keeps_the_turn_until_it_is_done() {
    let counter = Counter::default();
    // Both turns are taken by work that goes on though nobody waits for it any more.
    let (go, held): (Vec<_>, Vec<_>) = (0..AT_ONCE).map(|_| mpsc::channel::<()>()).unzip();
    let (begun, has_begun) = mpsc::channel();
    for wait in held {
        let (counter, begun) = (counter.clone(), begun.clone());
        let work = in_turn(move || {
            counter.begin();
            begun.send(()).unwrap();
            wait.recv().unwrap();
            counter.end();
            Ok(())
        });
        assert!(tokio::time::timeout(Duration::from_millis(50), work).await.is_err(), "given up");
    }
    (0..AT_ONCE).for_each(|_| has_begun.recv().unwrap());
    let others = (0..6).map(|_| {
        let counter = counter.clone();
        in_turn(move || {
            counter.begin();
            std::thread::sleep(Duration::from_millis(20));
            counter.end();
            Ok(())
        })
    });
    let others = tokio::spawn(join_all(others));
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(!others.is_finished() && counter.0.0.load(SeqCst) == AT_ONCE, "the turns are still taken");
    go.into_iter().for_each(|go| go.send(()).unwrap());
    for outcome in others.await.unwrap() {
        outcome.unwrap();
    }
    assert_eq!(counter.0.1.load(SeqCst), AT_ONCE);
}
