-- +goose Up
-- What a person has to look at before a completion is certified. A flag is
-- raised with its proposal and never removed: somebody clears it, with a reason.
CREATE TABLE proposal_flags (
    proposal_id TEXT NOT NULL REFERENCES proposals (id),
    code TEXT NOT NULL,
    text TEXT NOT NULL, -- the sentence that people read
    dates TEXT NOT NULL, -- the first local dates concerned, with spaces between them
    occurrences INTEGER NOT NULL CHECK (occurrences > 0),
    cleared_by TEXT REFERENCES accounts (id),
    cleared_at DATETIME,
    reason TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (proposal_id, code),
    CHECK ((cleared_by IS NULL) = (cleared_at IS NULL)),
    CHECK ((cleared_by IS NULL) = (reason = ''))
);
-- What else a supervisor signed at a time.
CREATE INDEX entries_supervised ON entries (supervisor_id, starts_at) WHERE state = 'signed' AND starts_at IS NOT NULL;
