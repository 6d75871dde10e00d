//! What devices need after they are installed: acceptance in batches, check-ups and faults. The events of a device get
//! a number, for the order of their ids is that of clocks; the serial of a removed device becomes free; and makes that
//! differ by a plus sign at the end become two.

use crate::columns::migration;

migration! {
    up: [
        "ALTER TABLE sentinel_events ADD COLUMN seq integer NOT NULL DEFAULT 0",
        "UPDATE sentinel_events SET seq = (SELECT count(*) FROM sentinel_events e
            WHERE e.sentinel_id = sentinel_events.sentinel_id AND e.id <= sentinel_events.id)",
        "CREATE UNIQUE INDEX sentinel_events_seq ON sentinel_events (sentinel_id, seq)",
        "UPDATE sentinels SET serial_key = NULL WHERE EXISTS (SELECT 1 FROM sentinel_events e
            WHERE e.sentinel_id = sentinels.id AND e.stage = 'removed')",
        "UPDATE sentinel_models SET name_key = name_key || '+' WHERE model LIKE '%+' OR model LIKE '%＋'",
        "UPDATE sentinels SET model_key = model_key || '+' WHERE model LIKE '%+' OR model LIKE '%＋'",
        "ALTER TABLE sentinel_models ADD COLUMN checkup_days integer CHECK (checkup_days BETWEEN 1 AND 730)",
        "CREATE TABLE sentinel_acceptances (
            id {uuid} NOT NULL PRIMARY KEY,
            number text NOT NULL,
            member_id {uuid} NOT NULL REFERENCES members (id),
            created_at {big} NOT NULL,
            created_by {uuid} REFERENCES persons (id),
            recorded_at {big},
            recorded_by {uuid} REFERENCES persons (id),
            day {date},
            tester text,
            remark text,
            signed_file_id {uuid} REFERENCES files (id),
            signed_at {big},
            signed_by {uuid} REFERENCES persons (id)
        )",
        "CREATE UNIQUE INDEX sentinel_acceptances_number ON sentinel_acceptances (number)",
        "CREATE INDEX sentinel_acceptances_member ON sentinel_acceptances (member_id, id)",
        "CREATE TABLE sentinel_acceptance_devices (
            acceptance_id {uuid} NOT NULL REFERENCES sentinel_acceptances (id),
            sentinel_id {uuid} NOT NULL REFERENCES sentinels (id),
            place integer NOT NULL,
            scan text CHECK (scan IN ('passed', 'failed', 'not_applicable')),
            card text CHECK (card IN ('passed', 'failed', 'not_applicable')),
            refuse text CHECK (refuse IN ('passed', 'failed', 'not_applicable')),
            speak text CHECK (speak IN ('passed', 'failed', 'not_applicable')),
            note text,
            PRIMARY KEY (acceptance_id, sentinel_id)
        ) {clustered}",
        "CREATE INDEX sentinel_acceptance_devices_sentinel ON sentinel_acceptance_devices (sentinel_id)",
        "CREATE TABLE sentinel_checkups (
            id {uuid} NOT NULL PRIMARY KEY,
            sentinel_id {uuid} NOT NULL REFERENCES sentinels (id),
            day {date} NOT NULL,
            result text NOT NULL CHECK (result IN ('passed', 'failed')),
            note text,
            at {big} NOT NULL,
            person_id {uuid} REFERENCES persons (id)
        )",
        "CREATE INDEX sentinel_checkups_sentinel ON sentinel_checkups (sentinel_id, day)",
        "CREATE TABLE sentinel_faults (
            id {uuid} NOT NULL PRIMARY KEY,
            sentinel_id {uuid} NOT NULL REFERENCES sentinels (id),
            member_id {uuid} NOT NULL REFERENCES members (id),
            plant_id {uuid} NOT NULL REFERENCES plants (id),
            what text NOT NULL,
            since {date} NOT NULL,
            reported_at {big} NOT NULL,
            reported_by {uuid} REFERENCES persons (id),
            told_at {big},
            told_by {uuid} REFERENCES persons (id),
            way text CHECK (way IN ('phone', 'mail', 'chat', 'on_site')),
            ticket text,
            promised {date},
            outcome text CHECK (outcome IN ('repaired', 'replaced', 'given_up')),
            ended_on {date},
            ended_at {big},
            ended_by {uuid} REFERENCES persons (id),
            ended_note text,
            row_version integer NOT NULL,
            CHECK ((outcome IS NULL) = (ended_at IS NULL))
        )",
        "INSERT INTO sentinel_faults (id, sentinel_id, member_id, plant_id, what, since, reported_at, reported_by, row_version)
            SELECT e.id, s.id, s.member_id, s.plant_id, COALESCE(e.note, ''), e.day, e.at, e.person_id, 1
            FROM sentinels s JOIN sentinel_events e ON e.sentinel_id = s.id WHERE e.stage = 'faulty'
            AND e.seq = (SELECT max(l.seq) FROM sentinel_events l WHERE l.sentinel_id = s.id)",
        "CREATE UNIQUE INDEX sentinel_faults_open ON sentinel_faults (sentinel_id) WHERE ended_at IS NULL",
        "CREATE INDEX sentinel_faults_sentinel ON sentinel_faults (sentinel_id, id)",
        "CREATE INDEX sentinel_faults_member ON sentinel_faults (member_id) WHERE ended_at IS NULL",
        "CREATE INDEX sentinel_faults_plant ON sentinel_faults (plant_id) WHERE ended_at IS NULL",
    ],
    down: [
        "DROP TABLE sentinel_faults",
        "DROP TABLE sentinel_checkups",
        "DROP TABLE sentinel_acceptance_devices",
        "DROP TABLE sentinel_acceptances",
        "ALTER TABLE sentinel_models DROP COLUMN checkup_days",
        "DROP INDEX sentinel_events_seq",
        "ALTER TABLE sentinel_events DROP COLUMN seq",
    ],
}
