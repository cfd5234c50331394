-- +goose Up
-- What a student asks the office for, and the answer.
CREATE TABLE requests (
    id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    enrollment_id TEXT NOT NULL REFERENCES enrollments (id),
    therapist_id TEXT NOT NULL REFERENCES therapists (id),
    kind text NOT NULL CHECK (kind IN ('missed_punch', 'dispute')),
    state text NOT NULL CHECK (state IN ('open', 'granted', 'declined', 'withdrawn')),
    class_id TEXT REFERENCES classes (id),
    entry_id TEXT REFERENCES entries (id),
    in_at DATETIME, -- of a missed punch, when the student says to have come
    out_at DATETIME,
    body text NOT NULL,
    due_on DATE NOT NULL, -- the last day to answer
    answer text NOT NULL DEFAULT '',
    created_at DATETIME NOT NULL,
    decided_by TEXT REFERENCES accounts (id),
    decided_at DATETIME,
    version INTEGER NOT NULL DEFAULT 1,
    CHECK ((kind = 'missed_punch') = (class_id IS NOT NULL)),
    CHECK (out_at > in_at),
    CHECK (state NOT IN ('granted', 'declined') OR (decided_by IS NOT NULL AND answer <> ''))
);
CREATE INDEX requests_open ON requests (organization_id, due_on, id) WHERE state = 'open';
CREATE INDEX requests_organization ON requests (organization_id, id);
CREATE INDEX requests_enrollment ON requests (enrollment_id, id);
CREATE UNIQUE INDEX requests_one_punch ON requests (class_id, enrollment_id) WHERE state = 'open';

-- Days on which a student was excused. They never raise the hours.
CREATE TABLE absences (
    id TEXT PRIMARY KEY,
    enrollment_id TEXT NOT NULL REFERENCES enrollments (id),
    first_day DATE NOT NULL,
    last_day DATE NOT NULL,
    reason text NOT NULL,
    created_at DATETIME NOT NULL,
    created_by TEXT NOT NULL REFERENCES accounts (id),
    CHECK (last_day >= first_day)
);
CREATE INDEX absences_enrollment ON absences (enrollment_id, first_day);
