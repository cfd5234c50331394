-- +goose Up
-- The public log: what anybody may read. No row of it holds anything of a person
-- but log_openings.

-- The key that signs the log, and how long it is; there is one row once it began.
CREATE TABLE log_state (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    origin TEXT NOT NULL,
    public TEXT NOT NULL, -- the verifier key, as notes write it
    sealed BLOB NOT NULL,
    size INTEGER NOT NULL
);

-- The leaves of the tree.
CREATE TABLE log_entries (
    number INTEGER PRIMARY KEY, -- from 0 without gaps
    leaf BLOB NOT NULL
);

-- The nodes of the tree.
CREATE TABLE log_hashes (
    number INTEGER PRIMARY KEY, -- as golang.org/x/mod/sumdb/tlog numbers them
    hash BLOB NOT NULL
);

-- What the log signed about its size and root.
CREATE TABLE log_checkpoints (
    size INTEGER PRIMARY KEY,
    note TEXT NOT NULL,
    signed_at DATETIME NOT NULL
);

-- What witnesses say about a checkpoint.
CREATE TABLE log_cosignatures (
    size INTEGER NOT NULL REFERENCES log_checkpoints (size),
    witness TEXT NOT NULL,
    line TEXT NOT NULL,
    stated_at DATETIME NOT NULL,
    PRIMARY KEY (size, witness)
);

-- What opens an entry of the log; may be erased.
CREATE TABLE log_openings (
    number INTEGER PRIMARY KEY REFERENCES log_entries (number),
    event TEXT NOT NULL,
    subject TEXT NOT NULL, -- id of the credential, key or school
    salt BLOB NOT NULL,
    payload TEXT NOT NULL -- JSON
);
CREATE INDEX log_openings_subject ON log_openings (subject, number);
-- Revocations that no status list may forget, and the days of each school.
CREATE INDEX log_openings_event ON log_openings (event, subject, number);

-- The credits that were posted at a school on one day of UTC, as one root.
CREATE TABLE log_days (
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    day DATE NOT NULL,
    ends_at DATETIME NOT NULL,
    seed BLOB NOT NULL,
    lines INTEGER NOT NULL,
    root BLOB NOT NULL,
    number INTEGER NOT NULL REFERENCES log_entries (number),
    PRIMARY KEY (organization_id, day)
);

-- What never changes.
-- +goose StatementBegin
CREATE TRIGGER log_entries_no_update BEFORE UPDATE ON log_entries BEGIN SELECT RAISE(ABORT, 'frozen: a row of log_entries never changes'); END;
CREATE TRIGGER log_entries_no_delete BEFORE DELETE ON log_entries BEGIN SELECT RAISE(ABORT, 'frozen: a row of log_entries never changes'); END;
CREATE TRIGGER log_hashes_no_update BEFORE UPDATE ON log_hashes BEGIN SELECT RAISE(ABORT, 'frozen: a row of log_hashes never changes'); END;
CREATE TRIGGER log_hashes_no_delete BEFORE DELETE ON log_hashes BEGIN SELECT RAISE(ABORT, 'frozen: a row of log_hashes never changes'); END;
CREATE TRIGGER log_checkpoints_no_update BEFORE UPDATE ON log_checkpoints BEGIN SELECT RAISE(ABORT, 'frozen: a row of log_checkpoints never changes'); END;
CREATE TRIGGER log_checkpoints_no_delete BEFORE DELETE ON log_checkpoints BEGIN SELECT RAISE(ABORT, 'frozen: a row of log_checkpoints never changes'); END;
-- +goose StatementEnd
