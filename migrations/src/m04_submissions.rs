//! Forms that were stored, by the key that each carried.

use crate::columns::migration;

migration! {
    up: [
        "CREATE TABLE submissions (
            id {uuid} NOT NULL PRIMARY KEY,
            location text NOT NULL,
            at {big} NOT NULL
        )",
        "CREATE INDEX submissions_at ON submissions (at)",
    ],
    down: ["DROP TABLE submissions"],
}
