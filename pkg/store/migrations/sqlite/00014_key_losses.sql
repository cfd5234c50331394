-- +goose Up
-- How far the certificates of a lost key were signed again.
CREATE TABLE key_losses (
    key_id TEXT PRIMARY KEY REFERENCES signing_keys (id),
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    total INTEGER NOT NULL, -- certificates that the key had signed
    resigned INTEGER NOT NULL DEFAULT 0,
    doubtful INTEGER NOT NULL DEFAULT 0,
    after_id TEXT, -- the last certificate that was looked at
    begun_at DATETIME NOT NULL,
    finished_at DATETIME -- NULL: it goes on
);
CREATE INDEX key_losses_running ON key_losses (begun_at) WHERE finished_at IS NULL;
-- Certificates that were not signed again, and so are not valid any more.
CREATE TABLE key_doubts (
    key_id TEXT NOT NULL REFERENCES key_losses (key_id),
    credential_id TEXT NOT NULL REFERENCES credentials (id),
    reason TEXT NOT NULL, -- a code
    message TEXT NOT NULL,
    PRIMARY KEY (key_id, credential_id)
);
