//! What a recorded acceptance says of its unit and its devices stays as it was on that day; and the make by which a
//! device was asked for, which follows a name that the catalogue mends as the device's own make does.

use crate::columns::migration;

migration! {
    up: [
        "ALTER TABLE sentinel_acceptances ADD COLUMN unit text",
        "ALTER TABLE sentinel_acceptances ADD COLUMN association text",
        "ALTER TABLE sentinel_acceptance_devices ADD COLUMN make text",
        "ALTER TABLE sentinel_acceptance_devices ADD COLUMN form text
            CHECK (form IN ('handheld', 'floor', 'gate', 'wall', 'desk'))",
        "ALTER TABLE sentinel_acceptance_devices ADD COLUMN serial text",
        "ALTER TABLE sentinel_acceptance_devices ADD COLUMN stood_at text",
        "ALTER TABLE sentinels ADD COLUMN asked_key text",
        "UPDATE sentinels SET asked_key = model_key WHERE request_id IS NOT NULL",
    ],
    down: [
        "ALTER TABLE sentinels DROP COLUMN asked_key",
        "ALTER TABLE sentinel_acceptance_devices DROP COLUMN stood_at",
        "ALTER TABLE sentinel_acceptance_devices DROP COLUMN serial",
        "ALTER TABLE sentinel_acceptance_devices DROP COLUMN form",
        "ALTER TABLE sentinel_acceptance_devices DROP COLUMN make",
        "ALTER TABLE sentinel_acceptances DROP COLUMN association",
        "ALTER TABLE sentinel_acceptances DROP COLUMN unit",
    ],
}
