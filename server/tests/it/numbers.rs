//! Numbers that are said aloud: unique and without gaps, whatever happens at the same time.

use std::collections::BTreeSet;

use app::{
    numbers::{self, Series},
    time::Instant,
};

use crate::test_app::TestApp;

/// The next number, in a transaction of its own.
async fn given(app: &TestApp, series: Series) -> String {
    let tx = app.tx().await;
    let number = numbers::next(&tx, series).await.unwrap();
    tx.commit().await.unwrap();
    number.to_string()
}

#[tokio::test]
async fn twenty_acts_at_once_get_twenty_numbers_without_a_gap() {
    let app = TestApp::start().await;
    let all = futures::future::join_all((0..20).map(|_| given(&app, Series::InstallRequest))).await;
    let year = app.state.clock.now().day().year();
    let expected: BTreeSet<String> = (1..=20).map(|n| format!("AZ-{year}-{n:04}")).collect();
    assert_eq!(all.into_iter().collect::<BTreeSet<_>>(), expected);
}

#[tokio::test]
async fn an_act_that_did_not_happen_uses_up_no_number() {
    let app = TestApp::start().await;
    let first = given(&app, Series::CallForHelp).await;
    let tx = app.tx().await;
    let undone = numbers::next(&tx, Series::CallForHelp).await.unwrap();
    drop(tx);
    assert!(first.ends_with("-0001"), "{first}");
    assert_eq!(given(&app, Series::CallForHelp).await, undone.to_string());
}

#[tokio::test]
async fn every_series_and_every_year_begins_at_one() {
    let app = TestApp::start().await;
    given(&app, Series::PolicyQuestion).await;
    assert!(given(&app, Series::CallForHelp).await.ends_with("-0001"));
    app.state.clock.advance(366 * Instant::DAY);
    let next_year = app.state.clock.now().day().year();
    assert_eq!(given(&app, Series::PolicyQuestion).await, format!("ZC-{next_year}-0001"));
}
