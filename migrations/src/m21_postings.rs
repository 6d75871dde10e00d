//! Postings: the printed copies of a place code, each at its spot, what was seen of them, photos that wait for their
//! form, and which reminders were sent.

use crate::columns::migration;

migration! {
    up: [
        "CREATE TABLE postings (
            id {uuid} NOT NULL PRIMARY KEY,
            number text NOT NULL,
            member_id {uuid} NOT NULL REFERENCES members (id),
            plant_id {uuid} NOT NULL REFERENCES plants (id),
            entrance_id {uuid} NOT NULL REFERENCES entrances (id),
            code_id {uuid} NOT NULL REFERENCES place_codes (id),
            replaces_id {uuid} REFERENCES postings (id),
            spot text NOT NULL,
            width integer NOT NULL CHECK (width BETWEEN 1 AND 2000),
            height integer NOT NULL CHECK (height BETWEEN 1 AND 2000),
            outdoors {bool} NOT NULL,
            laminated {bool} NOT NULL,
            posted_on {date} NOT NULL,
            posted_by text NOT NULL,
            remark text,
            created_at {big} NOT NULL,
            created_by {uuid} REFERENCES persons (id),
            removed_at {big},
            removed_by {uuid} REFERENCES persons (id),
            removed_why text CHECK (removed_why IN ('replaced', 'damaged', 'lost', 'not_needed', 'mistaken'))
        )",
        "CREATE UNIQUE INDEX postings_number ON postings (number)",
        "CREATE INDEX postings_entrance ON postings (entrance_id) WHERE removed_at IS NULL",
        "CREATE INDEX postings_member ON postings (member_id, id)",
        "CREATE INDEX postings_plant ON postings (plant_id, id)",
        "CREATE INDEX postings_replaces ON postings (replaces_id)",
        "CREATE INDEX postings_code ON postings (code_id) WHERE removed_at IS NULL",
        "CREATE TABLE posting_events (
            id {uuid} NOT NULL PRIMARY KEY,
            posting_id {uuid} NOT NULL REFERENCES postings (id),
            what text NOT NULL CHECK (what IN ('right', 'outdated', 'elsewhere', 'unreadable', 'by_eye', 'damaged', 'lost')),
            at {big} NOT NULL,
            day {date} NOT NULL,
            person_id {uuid} REFERENCES persons (id),
            file_id {uuid} REFERENCES files (id),
            code_id {uuid} REFERENCES place_codes (id),
            note text
        )",
        "CREATE INDEX posting_events_posting ON posting_events (posting_id, id)",
        "CREATE TABLE posting_photos (
            id {uuid} NOT NULL PRIMARY KEY,
            entrance_id {uuid} NOT NULL REFERENCES entrances (id),
            person_id {uuid} NOT NULL REFERENCES persons (id),
            file_id {uuid} NOT NULL REFERENCES files (id),
            codes text NOT NULL,
            at {big} NOT NULL
        )",
        "CREATE INDEX posting_photos_person ON posting_photos (person_id, entrance_id, id)",
        "CREATE INDEX posting_photos_at ON posting_photos (at)",
        "CREATE TABLE posting_reminders (
            posting_id {uuid} NOT NULL REFERENCES postings (id),
            kind text NOT NULL CHECK (kind IN ('begun', 'due')),
            since {date} NOT NULL,
            at {big} NOT NULL,
            PRIMARY KEY (posting_id, kind, since)
        ) {clustered}",
    ],
    down: [
        "DROP TABLE posting_reminders",
        "DROP TABLE posting_photos",
        "DROP TABLE posting_events",
        "DROP TABLE postings",
    ],
}
