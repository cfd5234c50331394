-- +goose Up
-- Audits of continuing education. The seed's digest is told before the public
-- word is known, and both together draw the sample; see docs/continuing.md.
CREATE TABLE ce_audits (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    jurisdiction text NOT NULL,
    ends_from date NOT NULL, -- the cycles that end on these days
    ends_to date NOT NULL,
    percent bigint NOT NULL CHECK (percent BETWEEN 1 AND 100),
    commitment text NOT NULL, -- SHA-256 of the seed in hexadecimal
    seed text NOT NULL, -- hexadecimal; told to nobody before the draw
    population bigint NOT NULL CHECK (population > 0),
    population_digest text NOT NULL, -- SHA-256 of the sorted identifiers, one a line
    created_at timestamptz NOT NULL,
    created_by uuid NOT NULL REFERENCES accounts (id),
    word text NOT NULL DEFAULT '', -- public, and not known before the commitment
    drawn_at timestamptz,
    version bigint NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX ce_audits_once ON ce_audits (organization_id, jurisdiction, ends_from, ends_to);
CREATE TABLE ce_audit_people (
    audit_id uuid NOT NULL REFERENCES ce_audits (id),
    license_id uuid NOT NULL REFERENCES licenses (id),
    therapist_id uuid NOT NULL REFERENCES therapists (id),
    cycle_from date NOT NULL,
    cycle_to date NOT NULL,
    place bigint NOT NULL DEFAULT 0, -- in the sample, from 1; 0: not drawn
    outcome text NOT NULL DEFAULT '' CHECK (outcome IN ('', 'accepted', 'rejected')),
    reason text NOT NULL DEFAULT '',
    decided_by uuid REFERENCES accounts (id),
    decided_at timestamptz,
    PRIMARY KEY (audit_id, license_id),
    CHECK (outcome = '' OR (place > 0 AND decided_by IS NOT NULL))
);
CREATE INDEX ce_audit_people_place ON ce_audit_people (audit_id, place, license_id);
CREATE TRIGGER ce_audits_frozen BEFORE UPDATE OF percent, commitment, seed, population, population_digest ON ce_audits
    FOR EACH ROW EXECUTE FUNCTION frozen();
CREATE TRIGGER ce_audits_drawn BEFORE UPDATE OF word, drawn_at ON ce_audits FOR EACH ROW
    WHEN (OLD.drawn_at IS NOT NULL) EXECUTE FUNCTION frozen();
CREATE TRIGGER ce_audit_people_kept BEFORE DELETE ON ce_audit_people FOR EACH ROW EXECUTE FUNCTION frozen();
CREATE TRIGGER ce_audit_people_decided BEFORE UPDATE ON ce_audit_people FOR EACH ROW
    WHEN (OLD.outcome <> '') EXECUTE FUNCTION frozen();
