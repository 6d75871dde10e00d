//! The last number given of each series and year.

use crate::columns::migration;

migration! {
    up: [
        "CREATE TABLE numbers (
            series text NOT NULL,
            year integer NOT NULL,
            last integer NOT NULL CHECK (last > 0),
            PRIMARY KEY (series, year)
        )",
    ],
    down: ["DROP TABLE numbers"],
}
