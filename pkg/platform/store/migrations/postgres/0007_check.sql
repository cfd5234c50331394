-- +goose Up
-- What employers were shown.

-- That someone was shown a certificate.
CREATE TABLE disclosures (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    therapist_id uuid NOT NULL REFERENCES therapists (id),
    credential_id uuid NOT NULL REFERENCES credentials (id),
    shown text NOT NULL,
    outcome text NOT NULL,
    at timestamptz NOT NULL,
    account_id uuid NOT NULL REFERENCES accounts (id)
);
COMMENT ON COLUMN disclosures.shown IS 'parts of the record, separated by a space';
CREATE INDEX disclosures_therapist ON disclosures (therapist_id, id);
CREATE INDEX disclosures_organization ON disclosures (organization_id, id);
CREATE INDEX disclosures_seen ON disclosures (organization_id, therapist_id);

-- That someone was shown a certificate in escrow. Its holder is known by the
-- address that it bears, however late an account has it.
CREATE TABLE escrow_disclosures (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    code text NOT NULL,
    title text NOT NULL,
    name text NOT NULL,
    shown text NOT NULL,
    outcome text NOT NULL,
    holder text NOT NULL,
    salt text NOT NULL,
    at timestamptz NOT NULL,
    account_id uuid NOT NULL REFERENCES accounts (id)
);
COMMENT ON COLUMN escrow_disclosures.code IS 'of the certificate';
COMMENT ON COLUMN escrow_disclosures.shown IS 'parts of the record, separated by a space';
COMMENT ON COLUMN escrow_disclosures.holder IS 'hash of the holder''s email address, as the certificate has it; empty: it bears none';
CREATE INDEX escrow_disclosures_code ON escrow_disclosures (code, id);
CREATE INDEX escrow_disclosures_organization ON escrow_disclosures (organization_id, id);

-- What never changes.
CREATE TRIGGER disclosures_frozen BEFORE UPDATE OR DELETE ON disclosures FOR EACH ROW EXECUTE FUNCTION frozen();
CREATE TRIGGER escrow_disclosures_frozen BEFORE UPDATE OR DELETE ON escrow_disclosures FOR EACH ROW EXECUTE FUNCTION frozen();
