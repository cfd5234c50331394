-- +goose Up
-- Days on which a school is closed.
CREATE TABLE closed_days (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    first_day date NOT NULL,
    last_day date NOT NULL, -- the last of them, first_day where it is one
    reason text NOT NULL,
    created_at timestamptz NOT NULL,
    created_by uuid NOT NULL REFERENCES accounts (id),
    CHECK (last_day >= first_day)
);
CREATE INDEX closed_days_organization ON closed_days (organization_id, first_day);

-- A student's leave or withdrawal; it is over when somebody ends it.
CREATE TABLE pauses (
    id uuid PRIMARY KEY,
    enrollment_id uuid NOT NULL REFERENCES enrollments (id),
    kind text NOT NULL CHECK (kind IN ('leave', 'withdrawal')),
    first_day date NOT NULL,
    last_day date, -- of a leave, the last day as it was agreed
    reason text NOT NULL,
    created_at timestamptz NOT NULL,
    created_by uuid NOT NULL REFERENCES accounts (id),
    ended_on date,
    ended_by uuid REFERENCES accounts (id),
    CHECK (last_day >= first_day),
    CHECK ((ended_on IS NULL) = (ended_by IS NULL))
);
CREATE UNIQUE INDEX pauses_one_open ON pauses (enrollment_id) WHERE ended_on IS NULL;
