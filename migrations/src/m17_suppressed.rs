//! Addresses that a mail server refused for good, to which nothing is sent until somebody says that they are right. A
//! delivery that is not sent for this reason keeps when the address was refused.

use crate::columns::migration;

migration! {
    up: [
        "CREATE TABLE suppressed_addresses (
            id {uuid} NOT NULL PRIMARY KEY,
            email text NOT NULL,
            since {big} NOT NULL,
            delivery_id {uuid} NOT NULL REFERENCES deliveries (id),
            server text,
            reply_code integer,
            enhanced_code text,
            words text NOT NULL
        )",
        "CREATE UNIQUE INDEX suppressed_addresses_email ON suppressed_addresses (email)",
        "ALTER TABLE deliveries ADD COLUMN refused_at {big}",
        "CREATE INDEX deliveries_waiting_key ON deliveries (LOWER(email)) WHERE settled_at IS NULL",
    ],
    down: [
        "DROP INDEX deliveries_waiting_key",
        "ALTER TABLE deliveries DROP COLUMN refused_at",
        "DROP TABLE suppressed_addresses",
    ],
}
