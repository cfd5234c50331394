-- +goose Up
-- What therapists hold beside licences.
CREATE TABLE holdings (
    id uuid PRIMARY KEY,
    therapist_id uuid NOT NULL REFERENCES therapists (id),
    organization_id uuid REFERENCES organizations (id), -- whose member recorded it; NULL: the therapist
    kind text NOT NULL CHECK (kind IN ('exam', 'endorsement', 'board_certification', 'cpr', 'liability_insurance', 'npi', 'immunization')),
    name text NOT NULL,
    issuer text NOT NULL,
    number text NOT NULL,
    jurisdiction text NOT NULL,
    obtained_on date,
    expires_on date, -- the last good day; NULL: it does not end
    passed boolean NOT NULL,
    attempt bigint NOT NULL,
    each_claim bigint NOT NULL, -- whole dollars
    aggregate bigint NOT NULL,
    taxonomy text NOT NULL,
    method text NOT NULL CHECK (method IN ('primary_source', 'document', 'self_report')),
    source text NOT NULL,
    checked_on date NOT NULL,
    checked_by uuid NOT NULL REFERENCES accounts (id),
    next_check date, -- NULL: never
    document_id uuid REFERENCES documents (id),
    note text NOT NULL,
    recorded_by uuid NOT NULL REFERENCES accounts (id),
    recorded_at timestamptz NOT NULL,
    ended_at timestamptz, -- taken back
    version bigint NOT NULL DEFAULT 1
);
CREATE INDEX holdings_therapist ON holdings (therapist_id, id);
CREATE INDEX holdings_due ON holdings (next_check, id) WHERE ended_at IS NULL;
CREATE UNIQUE INDEX holdings_npi_once ON holdings (number) WHERE kind = 'npi' AND ended_at IS NULL;
