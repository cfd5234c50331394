-- +goose Up
-- Who gets the checkpoints of the public log for a school; empty: its administrators.
ALTER TABLE organizations ADD COLUMN checkpoint_recipient TEXT NOT NULL DEFAULT '';

-- The newest checkpoint that was mailed for each school.
CREATE TABLE checkpoint_mails (
    organization_id TEXT PRIMARY KEY REFERENCES organizations (id),
    day DATE NOT NULL, -- on the school's clock
    size INTEGER NOT NULL, -- of the log, in entries
    mailed_at DATETIME NOT NULL
);
