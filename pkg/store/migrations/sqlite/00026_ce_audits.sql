-- +goose Up
-- Audits of continuing education. The seed's digest is told before the public
-- word is known, and both together draw the sample; see docs/continuing.md.
CREATE TABLE ce_audits (
    id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    jurisdiction text NOT NULL,
    ends_from DATE NOT NULL, -- the cycles that end on these days
    ends_to DATE NOT NULL,
    percent INTEGER NOT NULL CHECK (percent BETWEEN 1 AND 100),
    commitment text NOT NULL, -- SHA-256 of the seed in hexadecimal
    seed text NOT NULL, -- hexadecimal; told to nobody before the draw
    population INTEGER NOT NULL CHECK (population > 0),
    population_digest text NOT NULL, -- SHA-256 of the sorted identifiers, one a line
    created_at DATETIME NOT NULL,
    created_by TEXT NOT NULL REFERENCES accounts (id),
    word text NOT NULL DEFAULT '', -- public, and not known before the commitment
    drawn_at DATETIME,
    version INTEGER NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX ce_audits_once ON ce_audits (organization_id, jurisdiction, ends_from, ends_to);
CREATE TABLE ce_audit_people (
    audit_id TEXT NOT NULL REFERENCES ce_audits (id),
    license_id TEXT NOT NULL REFERENCES licenses (id),
    therapist_id TEXT NOT NULL REFERENCES therapists (id),
    cycle_from DATE NOT NULL,
    cycle_to DATE NOT NULL,
    place INTEGER NOT NULL DEFAULT 0, -- in the sample, from 1; 0: not drawn
    outcome text NOT NULL DEFAULT '' CHECK (outcome IN ('', 'accepted', 'rejected')),
    reason text NOT NULL DEFAULT '',
    decided_by TEXT REFERENCES accounts (id),
    decided_at DATETIME,
    PRIMARY KEY (audit_id, license_id),
    CHECK (outcome = '' OR (place > 0 AND decided_by IS NOT NULL))
);
CREATE INDEX ce_audit_people_place ON ce_audit_people (audit_id, place, license_id);
-- +goose StatementBegin
CREATE TRIGGER ce_audits_frozen BEFORE UPDATE OF percent, commitment, seed, population, population_digest ON ce_audits
BEGIN
    SELECT RAISE(ABORT, 'frozen: what an audit was begun with does not change');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER ce_audits_drawn BEFORE UPDATE OF word, drawn_at ON ce_audits
WHEN OLD.drawn_at IS NOT NULL
BEGIN
    SELECT RAISE(ABORT, 'frozen: a sample is drawn once');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER ce_audit_people_kept BEFORE DELETE ON ce_audit_people
BEGIN
    SELECT RAISE(ABORT, 'frozen: who was there to be drawn stays');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER ce_audit_people_decided BEFORE UPDATE ON ce_audit_people
WHEN OLD.outcome <> ''
BEGIN
    SELECT RAISE(ABORT, 'frozen: what was decided stays');
END;
-- +goose StatementEnd
