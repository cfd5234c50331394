-- +goose NO TRANSACTION
-- +goose Up
-- Four kinds of credentials, their status, their signed forms and the public log.
-- SQLite cannot change a CHECK, so two tables are made anew.
PRAGMA foreign_keys = OFF;
BEGIN IMMEDIATE;
-- Bitstring status lists of 131,072 entries. One is given up, never emptied.
CREATE TABLE status_lists (
    id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    issuer_did TEXT NOT NULL,
    address TEXT NOT NULL, -- where credentials say that it is
    used INTEGER NOT NULL DEFAULT 0, -- entries given out
    created_at DATETIME NOT NULL,
    document BLOB, -- as it was last signed; NULL: to be signed
    signed_at DATETIME,
    valid_until DATETIME
);
CREATE INDEX status_lists_organization ON status_lists (organization_id, id);

-- The signed forms of a credential. The newest is given away; a new one is added
-- when a key was lost.
CREATE TABLE credential_documents (
    credential_id TEXT NOT NULL REFERENCES credentials (id),
    number INTEGER NOT NULL CHECK (number > 0),
    issuer_did TEXT NOT NULL,
    key_id TEXT NOT NULL, -- that signed document
    document BLOB NOT NULL, -- the signed bytes
    jwt_key_id TEXT NOT NULL, -- that signed jwt; empty like it
    jwt TEXT NOT NULL, -- the same as vc+jwt; empty: issued before there were any
    signed_at DATETIME NOT NULL,
    PRIMARY KEY (credential_id, number)
);
CREATE INDEX credential_documents_key ON credential_documents (key_id);
CREATE INDEX credential_documents_jwt_key ON credential_documents (jwt_key_id);
INSERT INTO credential_documents (credential_id, number, issuer_did, key_id, document, jwt_key_id, jwt, signed_at)
    SELECT c.id, 1, c.issuer_did, COALESCE((SELECT k.id FROM signing_keys k WHERE k.organization_id = c.organization_id AND k.did = c.issuer_did ORDER BY k.created_at LIMIT 1), ''), c.document, '', '', c.issued_at FROM credentials c;
-- What stands in the way of a credential; no row: nothing.
CREATE TABLE credential_states (
    credential_id TEXT PRIMARY KEY REFERENCES credentials (id),
    state TEXT NOT NULL CHECK (state IN ('suspended', 'revoked', 'replaced')),
    since DATETIME NOT NULL,
    cause TEXT NOT NULL,
    proposal_id TEXT NOT NULL REFERENCES proposals (id),
    replaced_by TEXT REFERENCES credentials (id),
    CHECK ((state = 'replaced') = (replaced_by IS NOT NULL))
);

-- The secret behind a credential's commitment to its record. Without it the
-- lines cannot be shown any more; the commitment stays.
CREATE TABLE credential_records (
    credential_id TEXT PRIMARY KEY REFERENCES credentials (id),
    seed BLOB NOT NULL,
    credits BLOB NOT NULL, -- the ids of the credits behind it, 16 bytes each
    lines INTEGER NOT NULL,
    root BLOB NOT NULL
);

ALTER TABLE signing_keys ADD COLUMN algorithm TEXT NOT NULL DEFAULT 'Ed25519' CHECK (algorithm IN ('Ed25519', 'P-256'));
ALTER TABLE signing_keys ADD COLUMN revoked_at DATETIME;
ALTER TABLE signing_keys ADD COLUMN lost_since DATETIME; -- from when somebody else may have had it
ALTER TABLE signing_keys ADD COLUMN cause TEXT NOT NULL DEFAULT '';
DROP INDEX signing_keys_current;
CREATE UNIQUE INDEX signing_keys_current ON signing_keys (organization_id, algorithm) WHERE retired_at IS NULL;

-- The public log: what anybody may read. No row holds anything of a person.
CREATE TABLE log_state (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    origin TEXT NOT NULL,
    public TEXT NOT NULL, -- the verifier key, as notes write it
    sealed BLOB NOT NULL,
    size INTEGER NOT NULL
);
CREATE TABLE log_entries (
    number INTEGER PRIMARY KEY, -- from 0 without gaps
    leaf BLOB NOT NULL
);
-- +goose StatementBegin
CREATE TRIGGER log_entries_no_update BEFORE UPDATE ON log_entries BEGIN SELECT RAISE(ABORT, 'frozen: a row of log_entries never changes'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER log_entries_no_delete BEFORE DELETE ON log_entries BEGIN SELECT RAISE(ABORT, 'frozen: a row of log_entries never changes'); END;
-- +goose StatementEnd
CREATE TABLE log_hashes (
    number INTEGER PRIMARY KEY, -- as golang.org/x/mod/sumdb/tlog numbers them
    hash BLOB NOT NULL
);
-- +goose StatementBegin
CREATE TRIGGER log_hashes_no_update BEFORE UPDATE ON log_hashes BEGIN SELECT RAISE(ABORT, 'frozen: a row of log_hashes never changes'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER log_hashes_no_delete BEFORE DELETE ON log_hashes BEGIN SELECT RAISE(ABORT, 'frozen: a row of log_hashes never changes'); END;
-- +goose StatementEnd
CREATE TABLE log_checkpoints (
    size INTEGER PRIMARY KEY,
    note TEXT NOT NULL,
    signed_at DATETIME NOT NULL
);
-- +goose StatementBegin
CREATE TRIGGER log_checkpoints_no_update BEFORE UPDATE ON log_checkpoints BEGIN SELECT RAISE(ABORT, 'frozen: a row of log_checkpoints never changes'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER log_checkpoints_no_delete BEFORE DELETE ON log_checkpoints BEGIN SELECT RAISE(ABORT, 'frozen: a row of log_checkpoints never changes'); END;
-- +goose StatementEnd
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
-- The credits that were posted at a school on one day of UTC, as one root.
CREATE INDEX credits_posted ON credits (organization_id, posted_at);
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
-- +goose StatementBegin
CREATE TRIGGER credential_documents_no_update BEFORE UPDATE ON credential_documents BEGIN SELECT RAISE(ABORT, 'frozen: a row of credential_documents never changes'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER credential_documents_no_delete BEFORE DELETE ON credential_documents BEGIN SELECT RAISE(ABORT, 'frozen: a row of credential_documents never changes'); END;
-- +goose StatementEnd

CREATE TABLE proposals_new (
    id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    action TEXT NOT NULL DEFAULT 'certify' CHECK (action IN ('certify', 'reissue', 'supersede', 'revoke', 'suspend', 'reinstate')),
    kind TEXT NOT NULL CHECK (kind IN ('completion', 'specialty', 'license', 'transcript')), -- of the credential
    therapist_id TEXT NOT NULL REFERENCES therapists (id),
    title TEXT NOT NULL,
    enrollment_id TEXT REFERENCES enrollments (id),
    course_completion_id TEXT REFERENCES course_completions (id),
    license_id TEXT REFERENCES licenses (id),
    target_id TEXT REFERENCES credentials (id), -- the credential that is to change
    holder_name TEXT NOT NULL DEFAULT '', -- of a reissue: the new name
    cause TEXT NOT NULL DEFAULT '', -- why it is to change, as it is told to everybody
    state TEXT NOT NULL CHECK (state IN ('proposed', 'certified', 'declined')),
    standing TEXT NOT NULL, -- JSON, as seen when proposed
    proposed_by TEXT NOT NULL REFERENCES accounts (id),
    proposed_at DATETIME NOT NULL,
    decided_by TEXT REFERENCES accounts (id),
    decided_at DATETIME,
    reason TEXT NOT NULL DEFAULT '', -- of a decline
    version INTEGER NOT NULL DEFAULT 1,
    CHECK ((kind IN ('completion', 'transcript')) = (enrollment_id IS NOT NULL)),
    CHECK ((kind = 'specialty') = (course_completion_id IS NOT NULL)),
    CHECK ((kind = 'license') = (license_id IS NOT NULL)),
    CHECK ((action = 'certify') = (target_id IS NULL)),
    CHECK (state <> 'certified' OR (decided_by IS NOT NULL AND decided_by <> proposed_by))
);
INSERT INTO proposals_new (id, organization_id, kind, therapist_id, title, enrollment_id, course_completion_id, state, standing, proposed_by, proposed_at, decided_by, decided_at, reason, version) SELECT id, organization_id, kind, therapist_id, title, enrollment_id, course_completion_id, state, standing, proposed_by, proposed_at, decided_by, decided_at, reason, version FROM proposals;
DROP TABLE proposals;
ALTER TABLE proposals_new RENAME TO proposals;
CREATE UNIQUE INDEX proposals_enrollment_once ON proposals (enrollment_id) WHERE state <> 'declined' AND kind = 'completion' AND action = 'certify';
CREATE UNIQUE INDEX proposals_course_once ON proposals (course_completion_id) WHERE state <> 'declined' AND action = 'certify';
CREATE UNIQUE INDEX proposals_transcript_open ON proposals (enrollment_id) WHERE state = 'proposed' AND kind = 'transcript' AND action = 'certify';
CREATE UNIQUE INDEX proposals_license_open ON proposals (license_id) WHERE state = 'proposed' AND action = 'certify';
CREATE UNIQUE INDEX proposals_target_open ON proposals (target_id) WHERE state = 'proposed';
CREATE INDEX proposals_organization ON proposals (organization_id, id);

CREATE TABLE credentials_new (
    id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    therapist_id TEXT NOT NULL REFERENCES therapists (id),
    kind TEXT NOT NULL CHECK (kind IN ('completion', 'specialty', 'license', 'transcript')),
    code TEXT NOT NULL UNIQUE, -- at least 128 random bits
    title TEXT NOT NULL,
    subject_name TEXT NOT NULL,
    minutes INTEGER NOT NULL, -- certified valid minutes
    issued_at DATETIME NOT NULL,
    valid_until DATETIME,
    enrollment_id TEXT REFERENCES enrollments (id),
    course_completion_id TEXT REFERENCES course_completions (id),
    license_id TEXT REFERENCES licenses (id),
    proposal_id TEXT NOT NULL UNIQUE REFERENCES proposals (id),
    status_list_id TEXT REFERENCES status_lists (id), -- NULL: issued before there were lists
    status_index INTEGER,
    CHECK ((status_list_id IS NULL) = (status_index IS NULL)),
    UNIQUE (status_list_id, status_index)
);
INSERT INTO credentials_new (id, organization_id, therapist_id, kind, code, title, subject_name, minutes, issued_at, valid_until, enrollment_id, course_completion_id, proposal_id) SELECT id, organization_id, therapist_id, kind, code, title, subject_name, minutes, issued_at, valid_until, enrollment_id, course_completion_id, proposal_id FROM credentials;
DROP TABLE credentials;
ALTER TABLE credentials_new RENAME TO credentials;
CREATE INDEX credentials_therapist ON credentials (therapist_id, id);
CREATE INDEX credentials_organization ON credentials (organization_id, id);
-- +goose StatementBegin
CREATE TRIGGER credentials_no_update BEFORE UPDATE ON credentials BEGIN SELECT RAISE(ABORT, 'frozen: a row of credentials never changes'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER credentials_no_delete BEFORE DELETE ON credentials BEGIN SELECT RAISE(ABORT, 'frozen: a row of credentials never changes'); END;
-- +goose StatementEnd
COMMIT;
PRAGMA foreign_keys = ON;
