//! A third reminder of a posting that is to be replaced, when its time is over. SQLite cannot change the check of a
//! column, so the table is made anew.

use crate::columns::migration;

migration! {
    up: [
        "CREATE TABLE posting_reminders_new (
            posting_id {uuid} NOT NULL REFERENCES postings (id),
            kind text NOT NULL CHECK (kind IN ('begun', 'due', 'overdue')),
            since {date} NOT NULL,
            at {big} NOT NULL,
            PRIMARY KEY (posting_id, kind, since)
        ) {clustered}",
        "INSERT INTO posting_reminders_new (posting_id, kind, since, at)
            SELECT posting_id, kind, since, at FROM posting_reminders",
        "DROP TABLE posting_reminders",
        "ALTER TABLE posting_reminders_new RENAME TO posting_reminders",
    ],
    down: [
        "CREATE TABLE posting_reminders_old (
            posting_id {uuid} NOT NULL REFERENCES postings (id),
            kind text NOT NULL CHECK (kind IN ('begun', 'due')),
            since {date} NOT NULL,
            at {big} NOT NULL,
            PRIMARY KEY (posting_id, kind, since)
        ) {clustered}",
        "INSERT INTO posting_reminders_old (posting_id, kind, since, at)
            SELECT posting_id, kind, since, at FROM posting_reminders WHERE kind <> 'overdue'",
        "DROP TABLE posting_reminders",
        "ALTER TABLE posting_reminders_old RENAME TO posting_reminders",
    ],
}
