-- +goose Up
-- A class session with a roster, which its instructor signs as one.
CREATE TABLE classes (
    id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    program_id TEXT NOT NULL REFERENCES programs (id),
    instructor_id TEXT NOT NULL REFERENCES members (id),
    state text NOT NULL CHECK (state IN ('planned', 'signed', 'cancelled')),
    check_in text NOT NULL CHECK (check_in IN ('roster', 'clock', 'qr')),
    local_date DATE NOT NULL,
    zone text NOT NULL,
    starts_at DATETIME NOT NULL, -- as planned
    ends_at DATETIME NOT NULL,
    break_minutes INTEGER NOT NULL CHECK (break_minutes >= 0),
    minutes INTEGER NOT NULL CHECK (minutes > 0), -- elapsed less break
    subject text NOT NULL,
    setting text NOT NULL,
    delivery text NOT NULL,
    mode text NOT NULL, -- where the supervisor is
    make_up BOOLEAN NOT NULL,
    secret BLOB NOT NULL, -- makes the codes on the instructor's screen
    created_at DATETIME NOT NULL,
    created_by TEXT NOT NULL REFERENCES accounts (id),
    signed_at DATETIME,
    version INTEGER NOT NULL DEFAULT 1,
    CHECK (ends_at > starts_at),
    CHECK ((state = 'signed') = (signed_at IS NOT NULL))
);
CREATE INDEX classes_organization ON classes (organization_id, local_date DESC, id DESC);

CREATE TABLE attendances (
    class_id TEXT NOT NULL REFERENCES classes (id),
    enrollment_id TEXT NOT NULL REFERENCES enrollments (id),
    therapist_id TEXT NOT NULL REFERENCES therapists (id),
    mark text NOT NULL CHECK (mark IN ('expected', 'present', 'absent', 'excused')),
    in_at DATETIME, -- the server's time, or the instructor's word
    out_at DATETIME,
    in_by text NOT NULL DEFAULT '',
    out_by text NOT NULL DEFAULT '',
    grade INTEGER CHECK (grade BETWEEN 0 AND 100), -- percent; NULL: not graded
    entry_id TEXT REFERENCES entries (id), -- what it became once signed
    version INTEGER NOT NULL DEFAULT 1,
    PRIMARY KEY (class_id, enrollment_id),
    CHECK (out_at IS NULL OR in_at IS NULL OR out_at >= in_at)
);
CREATE INDEX attendances_therapist ON attendances (therapist_id, class_id);
