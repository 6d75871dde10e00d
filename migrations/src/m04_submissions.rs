//! Forms that were stored, by the key that each carried.

use crate::columns::migration;

migration! {
    up: [
        "CREATE TABLE submissions (
            id {uuid} NOT NULL PRIMARY KEY,
            location text NOT NULL,
            at {big} NOT NULL
        )",
    ],
    down: ["DROP TABLE submissions"],
}
