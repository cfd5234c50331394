-- +goose Up
-- Four kinds of credentials, their status, their signed forms and the public log.
-- Bitstring status lists of 131,072 entries. One is given up, never emptied.
CREATE TABLE status_lists (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    issuer_did text NOT NULL,
    address text NOT NULL, -- where credentials say that it is
    used bigint NOT NULL DEFAULT 0, -- entries given out
    created_at timestamptz NOT NULL,
    document bytea, -- as it was last signed; NULL: to be signed
    signed_at timestamptz,
    valid_until timestamptz
);
CREATE INDEX status_lists_organization ON status_lists (organization_id, id);

-- The signed forms of a credential. The newest is given away; a new one is added
-- when a key was lost.
CREATE TABLE credential_documents (
    credential_id uuid NOT NULL REFERENCES credentials (id),
    number bigint NOT NULL CHECK (number > 0),
    issuer_did text NOT NULL,
    key_id text NOT NULL, -- that signed document
    document bytea NOT NULL, -- the signed bytes
    jwt_key_id text NOT NULL, -- that signed jwt; empty like it
    jwt text NOT NULL, -- the same as vc+jwt; empty: issued before there were any
    signed_at timestamptz NOT NULL,
    PRIMARY KEY (credential_id, number)
);
CREATE INDEX credential_documents_key ON credential_documents (key_id);
CREATE INDEX credential_documents_jwt_key ON credential_documents (jwt_key_id);
INSERT INTO credential_documents (credential_id, number, issuer_did, key_id, document, jwt_key_id, jwt, signed_at)
    SELECT c.id, 1, c.issuer_did, COALESCE((SELECT k.id FROM signing_keys k WHERE k.organization_id = c.organization_id AND k.did = c.issuer_did ORDER BY k.created_at LIMIT 1), ''), c.document, '', '', c.issued_at FROM credentials c;
-- What stands in the way of a credential; no row: nothing.
CREATE TABLE credential_states (
    credential_id uuid PRIMARY KEY REFERENCES credentials (id),
    state text NOT NULL CHECK (state IN ('suspended', 'revoked', 'replaced')),
    since timestamptz NOT NULL,
    cause text NOT NULL,
    proposal_id uuid NOT NULL REFERENCES proposals (id),
    replaced_by uuid REFERENCES credentials (id),
    CHECK ((state = 'replaced') = (replaced_by IS NOT NULL))
);

-- The secret behind a credential's commitment to its record. Without it the
-- lines cannot be shown any more; the commitment stays.
CREATE TABLE credential_records (
    credential_id uuid PRIMARY KEY REFERENCES credentials (id),
    seed bytea NOT NULL,
    credits bytea NOT NULL, -- the ids of the credits behind it, 16 bytes each
    lines bigint NOT NULL,
    root bytea NOT NULL
);

ALTER TABLE signing_keys ADD COLUMN algorithm text NOT NULL DEFAULT 'Ed25519' CHECK (algorithm IN ('Ed25519', 'P-256'));
ALTER TABLE signing_keys ADD COLUMN revoked_at timestamptz;
ALTER TABLE signing_keys ADD COLUMN lost_since timestamptz; -- from when somebody else may have had it
ALTER TABLE signing_keys ADD COLUMN cause text NOT NULL DEFAULT '';
DROP INDEX signing_keys_current;
CREATE UNIQUE INDEX signing_keys_current ON signing_keys (organization_id, algorithm) WHERE retired_at IS NULL;

-- The public log: what anybody may read. No row holds anything of a person.
CREATE TABLE log_state (
    id bigint PRIMARY KEY CHECK (id = 1),
    origin text NOT NULL,
    public text NOT NULL, -- the verifier key, as notes write it
    sealed bytea NOT NULL,
    size bigint NOT NULL
);
CREATE TABLE log_entries (
    number bigint PRIMARY KEY, -- from 0 without gaps
    leaf bytea NOT NULL
);
CREATE TRIGGER log_entries_frozen BEFORE UPDATE OR DELETE ON log_entries FOR EACH ROW EXECUTE FUNCTION frozen();
CREATE TABLE log_hashes (
    number bigint PRIMARY KEY, -- as golang.org/x/mod/sumdb/tlog numbers them
    hash bytea NOT NULL
);
CREATE TRIGGER log_hashes_frozen BEFORE UPDATE OR DELETE ON log_hashes FOR EACH ROW EXECUTE FUNCTION frozen();
CREATE TABLE log_checkpoints (
    size bigint PRIMARY KEY,
    note text NOT NULL,
    signed_at timestamptz NOT NULL
);
CREATE TRIGGER log_checkpoints_frozen BEFORE UPDATE OR DELETE ON log_checkpoints FOR EACH ROW EXECUTE FUNCTION frozen();
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
    subject text NOT NULL, -- id of the credential, key or school
    salt bytea NOT NULL,
    payload text NOT NULL -- JSON
);
CREATE INDEX log_openings_subject ON log_openings (subject, number);
-- The credits that were posted at a school on one day of UTC, as one root.
CREATE INDEX credits_posted ON credits (organization_id, posted_at);
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
CREATE TRIGGER credential_documents_frozen BEFORE UPDATE OR DELETE ON credential_documents FOR EACH ROW EXECUTE FUNCTION frozen();

ALTER TABLE proposals DROP CONSTRAINT proposals_kind_check, DROP CONSTRAINT proposals_check, DROP CONSTRAINT proposals_check1;
ALTER TABLE proposals ADD CONSTRAINT proposals_kind_check CHECK (kind IN ('completion', 'specialty', 'license', 'transcript'));
ALTER TABLE proposals ADD COLUMN action text NOT NULL DEFAULT 'certify' CHECK (action IN ('certify', 'reissue', 'supersede', 'revoke', 'suspend', 'reinstate'));
ALTER TABLE proposals ADD COLUMN license_id uuid REFERENCES licenses (id);
ALTER TABLE proposals ADD COLUMN target_id uuid REFERENCES credentials (id); -- the credential that is to change
ALTER TABLE proposals ADD COLUMN holder_name text NOT NULL DEFAULT ''; -- of a reissue: the new name
ALTER TABLE proposals ADD COLUMN cause text NOT NULL DEFAULT ''; -- why it is to change, as it is told to everybody
ALTER TABLE proposals ADD CHECK ((kind IN ('completion', 'transcript')) = (enrollment_id IS NOT NULL));
ALTER TABLE proposals ADD CHECK ((kind = 'specialty') = (course_completion_id IS NOT NULL));
ALTER TABLE proposals ADD CHECK ((kind = 'license') = (license_id IS NOT NULL));
ALTER TABLE proposals ADD CHECK ((action = 'certify') = (target_id IS NULL));
DROP INDEX proposals_enrollment_once;
DROP INDEX proposals_course_once;
DROP INDEX proposals_organization;
CREATE UNIQUE INDEX proposals_enrollment_once ON proposals (enrollment_id) WHERE state <> 'declined' AND kind = 'completion' AND action = 'certify';
CREATE UNIQUE INDEX proposals_course_once ON proposals (course_completion_id) WHERE state <> 'declined' AND action = 'certify';
CREATE UNIQUE INDEX proposals_transcript_open ON proposals (enrollment_id) WHERE state = 'proposed' AND kind = 'transcript' AND action = 'certify';
CREATE UNIQUE INDEX proposals_license_open ON proposals (license_id) WHERE state = 'proposed' AND action = 'certify';
CREATE UNIQUE INDEX proposals_target_open ON proposals (target_id) WHERE state = 'proposed';
CREATE INDEX proposals_organization ON proposals (organization_id, id);

ALTER TABLE credentials DROP CONSTRAINT credentials_kind_check;
ALTER TABLE credentials ADD CONSTRAINT credentials_kind_check CHECK (kind IN ('completion', 'specialty', 'license', 'transcript'));
ALTER TABLE credentials DROP COLUMN issuer_did, DROP COLUMN document;
ALTER TABLE credentials ADD COLUMN license_id uuid REFERENCES licenses (id);
ALTER TABLE credentials ADD COLUMN status_list_id uuid REFERENCES status_lists (id); -- NULL: issued before there were lists
ALTER TABLE credentials ADD COLUMN status_index bigint;
ALTER TABLE credentials ADD CHECK ((status_list_id IS NULL) = (status_index IS NULL));
ALTER TABLE credentials ADD UNIQUE (status_list_id, status_index);
