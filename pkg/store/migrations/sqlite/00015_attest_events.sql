-- +goose Up
-- What the log tells, by event: revocations that no status list may forget, and
-- the days of each school.
CREATE INDEX log_openings_event ON log_openings (event, subject, number);

-- The certification of a cohort, worked off in the background.
CREATE TABLE certify_runs (
    id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    account_id TEXT NOT NULL REFERENCES accounts (id), -- the second person
    total INTEGER NOT NULL,
    begun_at DATETIME NOT NULL,
    finished_at DATETIME -- NULL: it goes on
);
CREATE INDEX certify_runs_organization ON certify_runs (organization_id, id);
CREATE INDEX certify_runs_running ON certify_runs (begun_at) WHERE finished_at IS NULL;
CREATE TABLE certify_run_items (
    run_id TEXT NOT NULL REFERENCES certify_runs (id),
    position INTEGER NOT NULL,
    proposal_id TEXT NOT NULL, -- as it was chosen; it need not exist
    version INTEGER NOT NULL, -- that was read
    done_at DATETIME, -- NULL: it waits
    code TEXT NOT NULL DEFAULT '', -- why it was not certified; empty: it was
    message TEXT NOT NULL DEFAULT '',
    credential_id TEXT REFERENCES credentials (id),
    PRIMARY KEY (run_id, position)
);
CREATE INDEX certify_run_items_waiting ON certify_run_items (run_id, position) WHERE done_at IS NULL;
