//! Messages that leave, and one delivery per recipient.

use crate::columns::migration;

migration! {
    up: [
        "CREATE TABLE messages (
            id {uuid} NOT NULL PRIMARY KEY,
            rfc_id text NOT NULL,
            about_kind text NOT NULL,
            about_id {uuid} NOT NULL,
            sender text NOT NULL,
            reply_to text,
            title text NOT NULL,
            body_text text NOT NULL,
            body_html text,
            attachments text NOT NULL,
            shown_together {bool} NOT NULL,
            created_at {big} NOT NULL
        )",
        "CREATE UNIQUE INDEX messages_rfc_id ON messages (rfc_id)",
        "CREATE INDEX messages_about ON messages (about_kind, about_id)",
        "CREATE TABLE deliveries (
            id {uuid} NOT NULL PRIMARY KEY,
            message_id {uuid} NOT NULL REFERENCES messages (id),
            member_id {uuid} REFERENCES members (id),
            name text NOT NULL,
            email text NOT NULL,
            state text NOT NULL CHECK (state IN
                ('queued', 'sending', 'accepted', 'deferred', 'refused', 'uncertain', 'suppressed', 'cancelled')),
            attempts integer NOT NULL,
            created_at {big} NOT NULL,
            next_at {big} NOT NULL,
            lease_until {big},
            lease_owner text,
            body_started_at {big},
            settled_at {big},
            server text,
            reply_code integer,
            reply text
        )",
        "CREATE INDEX deliveries_message ON deliveries (message_id)",
        "CREATE INDEX deliveries_waiting ON deliveries (next_at, id) WHERE state IN ('queued', 'deferred', 'sending')",
        "CREATE INDEX deliveries_failed ON deliveries (state, id) WHERE state IN ('refused', 'uncertain')",
    ],
    down: ["DROP TABLE deliveries", "DROP TABLE messages"],
}
