-- +goose Up
-- What therapists hold beside licences.
CREATE TABLE holdings (
    id TEXT PRIMARY KEY,
    therapist_id TEXT NOT NULL REFERENCES therapists (id),
    organization_id TEXT REFERENCES organizations (id), -- whose member recorded it; NULL: the therapist
    kind text NOT NULL CHECK (kind IN ('exam', 'endorsement', 'board_certification', 'cpr', 'liability_insurance', 'npi', 'immunization')),
    name text NOT NULL,
    issuer text NOT NULL,
    number text NOT NULL,
    jurisdiction text NOT NULL,
    obtained_on DATE,
    expires_on DATE, -- the last good day; NULL: it does not end
    passed BOOLEAN NOT NULL,
    attempt INTEGER NOT NULL,
    each_claim INTEGER NOT NULL, -- whole dollars
    aggregate INTEGER NOT NULL,
    taxonomy text NOT NULL,
    method text NOT NULL CHECK (method IN ('primary_source', 'document', 'self_report')),
    source text NOT NULL,
    checked_on DATE NOT NULL,
    checked_by TEXT NOT NULL REFERENCES accounts (id),
    next_check DATE, -- NULL: never
    document_id TEXT REFERENCES documents (id),
    note text NOT NULL,
    recorded_by TEXT NOT NULL REFERENCES accounts (id),
    recorded_at DATETIME NOT NULL,
    ended_at DATETIME, -- taken back
    version INTEGER NOT NULL DEFAULT 1
);
CREATE INDEX holdings_therapist ON holdings (therapist_id, id);
CREATE INDEX holdings_due ON holdings (next_check, id) WHERE ended_at IS NULL;
CREATE UNIQUE INDEX holdings_npi_once ON holdings (number) WHERE kind = 'npi' AND ended_at IS NULL;
