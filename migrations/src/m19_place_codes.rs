//! Place codes: the versions that an entrance has had, and the applications that led to them.

use crate::columns::migration;

migration! {
    up: [
        "CREATE TABLE place_codes (
            id {uuid} NOT NULL PRIMARY KEY,
            number text NOT NULL,
            member_id {uuid} NOT NULL REFERENCES members (id),
            plant_id {uuid} NOT NULL REFERENCES plants (id),
            entrance_id {uuid} NOT NULL REFERENCES entrances (id),
            version integer NOT NULL CHECK (version > 0),
            payload text NOT NULL,
            payload_hash text NOT NULL,
            file_id {uuid} NOT NULL REFERENCES files (id),
            issued_on {date} NOT NULL,
            cause text NOT NULL CHECK (cause IN ('first', 'reissued', 'address_changed', 'corrected')),
            remark text,
            address_line text NOT NULL,
            address_key text NOT NULL,
            added_at {big} NOT NULL,
            added_by {uuid} REFERENCES persons (id),
            withdrawn_at {big},
            withdrawn_by {uuid} REFERENCES persons (id),
            withdrawn_reason text
        )",
        "CREATE UNIQUE INDEX place_codes_number ON place_codes (number)",
        "CREATE UNIQUE INDEX place_codes_version ON place_codes (entrance_id, version)",
        "CREATE UNIQUE INDEX place_codes_payload ON place_codes (payload_hash) WHERE withdrawn_at IS NULL",
        "CREATE INDEX place_codes_plant ON place_codes (plant_id)",
        "CREATE INDEX place_codes_member ON place_codes (member_id)",
        "CREATE TABLE place_code_applications (
            id {uuid} NOT NULL PRIMARY KEY,
            number text NOT NULL,
            member_id {uuid} NOT NULL REFERENCES members (id),
            previous_id {uuid} REFERENCES place_code_applications (id),
            created_at {big} NOT NULL,
            created_by {uuid} REFERENCES persons (id),
            filed_at {big},
            filed_by {uuid} REFERENCES persons (id),
            filed_on {date},
            route text CHECK (route IN ('computer', 'phone')),
            certificate text CHECK (certificate IN ('corporate_certificate', 'electronic_licence')),
            handler text,
            sheet text
        )",
        "CREATE UNIQUE INDEX place_code_applications_number ON place_code_applications (number)",
        "CREATE INDEX place_code_applications_member ON place_code_applications (member_id, id)",
        "CREATE INDEX place_code_applications_previous ON place_code_applications (previous_id)",
        "CREATE TABLE place_code_lines (
            id {uuid} NOT NULL PRIMARY KEY,
            application_id {uuid} NOT NULL REFERENCES place_code_applications (id),
            plant_id {uuid} NOT NULL REFERENCES plants (id),
            entrance_id {uuid} NOT NULL REFERENCES entrances (id)
        )",
        "CREATE UNIQUE INDEX place_code_lines_entrance ON place_code_lines (application_id, entrance_id)",
        "CREATE INDEX place_code_lines_of_entrance ON place_code_lines (entrance_id)",
        "CREATE INDEX place_code_lines_of_plant ON place_code_lines (plant_id)",
        "CREATE TABLE place_code_outcomes (
            id {uuid} NOT NULL PRIMARY KEY,
            line_id {uuid} NOT NULL REFERENCES place_code_lines (id),
            outcome text NOT NULL CHECK (outcome IN ('approved', 'refused')),
            on_day {date} NOT NULL,
            reason text,
            at {big} NOT NULL,
            person_id {uuid} REFERENCES persons (id)
        )",
        "CREATE INDEX place_code_outcomes_line ON place_code_outcomes (line_id, id)",
    ],
    down: [
        "DROP TABLE place_code_outcomes",
        "DROP TABLE place_code_lines",
        "DROP TABLE place_code_applications",
        "DROP TABLE place_codes",
    ],
}
