//! Settings made on the screen: one row of JSON per group.

use crate::columns::migration;

migration! {
    up: [
        "CREATE TABLE settings (
            name text NOT NULL PRIMARY KEY,
            value text NOT NULL,
            row_version integer NOT NULL,
            changed_at {big} NOT NULL
        )",
    ],
    down: ["DROP TABLE settings"],
}
