//! Requests to install sentinels, and what happened to each.

use crate::columns::migration;

migration! {
    up: [
        "CREATE TABLE install_requests (
            id {uuid} NOT NULL PRIMARY KEY,
            number text,
            member_id {uuid} NOT NULL REFERENCES members (id),
            plant_id {uuid} NOT NULL REFERENCES plants (id),
            entrance_id {uuid} NOT NULL REFERENCES entrances (id),
            answers text NOT NULL,
            created_at {big} NOT NULL,
            created_by {uuid} REFERENCES persons (id),
            submitted_at {big},
            settled_at {big},
            sheet text,
            paper_hash text,
            sent_to text,
            message_id {uuid} REFERENCES messages (id)
        )",
        "CREATE UNIQUE INDEX install_requests_number ON install_requests (number)",
        "CREATE INDEX install_requests_member ON install_requests (member_id, id)",
        "CREATE INDEX install_requests_plant ON install_requests (plant_id, id)",
        "CREATE INDEX install_requests_open ON install_requests (submitted_at)
            WHERE submitted_at IS NOT NULL AND settled_at IS NULL",
        "CREATE TABLE install_request_events (
            id {uuid} NOT NULL PRIMARY KEY,
            request_id {uuid} NOT NULL REFERENCES install_requests (id),
            act text NOT NULL CHECK (act IN ('submitted', 'resent', 'acknowledged', 'scheduled', 'installed',
                'turned_down', 'specification_confirmed', 'docking_confirmed')),
            at {big} NOT NULL,
            person_id {uuid} REFERENCES persons (id),
            day {date},
            remark text
        )",
        "CREATE INDEX install_request_events_request ON install_request_events (request_id, act)",
    ],
    down: ["DROP TABLE install_request_events", "DROP TABLE install_requests"],
}
