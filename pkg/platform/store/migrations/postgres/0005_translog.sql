-- +goose Up
-- The public log: what anybody may read. No row of it holds anything of a person
-- but log_openings.

-- The key that signs the log, and how long it is; there is one row once it began.
CREATE TABLE log_state (
    id bigint PRIMARY KEY CHECK (id = 1),
    origin text NOT NULL,
    public text NOT NULL,
    sealed bytea NOT NULL,
    size bigint NOT NULL
);
COMMENT ON COLUMN log_state.public IS 'the verifier key, as notes write it';

-- The leaves of the tree.
CREATE TABLE log_entries (
    number bigint PRIMARY KEY,
    leaf bytea NOT NULL
);
COMMENT ON COLUMN log_entries.number IS 'from 0 without gaps';

-- The nodes of the tree.
CREATE TABLE log_hashes (
    number bigint PRIMARY KEY,
    hash bytea NOT NULL
);
COMMENT ON COLUMN log_hashes.number IS 'as golang.org/x/mod/sumdb/tlog numbers them';

-- What the log signed about its size and root.
CREATE TABLE log_checkpoints (
    size bigint PRIMARY KEY,
    note text NOT NULL,
    signed_at timestamptz NOT NULL
);

-- What witnesses say about a checkpoint.
CREATE TABLE log_cosignatures (
    size bigint NOT NULL REFERENCES log_checkpoints (size),
    witness text NOT NULL,
    line text NOT NULL,
    stated_at timestamptz NOT NULL,
    PRIMARY KEY (size, witness)
);

-- What opens an entry of the log; may be erased.
CREATE TABLE log_openings (
    number bigint PRIMARY KEY REFERENCES log_entries (number),
    event text NOT NULL,
    subject text NOT NULL,
    salt bytea NOT NULL,
    payload text NOT NULL
);
COMMENT ON COLUMN log_openings.subject IS 'id of the credential, key or school';
COMMENT ON COLUMN log_openings.payload IS 'JSON';
CREATE INDEX log_openings_subject ON log_openings (subject, number);
-- Revocations that no status list may forget, and the days of each school.
CREATE INDEX log_openings_event ON log_openings (event, subject, number);

-- The credits that were posted at a school on one day of UTC, as one root.
CREATE TABLE log_days (
    organization_id uuid NOT NULL REFERENCES organizations (id),
    day date NOT NULL,
    ends_at timestamptz NOT NULL,
    seed bytea NOT NULL,
    lines bigint NOT NULL,
    root bytea NOT NULL,
    number bigint NOT NULL REFERENCES log_entries (number),
    PRIMARY KEY (organization_id, day)
);

-- What never changes.
CREATE TRIGGER log_entries_frozen BEFORE UPDATE OR DELETE ON log_entries FOR EACH ROW EXECUTE FUNCTION frozen();
CREATE TRIGGER log_hashes_frozen BEFORE UPDATE OR DELETE ON log_hashes FOR EACH ROW EXECUTE FUNCTION frozen();
CREATE TRIGGER log_checkpoints_frozen BEFORE UPDATE OR DELETE ON log_checkpoints FOR EACH ROW EXECUTE FUNCTION frozen();
