-- +goose Up
-- Certificates of schools that have closed elsewhere, which this installation
-- goes on showing. Nobody changes them any more.
CREATE TABLE escrows (
    origin text NOT NULL, -- the address of the installation that they come from
    slug text NOT NULL,
    name text NOT NULL,
    did_document bytea, -- did.json; NULL: its keys were their own issuers
    exported_at timestamptz NOT NULL,
    imported_at timestamptz NOT NULL,
    PRIMARY KEY (origin, slug)
);
CREATE TABLE escrow_keys (
    id text PRIMARY KEY, -- the public key as Multikey
    origin text NOT NULL,
    slug text NOT NULL,
    did text NOT NULL,
    revoked_at timestamptz,
    FOREIGN KEY (origin, slug) REFERENCES escrows (origin, slug)
);
CREATE INDEX escrow_keys_did ON escrow_keys (did);
CREATE TABLE escrow_credentials (
    code text PRIMARY KEY,
    origin text NOT NULL,
    slug text NOT NULL,
    body text NOT NULL, -- JSON: what is shown, and the package
    FOREIGN KEY (origin, slug) REFERENCES escrows (origin, slug)
);
CREATE TRIGGER escrow_credentials_frozen BEFORE UPDATE ON escrow_credentials FOR EACH ROW EXECUTE FUNCTION frozen();
CREATE TABLE escrow_lists (
    id uuid PRIMARY KEY,
    origin text NOT NULL,
    slug text NOT NULL,
    document bytea NOT NULL, -- the status list as it was signed last
    FOREIGN KEY (origin, slug) REFERENCES escrows (origin, slug)
);
