-- +goose Up
-- Waivers and extensions: less that somebody owes in a cycle, or longer that they
-- have for it.
CREATE TABLE ce_leaves (
    id TEXT PRIMARY KEY,
    license_id TEXT NOT NULL REFERENCES licenses (id),
    therapist_id TEXT NOT NULL REFERENCES therapists (id),
    kind text NOT NULL CHECK (kind IN ('waiver', 'extension')),
    cycle_from DATE NOT NULL,
    cycle_to DATE NOT NULL,
    minutes INTEGER NOT NULL CHECK (minutes >= 0), -- that are waived; 0: all
    until DATE, -- of an extension
    reason text NOT NULL,
    state text NOT NULL CHECK (state IN ('requested', 'approved', 'declined')),
    requested_at DATETIME NOT NULL,
    requested_by TEXT NOT NULL REFERENCES accounts (id),
    authority text NOT NULL DEFAULT '', -- who granted it
    granted_on DATE,
    decided_by TEXT REFERENCES accounts (id),
    decided_at DATETIME,
    note text NOT NULL DEFAULT '',
    version INTEGER NOT NULL DEFAULT 1,
    CHECK (state <> 'approved' OR (decided_by IS NOT NULL AND decided_by <> requested_by AND granted_on IS NOT NULL)),
    CHECK (kind <> 'extension' OR until IS NOT NULL)
);
CREATE INDEX ce_leaves_license ON ce_leaves (license_id, id);
CREATE UNIQUE INDEX ce_leaves_open ON ce_leaves (license_id, kind, cycle_to) WHERE state <> 'declined';
