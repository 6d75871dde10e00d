//! The catalogue of sentinel models that the secretariat keeps.

use crate::columns::migration;

migration! {
    up: [
        "CREATE TABLE sentinel_models (
            id {uuid} NOT NULL PRIMARY KEY,
            brand text NOT NULL,
            model text NOT NULL,
            name_key text NOT NULL,
            form text NOT NULL CHECK (form IN ('handheld', 'floor', 'gate', 'wall', 'desk')),
            abilities text NOT NULL,
            conformity text NOT NULL CHECK (conformity IN ('unknown', 'yes', 'no')),
            docking text NOT NULL CHECK (docking IN ('unknown', 'yes', 'no')),
            vendor text NOT NULL,
            vendor_phone text,
            throughput integer CHECK (throughput BETWEEN 1 AND 600),
            remarks text,
            created_at {big} NOT NULL,
            retired_at {big},
            row_version integer NOT NULL
        )",
        "CREATE UNIQUE INDEX sentinel_models_name ON sentinel_models (name_key)",
    ],
    down: ["DROP TABLE sentinel_models"],
}
