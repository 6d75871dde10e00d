//! The program tested through its router, as a browser would use it, on SQLite or (with
//! `HUNITONG_TEST_DATABASE`) on PostgreSQL.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod access;
mod accounts;
mod builders;
mod conventions;
mod forms;
mod guides;
mod migrations;
mod numbers;
mod sentinels;
mod test_app;
