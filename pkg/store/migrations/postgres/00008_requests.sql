-- +goose Up
-- What a student asks the office for, and the answer.
CREATE TABLE requests (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    enrollment_id uuid NOT NULL REFERENCES enrollments (id),
    therapist_id uuid NOT NULL REFERENCES therapists (id),
    kind text NOT NULL CHECK (kind IN ('missed_punch', 'dispute')),
    state text NOT NULL CHECK (state IN ('open', 'granted', 'declined', 'withdrawn')),
    class_id uuid REFERENCES classes (id),
    entry_id uuid REFERENCES entries (id),
    in_at timestamptz, -- of a missed punch, when the student says to have come
    out_at timestamptz,
    body text NOT NULL,
    due_on date NOT NULL, -- the last day to answer
    answer text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL,
    decided_by uuid REFERENCES accounts (id),
    decided_at timestamptz,
    version bigint NOT NULL DEFAULT 1,
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
    id uuid PRIMARY KEY,
    enrollment_id uuid NOT NULL REFERENCES enrollments (id),
    first_day date NOT NULL,
    last_day date NOT NULL,
    reason text NOT NULL,
    created_at timestamptz NOT NULL,
    created_by uuid NOT NULL REFERENCES accounts (id),
    CHECK (last_day >= first_day)
);
CREATE INDEX absences_enrollment ON absences (enrollment_id, first_day);
