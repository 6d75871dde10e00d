//! Supply: the duty to report, suspensions of it, and the reports with their revisions and lines.
//! A report names its current revision; amounts are kilograms, prices fen.

use crate::columns::migration;

migration! {
    up: [
        "CREATE TABLE supply_duties (
            plant_id {uuid} NOT NULL PRIMARY KEY REFERENCES plants (id),
            cadence text CHECK (cadence IN ('daily', 'mondays', 'tuesdays', 'wednesdays', 'thursdays', 'fridays', 'saturdays', 'sundays', 'never')),
            days text CHECK (days IN ('working_days', 'all_days')),
            since {big},
            row_version integer NOT NULL
        )",
        "CREATE TABLE supply_suspensions (
            id {uuid} NOT NULL PRIMARY KEY,
            plant_id {uuid} NOT NULL REFERENCES plants (id),
            from_day {date} NOT NULL,
            until_day {date} NOT NULL,
            reason text NOT NULL,
            made_at {big} NOT NULL,
            made_by {uuid} REFERENCES persons (id),
            ended_on {date},
            ended_by {uuid} REFERENCES persons (id),
            CHECK (from_day < until_day)
        )",
        "CREATE INDEX supply_suspensions_plant ON supply_suspensions (plant_id, until_day)",
        "CREATE TABLE supply_reports (
            id {uuid} NOT NULL PRIMARY KEY,
            plant_id {uuid} NOT NULL REFERENCES plants (id),
            day {date} NOT NULL,
            kind text NOT NULL CHECK (kind IN ('clinker_line', 'grinding_station', 'terminal', 'admixture_plant', 'mixing_station')),
            district text,
            covers_days integer NOT NULL CHECK (covers_days BETWEEN 1 AND 400),
            due_at {big},
            filed_at {big} NOT NULL,
            revision integer NOT NULL CHECK (revision >= 1)
        )",
        "CREATE UNIQUE INDEX supply_reports_plant_day ON supply_reports (plant_id, day)",
        "CREATE INDEX supply_reports_day ON supply_reports (day, id, revision, plant_id, kind, district, covers_days, due_at, filed_at)",
        "CREATE TABLE supply_revisions (
            report_id {uuid} NOT NULL REFERENCES supply_reports (id),
            revision integer NOT NULL,
            filed_at {big} NOT NULL,
            filed_by {uuid} REFERENCES persons (id),
            on_behalf text,
            reason text,
            state text NOT NULL CHECK (state IN ('running', 'reduced', 'maintenance', 'stopped')),
            staff integer NOT NULL CHECK (staff >= 0),
            constraints text NOT NULL,
            remark text,
            PRIMARY KEY (report_id, revision)
        ) {clustered}",
        "CREATE TABLE supply_lines (
            report_id {uuid} NOT NULL,
            revision integer NOT NULL,
            position integer NOT NULL,
            product text NOT NULL,
            packing text NOT NULL CHECK (packing IN ('bulk', 'bagged')),
            inflow {big} NOT NULL CHECK (inflow >= 0),
            outflow {big} NOT NULL CHECK (outflow >= 0),
            stock {big} NOT NULL CHECK (stock >= 0),
            available {big} CHECK (available >= 0),
            price {big} CHECK (price >= 0),
            PRIMARY KEY (report_id, revision, position),
            FOREIGN KEY (report_id, revision) REFERENCES supply_revisions (report_id, revision)
        ) {clustered}",
    ],
    down: [
        "DROP TABLE supply_lines",
        "DROP TABLE supply_revisions",
        "DROP TABLE supply_reports",
        "DROP TABLE supply_suspensions",
        "DROP TABLE supply_duties",
    ],
}
