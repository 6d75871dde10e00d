//! The program tested through its router, as a browser would use it, on SQLite or (with
//! `HUNITONG_TEST_DATABASE`) on PostgreSQL.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod access;
mod accounts;
mod audit;
mod backup;
mod bench;
mod builders;
mod claim;
mod command_line;
mod conventions;
mod downloads;
mod faults;
mod forms;
mod groups;
mod guides;
mod https;
mod imports;
mod interrupted;
mod invitations;
mod issues;
mod kill;
mod leaving;
mod logs;
mod members;
mod migrations;
mod no_mail;
mod notices;
mod numbers;
mod outbox;
mod passwords;
mod program;
mod qr_code;
mod replies;
mod replies_kept;
mod sentinels;
mod settings;
mod smtp_sink;
mod soak;
mod stale;
mod stop;
mod supply;
mod suppressed;
mod test_app;
mod todo;
mod trouble;
mod upkeep;
mod webhook;
