-- +goose Up
-- Certificates of schools that have closed elsewhere, which this installation
-- goes on showing. Nobody changes them any more.
CREATE TABLE escrows (
    origin TEXT NOT NULL, -- the address of the installation that they come from
    slug TEXT NOT NULL,
    name TEXT NOT NULL,
    did_document BLOB, -- did.json; NULL: its keys were their own issuers
    exported_at DATETIME NOT NULL,
    imported_at DATETIME NOT NULL,
    PRIMARY KEY (origin, slug)
);
CREATE TABLE escrow_keys (
    id TEXT PRIMARY KEY, -- the public key as Multikey
    origin TEXT NOT NULL,
    slug TEXT NOT NULL,
    did TEXT NOT NULL,
    revoked_at DATETIME,
    FOREIGN KEY (origin, slug) REFERENCES escrows (origin, slug)
);
CREATE INDEX escrow_keys_did ON escrow_keys (did);
CREATE TABLE escrow_credentials (
    code TEXT PRIMARY KEY,
    origin TEXT NOT NULL,
    slug TEXT NOT NULL,
    body TEXT NOT NULL, -- JSON: what is shown, and the package
    FOREIGN KEY (origin, slug) REFERENCES escrows (origin, slug)
);
-- +goose StatementBegin
CREATE TRIGGER escrow_credentials_no_update BEFORE UPDATE ON escrow_credentials BEGIN SELECT RAISE(ABORT, 'frozen: a row of escrow_credentials never changes'); END;
-- +goose StatementEnd
CREATE TABLE escrow_lists (
    id TEXT PRIMARY KEY,
    origin TEXT NOT NULL,
    slug TEXT NOT NULL,
    document BLOB NOT NULL, -- the status list as it was signed last
    FOREIGN KEY (origin, slug) REFERENCES escrows (origin, slug)
);
