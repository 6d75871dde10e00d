//! Uploaded files; the bytes are in the file store under their hash.

use crate::columns::migration;

migration! {
    up: [
        "CREATE TABLE files (
            id {uuid} NOT NULL PRIMARY KEY,
            hash text NOT NULL,
            name text NOT NULL,
            media_type text NOT NULL,
            size {big} NOT NULL CHECK (size >= 0),
            created_at {big} NOT NULL
        )",
        "CREATE INDEX files_hash ON files (hash)",
    ],
    down: ["DROP TABLE files"],
}
