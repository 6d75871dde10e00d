//! Chat groups that get news through a robot, which alarms were told, and copies that people took to WeChat by hand.
//! A delivery names the channel by which it leaves, and the group where it goes to one.

use crate::columns::migration;

migration! {
    up: [
        "CREATE TABLE chat_groups (
            id {uuid} NOT NULL PRIMARY KEY,
            name text NOT NULL,
            channel text NOT NULL,
            secret text NOT NULL,
            news text NOT NULL,
            plant_kinds text NOT NULL,
            districts text NOT NULL,
            active {bool} NOT NULL,
            free_at {big} NOT NULL,
            created_at {big} NOT NULL,
            row_version integer NOT NULL
        )",
        "CREATE UNIQUE INDEX chat_groups_name ON chat_groups (name)",
        "CREATE TABLE alarms (
            kind text NOT NULL PRIMARY KEY,
            about text NOT NULL,
            at {big} NOT NULL
        )",
        "CREATE TABLE copies (
            id {uuid} NOT NULL PRIMARY KEY,
            kind text NOT NULL,
            about text NOT NULL,
            person_id {uuid} NOT NULL REFERENCES persons (id),
            at {big} NOT NULL
        )",
        "CREATE INDEX copies_about ON copies (about, kind, at)",
        "ALTER TABLE deliveries ADD COLUMN channel text NOT NULL DEFAULT 'mail'",
        "ALTER TABLE deliveries ADD COLUMN group_id {uuid} REFERENCES chat_groups (id)",
        "CREATE INDEX deliveries_of_group ON deliveries (group_id, id) WHERE group_id IS NOT NULL",
        "CREATE INDEX deliveries_to_groups ON deliveries (group_id, next_at, id)
            WHERE group_id IS NOT NULL AND settled_at IS NULL",
    ],
    down: [
        "DROP INDEX deliveries_to_groups",
        "DROP INDEX deliveries_of_group",
        "ALTER TABLE deliveries DROP COLUMN group_id",
        "ALTER TABLE deliveries DROP COLUMN channel",
        "DROP TABLE copies",
        "DROP TABLE alarms",
        "DROP TABLE chat_groups",
    ],
}
