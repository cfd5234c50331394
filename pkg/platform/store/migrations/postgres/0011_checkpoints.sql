-- +goose Up
-- Who gets the checkpoints of the public log for a school; empty: its administrators.
ALTER TABLE organizations ADD COLUMN checkpoint_recipient text NOT NULL DEFAULT '';

-- The newest checkpoint that was mailed for each school.
CREATE TABLE checkpoint_mails (
    organization_id uuid PRIMARY KEY REFERENCES organizations (id),
    day date NOT NULL,
    size bigint NOT NULL,
    mailed_at timestamptz NOT NULL
);
COMMENT ON COLUMN checkpoint_mails.day IS 'on the school''s clock';
COMMENT ON COLUMN checkpoint_mails.size IS 'of the log, in entries';
