//! The one row that stands while the whole mail queue is paused.

use crate::columns::migration;

migration! {
    up: ["CREATE TABLE mail_pause (
            id integer NOT NULL PRIMARY KEY CHECK (id = 1),
            reason text NOT NULL CHECK (reason IN ('signing_in', 'encryption', 'sender', 'by_hand')),
            words text NOT NULL,
            since {big} NOT NULL,
            probe_at {big} NOT NULL
        )"],
    down: ["DROP TABLE mail_pause"],
}
