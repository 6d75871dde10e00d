//! One-time links (invitations, new passwords) and the tally of failed attempts that slows accounts and
//! addresses down.

use crate::columns::migration;

migration! {
    up: [
        "CREATE TABLE links (
            id {uuid} NOT NULL PRIMARY KEY,
            purpose text NOT NULL CHECK (purpose IN ('invitation', 'password')),
            token_hash text NOT NULL,
            code_hash text,
            entry_hash text,
            name text NOT NULL,
            phone text,
            email text,
            role_kind text,
            member_id {uuid} REFERENCES members (id),
            plants text NOT NULL,
            person_id {uuid} REFERENCES persons (id),
            created_by {uuid} REFERENCES persons (id),
            created_at {big} NOT NULL,
            expires_at {big} NOT NULL,
            used_at {big},
            withdrawn_at {big},
            CONSTRAINT links_purpose CHECK ((purpose = 'invitation') = (role_kind IS NOT NULL))
        )",
        "CREATE UNIQUE INDEX links_token ON links (token_hash)",
        "CREATE UNIQUE INDEX links_code ON links (code_hash)",
        "CREATE UNIQUE INDEX links_entry ON links (entry_hash)",
        "CREATE INDEX links_member ON links (member_id, id)",
        "CREATE INDEX links_person ON links (person_id)",
        "CREATE TABLE tallies (
            key text NOT NULL PRIMARY KEY,
            failures integer NOT NULL,
            at {big} NOT NULL,
            free_at {big} NOT NULL
        )",
        "CREATE INDEX tallies_at ON tallies (at)",
        "CREATE INDEX persons_name ON persons (name, id)",
        "CREATE INDEX audit_at ON audit (at, id)",
    ],
    down: [
        "DROP INDEX audit_at",
        "DROP INDEX persons_name",
        "DROP TABLE tallies",
        "DROP TABLE links",
    ],
}
