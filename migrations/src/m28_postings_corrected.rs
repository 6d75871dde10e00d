//! What is recorded of a posting can be corrected: its version keeps two who do so apart.

use crate::columns::migration;

migration! {
    up: ["ALTER TABLE postings ADD COLUMN row_version integer NOT NULL DEFAULT 1"],
    down: ["ALTER TABLE postings DROP COLUMN row_version"],
}
