//! The last thing that happened to a device is found by its number among the device's events: the index from which that
//! is read alone follows it.

use crate::columns::migration;

migration! {
    up: [
        "DROP INDEX sentinel_events_last",
        "CREATE INDEX sentinel_events_last ON sentinel_events (sentinel_id, seq, stage)",
    ],
    down: [
        "DROP INDEX sentinel_events_last",
        "CREATE INDEX sentinel_events_last ON sentinel_events (sentinel_id, id, stage)",
    ],
}
