//! The register: members, plants, entrances, contacts.

use crate::columns::migration;

migration! {
    up: [
        "CREATE TABLE members (
            id {uuid} NOT NULL PRIMARY KEY,
            name text NOT NULL,
            short_name text,
            credit_code text NOT NULL,
            code_override text,
            licence_file_id {uuid} REFERENCES files (id),
            licence_confirmed_at {big},
            licence_confirmed_by {uuid} REFERENCES persons (id),
            created_at {big} NOT NULL,
            left_at {big},
            left_remark text,
            row_version integer NOT NULL
        )",
        "CREATE UNIQUE INDEX members_credit_code ON members (credit_code)",
        "CREATE INDEX members_name ON members (name, id)",
        "CREATE TABLE plants (
            id {uuid} NOT NULL PRIMARY KEY,
            member_id {uuid} NOT NULL REFERENCES members (id),
            name text NOT NULL,
            kind text NOT NULL CHECK (kind IN ('clinker_line', 'grinding_station', 'terminal', 'admixture_plant', 'mixing_station')),
            district text,
            town text,
            address text NOT NULL,
            address_line text NOT NULL,
            address_key text NOT NULL,
            silo_capacity {big} CHECK (silo_capacity >= 0),
            normal_output {big} CHECK (normal_output >= 0),
            created_at {big} NOT NULL,
            closed_at {big},
            row_version integer NOT NULL
        )",
        "CREATE INDEX plants_member ON plants (member_id, name)",
        "CREATE INDEX plants_address ON plants (address_key)",
        "CREATE INDEX plants_kind ON plants (kind, id)",
        "CREATE TABLE entrances (
            id {uuid} NOT NULL PRIMARY KEY,
            plant_id {uuid} NOT NULL REFERENCES plants (id),
            name text NOT NULL,
            passage text NOT NULL CHECK (passage IN ('people', 'vehicles', 'both')),
            outdoors {bool} NOT NULL,
            created_at {big} NOT NULL,
            closed_at {big},
            row_version integer NOT NULL
        )",
        "CREATE UNIQUE INDEX entrances_name ON entrances (plant_id, name)",
        "CREATE TABLE contacts (
            id {uuid} NOT NULL PRIMARY KEY,
            member_id {uuid} NOT NULL REFERENCES members (id),
            name text NOT NULL,
            title text,
            phone text,
            email text,
            duties text NOT NULL,
            created_at {big} NOT NULL,
            row_version integer NOT NULL
        )",
        "CREATE INDEX contacts_member ON contacts (member_id)",
    ],
    down: [
        "DROP TABLE contacts",
        "DROP TABLE entrances",
        "DROP TABLE plants",
        "DROP TABLE members",
    ],
}
