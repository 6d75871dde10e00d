//! What coverage reads of all entrances at once: the current codes, the last things seen of postings and devices, and
//! the evidence of these, each from an index alone.

use crate::columns::migration;

migration! {
    up: [
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
    ],
}
