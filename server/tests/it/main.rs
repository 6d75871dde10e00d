//! The program tested through its router, as a browser would use it, on SQLite or (with
//! `HUNITONG_TEST_DATABASE`) on PostgreSQL.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod access;
mod accounts;
mod audit;
mod backup;
mod builders;
mod conventions;
mod downloads;
mod forms;
mod guides;
mod imports;
mod interrupted;
mod invitations;
mod issues;
mod kill;
mod members;
mod migrations;
mod notices;
mod numbers;
mod outbox;
mod passwords;
mod sentinels;
mod settings;
mod smtp_sink;
mod stale;
mod supply;
mod test_app;
mod todo;
mod trouble;
