-- +goose Up
-- What the log tells, by event: revocations that no status list may forget, and
-- the days of each school.
CREATE INDEX log_openings_event ON log_openings (event, subject, number);

-- The certification of a cohort, worked off in the background.
CREATE TABLE certify_runs (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    account_id uuid NOT NULL REFERENCES accounts (id), -- the second person
    total bigint NOT NULL,
    begun_at timestamptz NOT NULL,
    finished_at timestamptz -- NULL: it goes on
);
CREATE INDEX certify_runs_organization ON certify_runs (organization_id, id);
CREATE INDEX certify_runs_running ON certify_runs (begun_at) WHERE finished_at IS NULL;
CREATE TABLE certify_run_items (
    run_id uuid NOT NULL REFERENCES certify_runs (id),
    position bigint NOT NULL,
    proposal_id uuid NOT NULL, -- as it was chosen; it need not exist
    version bigint NOT NULL, -- that was read
    done_at timestamptz, -- NULL: it waits
    code text NOT NULL DEFAULT '', -- why it was not certified; empty: it was
    message text NOT NULL DEFAULT '',
    credential_id uuid REFERENCES credentials (id),
    PRIMARY KEY (run_id, position)
);
CREATE INDEX certify_run_items_waiting ON certify_run_items (run_id, position) WHERE done_at IS NULL;
