//! People, their roles, their sessions.

use crate::columns::migration;

migration! {
    up: [
        "CREATE TABLE persons (
            id {uuid} NOT NULL PRIMARY KEY,
            name text NOT NULL,
            phone text,
            email text,
            password_hash text,
            locale text,
            created_at {big} NOT NULL,
            disabled_at {big},
            row_version integer NOT NULL,
            CONSTRAINT persons_reachable CHECK (phone IS NOT NULL OR email IS NOT NULL)
        )",
        "CREATE UNIQUE INDEX persons_phone ON persons (phone)",
        "CREATE UNIQUE INDEX persons_email ON persons (email)",
        "CREATE TABLE roles (
            id {uuid} NOT NULL PRIMARY KEY,
            person_id {uuid} NOT NULL REFERENCES persons (id),
            kind text NOT NULL CHECK (kind IN ('office_admin', 'office_staff', 'auditor', 'member_admin', 'member_operator')),
            member_id {uuid},
            created_at {big} NOT NULL,
            ended_at {big},
            row_version integer NOT NULL,
            CONSTRAINT roles_member CHECK ((member_id IS NULL) = (kind IN ('office_admin', 'office_staff', 'auditor')))
        )",
        "CREATE INDEX roles_person ON roles (person_id)",
        "CREATE UNIQUE INDEX roles_in_force_at_member ON roles (person_id, kind, member_id)
            WHERE ended_at IS NULL AND member_id IS NOT NULL",
        "CREATE UNIQUE INDEX roles_in_force_at_office ON roles (person_id, kind)
            WHERE ended_at IS NULL AND member_id IS NULL",
        "CREATE INDEX roles_member_idx ON roles (member_id)",
        "CREATE TABLE role_plants (
            role_id {uuid} NOT NULL REFERENCES roles (id),
            plant_id {uuid} NOT NULL,
            PRIMARY KEY (role_id, plant_id)
        )",
        "CREATE TABLE sessions (
            id {uuid} NOT NULL PRIMARY KEY,
            token_hash text NOT NULL,
            person_id {uuid} NOT NULL REFERENCES persons (id),
            created_at {big} NOT NULL,
            expires_at {big} NOT NULL
        )",
        "CREATE UNIQUE INDEX sessions_token ON sessions (token_hash)",
        "CREATE INDEX sessions_person ON sessions (person_id)",
        "CREATE INDEX sessions_expiry ON sessions (expires_at)",
    ],
    down: [
        "DROP TABLE sessions",
        "DROP TABLE role_plants",
        "DROP TABLE roles",
        "DROP TABLE persons",
    ],
}
