//! A step of a device's life that was entered by mistake is taken back: it stays on record with the reason, under a
//! number below those of the steps that hold.

use crate::columns::migration;

migration! {
    up: [
        "ALTER TABLE sentinel_events ADD COLUMN taken_back_at {big}",
        "ALTER TABLE sentinel_events ADD COLUMN taken_back_by {uuid} REFERENCES persons (id)",
        "ALTER TABLE sentinel_events ADD COLUMN taken_back_why text",
    ],
    down: [
        "DELETE FROM sentinel_events WHERE taken_back_at IS NOT NULL",
        "ALTER TABLE sentinel_events DROP COLUMN taken_back_why",
        "ALTER TABLE sentinel_events DROP COLUMN taken_back_by",
        "ALTER TABLE sentinel_events DROP COLUMN taken_back_at",
    ],
}
