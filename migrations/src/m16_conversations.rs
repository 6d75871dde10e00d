//! Mails that came in, the files that came with them, what unproved delivery reports claim, and talks by phone or
//! WeChat.

use crate::columns::migration;

migration! {
    up: [
        "CREATE TABLE inbound_mails (
            id {uuid} NOT NULL PRIMARY KEY,
            twin text NOT NULL,
            rfc_id text,
            came_by text NOT NULL CHECK (came_by IN ('pipe', 'page')),
            recipient text,
            received_at {big} NOT NULL,
            sent_at {big},
            from_name text NOT NULL,
            from_email text NOT NULL,
            sender_member_id {uuid} REFERENCES members (id),
            subject text NOT NULL,
            body text NOT NULL,
            nature text NOT NULL CHECK (nature IN ('message', 'automatic', 'auto_reply', 'report')),
            raw_hash text NOT NULL,
            raw_size {big} NOT NULL,
            tries {big} NOT NULL,
            left_out text NOT NULL,
            held text CHECK (held IN ('unread', 'too_large', 'too_many_parts', 'broken', 'hidden_lines', 'charset', 'winmail',
                'forged_token', 'other_conversation', 'other_member', 'unknown_sender', 'from_office',
                'unproved_report', 'no_match')),
            about_kind text,
            about_id {uuid},
            way text CHECK (way IN ('token', 'references', 'thread', 'number', 'by_hand')),
            filed_at {big},
            filed_by {uuid} REFERENCES persons (id),
            delivery_id {uuid} REFERENCES deliveries (id),
            became_reply {bool} NOT NULL,
            handled_at {big},
            handled_by {uuid} REFERENCES persons (id),
            CHECK ((about_id IS NULL) = (filed_at IS NULL) AND (about_id IS NULL) = (about_kind IS NULL))
        )",
        "CREATE UNIQUE INDEX inbound_mails_twin ON inbound_mails (twin)",
        "CREATE INDEX inbound_mails_about ON inbound_mails (about_kind, about_id, id)",
        "CREATE INDEX inbound_mails_rfc_id ON inbound_mails (rfc_id)",
        "CREATE INDEX inbound_mails_unfiled ON inbound_mails (received_at) WHERE about_id IS NULL",
        "CREATE INDEX inbound_mails_raw ON inbound_mails (raw_hash)",
        "CREATE INDEX inbound_mails_waiting ON inbound_mails (id) WHERE handled_at IS NULL",
        "CREATE TABLE inbound_files (
            mail_id {uuid} NOT NULL REFERENCES inbound_mails (id),
            file_id {uuid} NOT NULL REFERENCES files (id),
            PRIMARY KEY (mail_id, file_id)
        )",
        "CREATE TABLE claimed_bounces (
            mail_id {uuid} NOT NULL REFERENCES inbound_mails (id),
            delivery_id {uuid} NOT NULL REFERENCES deliveries (id),
            code integer,
            enhanced text,
            words text NOT NULL,
            server text,
            PRIMARY KEY (mail_id, delivery_id)
        )",
        "CREATE TABLE talks (
            id {uuid} NOT NULL PRIMARY KEY,
            about_kind text NOT NULL,
            about_id {uuid} NOT NULL,
            at {big} NOT NULL,
            channel text NOT NULL CHECK (channel IN ('phone', 'wechat')),
            note text,
            person_id {uuid} REFERENCES persons (id)
        )",
        "CREATE INDEX talks_about ON talks (about_kind, about_id, id)",
    ],
    down: ["DROP TABLE talks", "DROP TABLE claimed_bounces", "DROP TABLE inbound_files", "DROP TABLE inbound_mails"],
}
