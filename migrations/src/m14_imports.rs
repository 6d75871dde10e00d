//! Imports of the register: the job and how far it is, what is said about cells of the sheet, and what would
//! change.

use crate::columns::migration;

migration! {
    up: [
        "CREATE TABLE imports (
            id {uuid} NOT NULL PRIMARY KEY,
            state text NOT NULL CHECK (state IN ('checking', 'checked', 'refused', 'writing', 'done', 'failed', 'dropped')),
            file_id {uuid} REFERENCES files (id),
            file_name text NOT NULL,
            uploaded_by {uuid} REFERENCES persons (id),
            uploaded_at {big} NOT NULL,
            owner text,
            lease_until {big},
            attempts integer NOT NULL,
            done integer NOT NULL,
            total integer NOT NULL,
            refusal text,
            digest text,
            tally text,
            renewed {bool} NOT NULL,
            confirmed_by {uuid} REFERENCES persons (id),
            confirmed_at {big},
            confirmed_ip text,
            confirmed_request text,
            finished_at {big}
        )",
        "CREATE INDEX imports_state ON imports (state, id)",
        "CREATE TABLE import_notes (
            import_id {uuid} NOT NULL REFERENCES imports (id),
            at integer NOT NULL,
            severity text NOT NULL CHECK (severity IN ('problem', 'remark')),
            line integer NOT NULL,
            col integer NOT NULL,
            reason text NOT NULL,
            suggestion text,
            PRIMARY KEY (import_id, at)
        ) {clustered}",
        "CREATE TABLE import_changes (
            import_id {uuid} NOT NULL REFERENCES imports (id),
            at integer NOT NULL,
            action text NOT NULL CHECK (action IN ('add', 'change')),
            subject text NOT NULL CHECK (subject IN ('member', 'plant', 'entrance', 'contact')),
            member text NOT NULL,
            name text NOT NULL,
            details text NOT NULL,
            PRIMARY KEY (import_id, at)
        ) {clustered}",
    ],
    down: ["DROP TABLE import_changes", "DROP TABLE import_notes", "DROP TABLE imports"],
}
