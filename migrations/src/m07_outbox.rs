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
        "CREATE TABLE message_contents (
            message_id {uuid} NOT NULL REFERENCES messages (id),
            hash text NOT NULL,
            PRIMARY KEY (hash, message_id)
        )",
        "CREATE TABLE deliveries (
            id {uuid} NOT NULL PRIMARY KEY,
            message_id {uuid} NOT NULL REFERENCES messages (id),
            member_id {uuid} REFERENCES members (id),
            name text NOT NULL,
            email text NOT NULL,
            state text NOT NULL CHECK (state IN
                ('queued', 'sending', 'accepted', 'written', 'deferred', 'refused', 'given_up', 'uncertain',
                 'suppressed', 'cancelled')),
            attempts integer NOT NULL,
            times_uncertain integer NOT NULL,
            created_at {big} NOT NULL,
            next_at {big} NOT NULL,
            tried_since {big},
            lease_until {big},
            lease_owner text,
            body_started_at {big},
            settled_at {big},
            handled_at {big},
            supersedes {uuid} REFERENCES deliveries (id),
            server text,
            tls text,
            reply_code integer,
            enhanced_code text,
            reply text,
            bounced_at {big},
            bounce_code integer,
            bounce_enhanced text,
            bounce_words text,
            bounce_server text
        )",
        "CREATE INDEX deliveries_message ON deliveries (message_id, member_id)",
        "CREATE INDEX deliveries_message_email ON deliveries (message_id, lower(email))",
        "CREATE INDEX deliveries_state ON deliveries (state, id)",
        "CREATE INDEX deliveries_waiting ON deliveries (next_at, id)
            WHERE settled_at IS NULL AND state IN ('queued', 'deferred', 'uncertain')",
        "CREATE INDEX deliveries_unsettled ON deliveries (id) WHERE settled_at IS NULL",
        "CREATE INDEX deliveries_waiting_email ON deliveries (email, id) WHERE settled_at IS NULL",
        "CREATE UNIQUE INDEX deliveries_supersedes ON deliveries (supersedes) WHERE supersedes IS NOT NULL",
        "CREATE INDEX deliveries_sending ON deliveries (lease_until) WHERE state = 'sending'",
        "CREATE INDEX deliveries_failed ON deliveries (state, id)
            WHERE state IN ('refused', 'given_up', 'uncertain', 'suppressed')
                AND settled_at IS NOT NULL AND handled_at IS NULL",
    ],
    down: ["DROP TABLE deliveries", "DROP TABLE message_contents", "DROP TABLE messages"],
}
