//! Notices and guidelines: versions fixed at publication, the members that each version was addressed to,
//! who read it, who acknowledged it, and the mails that told of it.

use crate::columns::migration;

migration! {
    up: [
        "CREATE TABLE notices (
            id {uuid} NOT NULL PRIMARY KEY,
            created_at {big} NOT NULL,
            created_by {uuid} REFERENCES persons (id)
        )",
        "CREATE TABLE notice_versions (
            id {uuid} NOT NULL PRIMARY KEY,
            notice_id {uuid} NOT NULL REFERENCES notices (id),
            number integer NOT NULL CHECK (number >= 1),
            kind text NOT NULL CHECK (kind IN ('notice', 'guideline')),
            document_number text,
            title text NOT NULL,
            body text NOT NULL,
            audience text NOT NULL CHECK (audience IN ('public', 'members', 'kinds', 'districts', 'chosen')),
            audience_values text NOT NULL,
            must_acknowledge {bool} NOT NULL,
            acknowledge_by {big},
            reason text,
            created_at {big} NOT NULL,
            created_by {uuid} REFERENCES persons (id),
            publish_at {big},
            not_published text CHECK (not_published IN ('empty', 'deadline', 'nobody')),
            published_at {big},
            addressed integer,
            superseded_at {big},
            reminded_at {big},
            row_version integer NOT NULL
        )",
        "CREATE UNIQUE INDEX notice_versions_number ON notice_versions (notice_id, number)",
        "CREATE UNIQUE INDEX notice_versions_draft ON notice_versions (notice_id) WHERE published_at IS NULL",
        "CREATE INDEX notice_versions_current ON notice_versions (published_at, notice_id, audience, kind, superseded_at)
            WHERE published_at IS NOT NULL AND superseded_at IS NULL",
        "CREATE INDEX notice_versions_unpublished ON notice_versions (publish_at, id) WHERE published_at IS NULL",
        "CREATE INDEX notice_versions_not_published ON notice_versions (id) WHERE not_published IS NOT NULL",
        "CREATE INDEX notice_versions_deadline ON notice_versions (acknowledge_by)
            WHERE must_acknowledge AND published_at IS NOT NULL AND superseded_at IS NULL",
        "CREATE TABLE notice_files (
            version_id {uuid} NOT NULL REFERENCES notice_versions (id),
            file_id {uuid} NOT NULL REFERENCES files (id),
            role text NOT NULL CHECK (role IN ('original', 'attachment')),
            position integer NOT NULL,
            PRIMARY KEY (version_id, file_id)
        )",
        "CREATE TABLE notice_members (
            version_id {uuid} NOT NULL REFERENCES notice_versions (id),
            member_id {uuid} NOT NULL REFERENCES members (id),
            expected {bool} NOT NULL,
            acknowledged_at {big},
            acknowledged_by {uuid} REFERENCES persons (id),
            on_behalf {bool} NOT NULL,
            remark text,
            PRIMARY KEY (version_id, member_id)
        ) {clustered}",
        "CREATE INDEX notice_members_waiting ON notice_members (member_id, version_id)
            WHERE expected AND acknowledged_at IS NULL",
        "CREATE INDEX notice_members_behind ON notice_members (version_id, expected, acknowledged_at)
            WHERE expected AND acknowledged_at IS NULL",
        "CREATE TABLE notice_reads (
            version_id {uuid} NOT NULL REFERENCES notice_versions (id),
            member_id {uuid} NOT NULL REFERENCES members (id),
            person_id {uuid} NOT NULL REFERENCES persons (id),
            at {big} NOT NULL,
            on_behalf {bool} NOT NULL,
            remark text,
            PRIMARY KEY (version_id, member_id, person_id)
        ) {clustered}",
        "CREATE TABLE notice_mailings (
            message_id {uuid} NOT NULL PRIMARY KEY REFERENCES messages (id),
            version_id {uuid} NOT NULL REFERENCES notice_versions (id),
            reminder {bool} NOT NULL,
            at {big} NOT NULL,
            person_id {uuid} REFERENCES persons (id)
        )",
        "CREATE INDEX notice_mailings_version ON notice_mailings (version_id, at)",
    ],
    down: [
        "DROP TABLE notice_mailings",
        "DROP TABLE notice_reads",
        "DROP TABLE notice_members",
        "DROP TABLE notice_files",
        "DROP TABLE notice_versions",
        "DROP TABLE notices",
    ],
}
