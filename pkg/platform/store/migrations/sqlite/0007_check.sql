-- +goose Up
-- What employers were shown.

-- That someone was shown a certificate.
CREATE TABLE disclosures (
    id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    therapist_id TEXT NOT NULL REFERENCES therapists (id),
    credential_id TEXT NOT NULL REFERENCES credentials (id),
    shown TEXT NOT NULL, -- parts of the record, separated by a space
    outcome TEXT NOT NULL,
    at DATETIME NOT NULL,
    account_id TEXT NOT NULL REFERENCES accounts (id)
);
CREATE INDEX disclosures_therapist ON disclosures (therapist_id, id);
CREATE INDEX disclosures_organization ON disclosures (organization_id, id);
CREATE INDEX disclosures_seen ON disclosures (organization_id, therapist_id);

-- That someone was shown a certificate in escrow. Its holder is known by the
-- address that it bears, however late an account has it.
CREATE TABLE escrow_disclosures (
    id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    code TEXT NOT NULL, -- of the certificate
    title TEXT NOT NULL,
    name TEXT NOT NULL,
    shown TEXT NOT NULL, -- parts of the record, separated by a space
    outcome TEXT NOT NULL,
    holder TEXT NOT NULL, -- hash of the holder's email address, as the certificate has it; empty: it bears none
    salt TEXT NOT NULL,
    at DATETIME NOT NULL,
    account_id TEXT NOT NULL REFERENCES accounts (id)
);
CREATE INDEX escrow_disclosures_code ON escrow_disclosures (code, id);
CREATE INDEX escrow_disclosures_organization ON escrow_disclosures (organization_id, id);

-- What never changes.
-- +goose StatementBegin
CREATE TRIGGER disclosures_no_update BEFORE UPDATE ON disclosures BEGIN SELECT RAISE(ABORT, 'frozen: a row of disclosures never changes'); END;
CREATE TRIGGER disclosures_no_delete BEFORE DELETE ON disclosures BEGIN SELECT RAISE(ABORT, 'frozen: a row of disclosures never changes'); END;
CREATE TRIGGER escrow_disclosures_no_update BEFORE UPDATE ON escrow_disclosures BEGIN SELECT RAISE(ABORT, 'frozen: a row of escrow_disclosures never changes'); END;
CREATE TRIGGER escrow_disclosures_no_delete BEFORE DELETE ON escrow_disclosures BEGIN SELECT RAISE(ABORT, 'frozen: a row of escrow_disclosures never changes'); END;
-- +goose StatementEnd
