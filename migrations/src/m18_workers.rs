//! Which workers are alive, when a delivery was last tried, which mails a mail follows, and since when texts of mails are
//! gone; with the indexes that find these among very many old rows.

use crate::columns::migration;

migration! {
    up: [
        "CREATE TABLE workers (
            id text NOT NULL PRIMARY KEY,
            kind text NOT NULL CHECK (kind IN ('mail', 'groups')),
            host text NOT NULL,
            version text NOT NULL,
            started_at {big} NOT NULL,
            beat_at {big} NOT NULL
        )",
        "ALTER TABLE deliveries ADD COLUMN tried_at {big}",
        "CREATE INDEX deliveries_settled ON deliveries (settled_at, state) WHERE settled_at IS NOT NULL",
        "ALTER TABLE messages ADD COLUMN thread text NOT NULL DEFAULT ''",
        "ALTER TABLE messages ADD COLUMN text_removed_at {big}",
        "CREATE INDEX messages_with_text ON messages (created_at) WHERE text_removed_at IS NULL",
        "ALTER TABLE inbound_mails ADD COLUMN text_removed_at {big}",
        "CREATE INDEX inbound_mails_with_text ON inbound_mails (received_at)
            WHERE text_removed_at IS NULL AND handled_at IS NOT NULL",
    ],
    down: [
        "DROP INDEX inbound_mails_with_text",
        "ALTER TABLE inbound_mails DROP COLUMN text_removed_at",
        "DROP INDEX messages_with_text",
        "ALTER TABLE messages DROP COLUMN text_removed_at",
        "ALTER TABLE messages DROP COLUMN thread",
        "DROP INDEX deliveries_settled",
        "ALTER TABLE deliveries DROP COLUMN tried_at",
        "DROP TABLE workers",
    ],
}
