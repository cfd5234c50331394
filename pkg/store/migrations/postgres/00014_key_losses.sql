-- +goose Up
-- How far the certificates of a lost key were signed again.
CREATE TABLE key_losses (
    key_id text PRIMARY KEY REFERENCES signing_keys (id),
    organization_id uuid NOT NULL REFERENCES organizations (id),
    total bigint NOT NULL, -- certificates that the key had signed
    resigned bigint NOT NULL DEFAULT 0,
    doubtful bigint NOT NULL DEFAULT 0,
    after_id uuid, -- the last certificate that was looked at
    begun_at timestamptz NOT NULL,
    finished_at timestamptz -- NULL: it goes on
);
CREATE INDEX key_losses_running ON key_losses (begun_at) WHERE finished_at IS NULL;
-- Certificates that were not signed again, and so are not valid any more.
CREATE TABLE key_doubts (
    key_id text NOT NULL REFERENCES key_losses (key_id),
    credential_id uuid NOT NULL REFERENCES credentials (id),
    reason text NOT NULL, -- a code
    message text NOT NULL,
    PRIMARY KEY (key_id, credential_id)
);
