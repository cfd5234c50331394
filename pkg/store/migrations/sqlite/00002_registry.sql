-- +goose Up
-- Days on which a school is closed.
CREATE TABLE closed_days (
    id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    first_day DATE NOT NULL,
    last_day DATE NOT NULL, -- the last of them, first_day where it is one
    reason TEXT NOT NULL,
    created_at DATETIME NOT NULL,
    created_by TEXT NOT NULL REFERENCES accounts (id),
    CHECK (last_day >= first_day)
);
CREATE INDEX closed_days_organization ON closed_days (organization_id, first_day);

-- A student's leave or withdrawal; it is over when somebody ends it.
CREATE TABLE pauses (
    id TEXT PRIMARY KEY,
    enrollment_id TEXT NOT NULL REFERENCES enrollments (id),
    kind TEXT NOT NULL CHECK (kind IN ('leave', 'withdrawal')),
    first_day DATE NOT NULL,
    last_day DATE, -- of a leave, the last day as it was agreed
    reason TEXT NOT NULL,
    created_at DATETIME NOT NULL,
    created_by TEXT NOT NULL REFERENCES accounts (id),
    ended_on DATE,
    ended_by TEXT REFERENCES accounts (id),
    CHECK (last_day >= first_day),
    CHECK ((ended_on IS NULL) = (ended_by IS NULL))
);
CREATE UNIQUE INDEX pauses_one_open ON pauses (enrollment_id) WHERE ended_on IS NULL;
