-- +goose Up
-- What is under a seal: a digest of the row, keyed with the installation's secret,
-- so that a change by anyone who has the database alone is found. NULL: the row is
-- older than seals; the log commits to all of those at once.
ALTER TABLE audit_events ADD COLUMN vouches TEXT NOT NULL DEFAULT ''; -- rows that were there when this was written: table/key or table/key/version, separated by a space
ALTER TABLE audit_events ADD COLUMN seal BLOB;
ALTER TABLE credits ADD COLUMN seal BLOB;
ALTER TABLE enrollments ADD COLUMN seal BLOB;
ALTER TABLE pauses ADD COLUMN seal BLOB;
ALTER TABLE licenses ADD COLUMN seal BLOB;
ALTER TABLE license_events ADD COLUMN seal BLOB;
ALTER TABLE course_completions ADD COLUMN seal BLOB;
-- A credit is sealed when it is posted, not before.
ALTER TABLE staged_credits ADD COLUMN seal BLOB;

-- The audit of each day of UTC, as one digest that the log commits to.
CREATE TABLE log_audits (
    day DATE PRIMARY KEY,
    ends_at DATETIME NOT NULL,
    lines INTEGER NOT NULL,
    digest BLOB NOT NULL,
    number INTEGER NOT NULL REFERENCES log_entries (number)
);
