//! Claiming from a large queue: as many as asked, at once, and each by one worker only.

use std::{collections::HashSet, time::Duration};

use tokio::time::timeout;

use crate::{outbox::a_mail, smtp_sink::Sink, test_app::TestApp};

/// A database that has just taken in a large mailing knows nothing yet of the size of its tables.
#[tokio::test]
async fn of_a_large_new_mailing_as_many_are_claimed_as_asked_and_at_once() {
    let (app, sink) = (TestApp::start().await, Sink::start().await);
    let addresses: Vec<String> = (0..3_000).map(|n| format!("r{n}@example.cn")).collect();
    a_mail(&app, &addresses.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let mut claimed = HashSet::new();
    for worker in [sink.worker(&app), sink.worker(&app)] {
        for round in 1..=2 {
            let wholes = timeout(Duration::from_secs(5), worker.claim(16, &[])).await.expect("it takes long").unwrap();
            assert_eq!(wholes.len(), 16, "in round {round}");
            claimed.extend(wholes.iter().map(|one| one.whole.delivery.id));
        }
    }
    assert_eq!(claimed.len(), 64, "none by two workers, none twice");
}
