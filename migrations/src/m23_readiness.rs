//! The evidence sheets of plants with what each said; and what coverage reads of all entrances at once, each from an
//! index alone: the current codes, the last things seen of postings and devices, and the evidence of these.

use crate::columns::migration;

migration! {
    up: [
        "CREATE TABLE readiness_sheets (
            id {uuid} NOT NULL PRIMARY KEY,
            number text NOT NULL,
            member_id {uuid} NOT NULL REFERENCES members (id),
            plant_id {uuid} NOT NULL REFERENCES plants (id),
            made_at {big} NOT NULL,
            made_by {uuid} REFERENCES persons (id),
            said text NOT NULL
        )",
        "CREATE UNIQUE INDEX readiness_sheets_number ON readiness_sheets (number)",
        "CREATE INDEX readiness_sheets_plant ON readiness_sheets (plant_id, id)",
        "CREATE INDEX place_codes_current ON place_codes (entrance_id, version, address_key, id) WHERE withdrawn_at IS NULL",
        "CREATE INDEX posting_events_last ON posting_events (posting_id, id, what, day)",
        "CREATE INDEX sentinel_events_last ON sentinel_events (sentinel_id, id, stage)",
        "CREATE INDEX sentinel_proofs_standing ON sentinel_proofs (sentinel_id, proof) WHERE withdrawn_at IS NULL",
    ],
    down: [
        "DROP INDEX sentinel_proofs_standing",
        "DROP INDEX sentinel_events_last",
        "DROP INDEX posting_events_last",
        "DROP INDEX place_codes_current",
        "DROP TABLE readiness_sheets",
    ],
}
