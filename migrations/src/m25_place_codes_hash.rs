//! The codes of a photo are looked up among all versions of codes, those that were withdrawn too.

use crate::columns::migration;

migration! {
    up: ["CREATE INDEX place_codes_hash ON place_codes (payload_hash)"],
    down: ["DROP INDEX place_codes_hash"],
}
