//! Numbers, and what is numbered first: issues with their timeline, the letters that carry them to a
//! department, and the answers that were published.

use crate::columns::migration;

migration! {
    up: [
        "CREATE TABLE numbers (
            series text NOT NULL,
            year integer NOT NULL,
            last integer NOT NULL CHECK (last > 0),
            PRIMARY KEY (series, year)
        )",
        "CREATE TABLE letters (
            id {uuid} NOT NULL PRIMARY KEY,
            department text NOT NULL,
            number text NOT NULL,
            sent_on {date} NOT NULL,
            answer_due {date},
            created_at {big} NOT NULL,
            created_by {uuid} REFERENCES persons (id)
        )",
        "CREATE UNIQUE INDEX letters_number ON letters (number)",
        "CREATE TABLE issues (
            id {uuid} NOT NULL PRIMARY KEY,
            number text NOT NULL,
            member_id {uuid} NOT NULL REFERENCES members (id),
            plant_id {uuid} REFERENCES plants (id),
            kind text NOT NULL CHECK (kind IN ('policy_question', 'call_for_help')),
            category text NOT NULL CHECK (category IN
                ('resumption', 'transport', 'materials', 'staff', 'energy', 'quality', 'prevention', 'other')),
            title text NOT NULL,
            body text NOT NULL,
            filed_at {big} NOT NULL,
            filed_by {uuid} REFERENCES persons (id),
            owner_id {uuid} REFERENCES persons (id),
            letter_id {uuid} REFERENCES letters (id),
            taken_at {big},
            asked_back_at {big},
            replied_at {big},
            forwarded_at {big},
            answered_at {big},
            closed_at {big},
            reopened_at {big},
            told_at {big},
            row_version integer NOT NULL
        )",
        "CREATE UNIQUE INDEX issues_number ON issues (number)",
        "CREATE INDEX issues_member ON issues (member_id, id)",
        "CREATE INDEX issues_owner ON issues (owner_id, id)",
        "CREATE INDEX issues_letter ON issues (letter_id)",
        "CREATE INDEX issues_open ON issues (id) WHERE closed_at IS NULL OR reopened_at IS NOT NULL",
        "CREATE TABLE issue_events (
            id {uuid} NOT NULL PRIMARY KEY,
            issue_id {uuid} NOT NULL REFERENCES issues (id),
            at {big} NOT NULL,
            kind text NOT NULL CHECK (kind IN ('filed', 'taken', 'handed_over', 'asked_back', 'replied', 'forwarded',
                'answered', 'closed', 'reopened', 'remark', 'published')),
            person_id {uuid} REFERENCES persons (id),
            by_office {bool} NOT NULL,
            caller text,
            text text,
            reference text,
            letter_id {uuid} REFERENCES letters (id),
            to_person_id {uuid} REFERENCES persons (id)
        )",
        "CREATE INDEX issue_events_issue ON issue_events (issue_id, id)",
        "CREATE TABLE issue_files (
            event_id {uuid} NOT NULL REFERENCES issue_events (id),
            file_id {uuid} NOT NULL REFERENCES files (id),
            issue_id {uuid} NOT NULL REFERENCES issues (id),
            PRIMARY KEY (event_id, file_id)
        )",
        "CREATE INDEX issue_files_issue ON issue_files (issue_id, file_id)",
        "CREATE TABLE issue_views (
            issue_id {uuid} NOT NULL REFERENCES issues (id),
            person_id {uuid} NOT NULL REFERENCES persons (id),
            at {big} NOT NULL,
            PRIMARY KEY (issue_id, person_id)
        )",
        "CREATE TABLE questions (
            id {uuid} NOT NULL PRIMARY KEY,
            issue_id {uuid} NOT NULL REFERENCES issues (id),
            category text NOT NULL,
            title text NOT NULL,
            question text NOT NULL,
            answer text NOT NULL,
            published_at {big} NOT NULL,
            published_by {uuid} REFERENCES persons (id),
            withdrawn_at {big},
            row_version integer NOT NULL
        )",
        "CREATE UNIQUE INDEX questions_issue ON questions (issue_id)",
        "CREATE INDEX questions_public ON questions (id) WHERE withdrawn_at IS NULL",
    ],
    down: [
        "DROP TABLE questions",
        "DROP TABLE issue_views",
        "DROP TABLE issue_files",
        "DROP TABLE issue_events",
        "DROP TABLE issues",
        "DROP TABLE letters",
        "DROP TABLE numbers",
    ],
}
