//! The catalogue of sentinel models that the secretariat keeps, and the register of devices: what each is, what
//! happened to it, and the evidence that it is a sentinel.

use crate::columns::migration;

migration! {
    up: [
        "CREATE TABLE sentinel_models (
            id {uuid} NOT NULL PRIMARY KEY,
            brand text NOT NULL,
            model text NOT NULL,
            name_key text NOT NULL,
            form text NOT NULL CHECK (form IN ('handheld', 'floor', 'gate', 'wall', 'desk')),
            abilities text NOT NULL,
            conformity text NOT NULL CHECK (conformity IN ('unknown', 'yes', 'no')),
            docking text NOT NULL CHECK (docking IN ('unknown', 'yes', 'no')),
            vendor text NOT NULL,
            vendor_phone text,
            throughput integer CHECK (throughput BETWEEN 1 AND 600),
            remarks text,
            created_at {big} NOT NULL,
            retired_at {big},
            row_version integer NOT NULL
        )",
        "CREATE UNIQUE INDEX sentinel_models_name ON sentinel_models (name_key)",
        "CREATE TABLE sentinels (
            id {uuid} NOT NULL PRIMARY KEY,
            member_id {uuid} NOT NULL REFERENCES members (id),
            plant_id {uuid} NOT NULL REFERENCES plants (id),
            entrance_id {uuid} NOT NULL REFERENCES entrances (id),
            request_id {uuid} REFERENCES install_requests (id),
            request_place integer,
            brand text NOT NULL,
            model text NOT NULL,
            model_key text NOT NULL,
            serial text,
            serial_key text,
            form text NOT NULL CHECK (form IN ('handheld', 'floor', 'gate', 'wall', 'desk')),
            abilities text NOT NULL,
            vendor text,
            service_contact text,
            service_phone text,
            warranty_until {date},
            created_at {big} NOT NULL,
            created_by {uuid} REFERENCES persons (id),
            row_version integer NOT NULL
        )",
        "CREATE UNIQUE INDEX sentinels_serial ON sentinels (model_key, serial_key)",
        "CREATE UNIQUE INDEX sentinels_request ON sentinels (request_id, request_place)",
        "CREATE INDEX sentinels_member ON sentinels (member_id, id)",
        "CREATE INDEX sentinels_plant ON sentinels (plant_id, id)",
        "CREATE INDEX sentinels_entrance ON sentinels (entrance_id)",
        "CREATE TABLE sentinel_events (
            id {uuid} NOT NULL PRIMARY KEY,
            sentinel_id {uuid} NOT NULL REFERENCES sentinels (id),
            stage text NOT NULL CHECK (stage IN ('planned', 'requested', 'shipped', 'installed', 'tested', 'accepted',
                'in_service', 'faulty', 'removed')),
            day {date} NOT NULL,
            at {big} NOT NULL,
            person_id {uuid} REFERENCES persons (id),
            note text,
            request_id {uuid} REFERENCES install_requests (id)
        )",
        "CREATE INDEX sentinel_events_sentinel ON sentinel_events (sentinel_id, id)",
        "CREATE TABLE sentinel_proofs (
            id {uuid} NOT NULL PRIMARY KEY,
            sentinel_id {uuid} NOT NULL REFERENCES sentinels (id),
            proof text NOT NULL CHECK (proof IN ('conformity', 'docking', 'real_time')),
            reference text,
            file_id {uuid} REFERENCES files (id),
            day {date} NOT NULL,
            at {big} NOT NULL,
            person_id {uuid} REFERENCES persons (id),
            withdrawn_at {big},
            withdrawn_by {uuid} REFERENCES persons (id),
            withdrawn_why text,
            CHECK (reference IS NOT NULL OR file_id IS NOT NULL)
        )",
        "CREATE INDEX sentinel_proofs_sentinel ON sentinel_proofs (sentinel_id, proof)",
    ],
    down: [
        "DROP TABLE sentinel_proofs",
        "DROP TABLE sentinel_events",
        "DROP TABLE sentinels",
        "DROP TABLE sentinel_models",
    ],
}
