-- +goose Up
-- What is under a seal: a digest of the row, keyed with the installation's secret,
-- so that a change by anyone who has the database alone is found. NULL: the row is
-- older than seals; the log commits to all of those at once.
ALTER TABLE audit_events ADD COLUMN vouches text NOT NULL DEFAULT '';
COMMENT ON COLUMN audit_events.vouches IS 'rows that were there when this was written: table/key or table/key/version, separated by a space';
ALTER TABLE audit_events ADD COLUMN seal bytea;
ALTER TABLE credits ADD COLUMN seal bytea;
ALTER TABLE enrollments ADD COLUMN seal bytea;
ALTER TABLE pauses ADD COLUMN seal bytea;
ALTER TABLE licenses ADD COLUMN seal bytea;
ALTER TABLE license_events ADD COLUMN seal bytea;
ALTER TABLE course_completions ADD COLUMN seal bytea;
-- A credit is sealed when it is posted, not before.
ALTER TABLE staged_credits ADD COLUMN seal bytea;

-- The audit of each day of UTC, as one digest that the log commits to.
CREATE TABLE log_audits (
    day date PRIMARY KEY,
    ends_at timestamptz NOT NULL,
    lines bigint NOT NULL,
    digest bytea NOT NULL,
    number bigint NOT NULL REFERENCES log_entries (number)
);
