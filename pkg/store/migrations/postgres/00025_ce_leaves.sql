-- +goose Up
-- Waivers and extensions: less that somebody owes in a cycle, or longer that they
-- have for it.
CREATE TABLE ce_leaves (
    id uuid PRIMARY KEY,
    license_id uuid NOT NULL REFERENCES licenses (id),
    therapist_id uuid NOT NULL REFERENCES therapists (id),
    kind text NOT NULL CHECK (kind IN ('waiver', 'extension')),
    cycle_from date NOT NULL,
    cycle_to date NOT NULL,
    minutes bigint NOT NULL CHECK (minutes >= 0), -- that are waived; 0: all
    until date, -- of an extension
    reason text NOT NULL,
    state text NOT NULL CHECK (state IN ('requested', 'approved', 'declined')),
    requested_at timestamptz NOT NULL,
    requested_by uuid NOT NULL REFERENCES accounts (id),
    authority text NOT NULL DEFAULT '', -- who granted it
    granted_on date,
    decided_by uuid REFERENCES accounts (id),
    decided_at timestamptz,
    note text NOT NULL DEFAULT '',
    version bigint NOT NULL DEFAULT 1,
    CHECK (state <> 'approved' OR (decided_by IS NOT NULL AND decided_by <> requested_by AND granted_on IS NOT NULL)),
    CHECK (kind <> 'extension' OR until IS NOT NULL)
);
CREATE INDEX ce_leaves_license ON ce_leaves (license_id, id);
CREATE UNIQUE INDEX ce_leaves_open ON ce_leaves (license_id, kind, cycle_to) WHERE state <> 'declined';
