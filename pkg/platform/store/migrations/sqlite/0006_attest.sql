-- +goose Up
-- What schools attest: keys, proposals that a second person decides, credentials
-- and their signed forms, status lists, paper, and the certificates of schools
-- that have closed elsewhere. Who is trained for what, by which certificate, is
-- at the end.

-- A school's keys.
CREATE TABLE signing_keys (
    id TEXT PRIMARY KEY, -- the public key as multibase
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    algorithm TEXT NOT NULL DEFAULT 'Ed25519' CHECK (algorithm IN ('Ed25519', 'P-256')),
    did TEXT NOT NULL,
    public BLOB NOT NULL,
    sealed BLOB NOT NULL, -- the private part, encrypted with the installation's secret
    cause TEXT NOT NULL DEFAULT '',
    created_at DATETIME NOT NULL,
    retired_at DATETIME,
    revoked_at DATETIME,
    lost_since DATETIME -- from when someone else may have had it
);
CREATE UNIQUE INDEX signing_keys_current ON signing_keys (organization_id, algorithm) WHERE retired_at IS NULL;

-- Bitstring status lists of 131,072 entries. One is given up, never emptied. A
-- second list beside each says which credentials are suspended, by the same
-- entries.
CREATE TABLE status_lists (
    id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    issuer_did TEXT NOT NULL,
    address TEXT NOT NULL, -- where credentials say that it is
    used INTEGER NOT NULL DEFAULT 0, -- entries given out
    document BLOB, -- as it was last signed; NULL: to be signed
    suspensions BLOB, -- as it was signed with document
    created_at DATETIME NOT NULL,
    signed_at DATETIME,
    valid_until DATETIME
);
CREATE INDEX status_lists_organization ON status_lists (organization_id, id);

-- What someone wants attested or changed, and what a second person decided.
CREATE TABLE proposals (
    id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    therapist_id TEXT NOT NULL REFERENCES therapists (id),
    action TEXT NOT NULL DEFAULT 'certify' CHECK (action IN ('certify', 'reissue', 'supersede', 'revoke', 'suspend', 'reinstate')),
    kind TEXT NOT NULL CHECK (kind IN ('completion', 'specialty', 'license', 'transcript')), -- of the credential
    title TEXT NOT NULL,
    enrollment_id TEXT REFERENCES enrollments (id),
    course_completion_id TEXT REFERENCES course_completions (id),
    license_id TEXT REFERENCES licenses (id),
    target_id TEXT REFERENCES credentials (id), -- the credential that is to change
    holder_name TEXT NOT NULL DEFAULT '', -- of a reissue: the new name
    cause TEXT NOT NULL DEFAULT '', -- why it is to change, as it is told to everybody
    standing TEXT NOT NULL, -- JSON, as seen when proposed
    state TEXT NOT NULL CHECK (state IN ('proposed', 'certified', 'declined')),
    reason TEXT NOT NULL DEFAULT '', -- of a decline
    proposed_at DATETIME NOT NULL,
    proposed_by TEXT NOT NULL REFERENCES accounts (id),
    decided_at DATETIME,
    decided_by TEXT REFERENCES accounts (id),
    version INTEGER NOT NULL DEFAULT 1,
    CHECK ((kind IN ('completion', 'transcript')) = (enrollment_id IS NOT NULL)),
    CHECK ((kind = 'specialty') = (course_completion_id IS NOT NULL)),
    CHECK ((kind = 'license') = (license_id IS NOT NULL)),
    CHECK ((action = 'certify') = (target_id IS NULL)),
    CHECK (state <> 'certified' OR (decided_by IS NOT NULL AND decided_by <> proposed_by))
);
CREATE UNIQUE INDEX proposals_enrollment_once ON proposals (enrollment_id) WHERE state <> 'declined' AND kind = 'completion' AND action = 'certify';
CREATE UNIQUE INDEX proposals_course_once ON proposals (course_completion_id) WHERE state <> 'declined' AND action = 'certify';
CREATE UNIQUE INDEX proposals_transcript_open ON proposals (enrollment_id) WHERE state = 'proposed' AND kind = 'transcript' AND action = 'certify';
CREATE UNIQUE INDEX proposals_license_open ON proposals (license_id) WHERE state = 'proposed' AND action = 'certify';
CREATE UNIQUE INDEX proposals_target_open ON proposals (target_id) WHERE state = 'proposed';
CREATE INDEX proposals_organization ON proposals (organization_id, id);

-- What a person has to look at before a completion is certified. A flag is
-- raised with its proposal and never removed: someone clears it, with a reason.
CREATE TABLE proposal_flags (
    proposal_id TEXT NOT NULL REFERENCES proposals (id),
    code TEXT NOT NULL,
    text TEXT NOT NULL, -- the sentence that people read
    dates TEXT NOT NULL, -- the first local dates concerned, with spaces between them
    occurrences INTEGER NOT NULL CHECK (occurrences > 0),
    reason TEXT NOT NULL DEFAULT '',
    cleared_at DATETIME,
    cleared_by TEXT REFERENCES accounts (id),
    PRIMARY KEY (proposal_id, code),
    CHECK ((cleared_by IS NULL) = (cleared_at IS NULL)),
    CHECK ((cleared_by IS NULL) = (reason = ''))
);

-- What was attested, of four kinds.
CREATE TABLE credentials (
    id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    therapist_id TEXT NOT NULL REFERENCES therapists (id),
    kind TEXT NOT NULL CHECK (kind IN ('completion', 'specialty', 'license', 'transcript')),
    code TEXT NOT NULL UNIQUE, -- at least 128 random bits
    title TEXT NOT NULL,
    subject_name TEXT NOT NULL,
    minutes INTEGER NOT NULL, -- certified valid minutes
    enrollment_id TEXT REFERENCES enrollments (id),
    course_completion_id TEXT REFERENCES course_completions (id),
    license_id TEXT REFERENCES licenses (id),
    proposal_id TEXT NOT NULL UNIQUE REFERENCES proposals (id),
    status_list_id TEXT REFERENCES status_lists (id), -- NULL: in no list
    status_index INTEGER,
    issued_at DATETIME NOT NULL,
    valid_until DATETIME,
    CHECK ((status_list_id IS NULL) = (status_index IS NULL)),
    UNIQUE (status_list_id, status_index)
);
CREATE INDEX credentials_therapist ON credentials (therapist_id, id);
CREATE INDEX credentials_organization ON credentials (organization_id, id);
-- A license's attestation ends with the license, which is a due thing itself.
-- +goose StatementBegin
CREATE TRIGGER credentials_due AFTER INSERT ON credentials WHEN NEW.kind <> 'license' AND NEW.valid_until IS NOT NULL BEGIN
    INSERT INTO due_things (subject_id, kind, therapist_id, organization_id, label, expires_on)
    VALUES (NEW.id, 'credential', NEW.therapist_id, NEW.organization_id, NEW.title, date(NEW.valid_until, '-0.001 seconds'));
END;
-- +goose StatementEnd

-- The signed forms of a credential. The newest is given away; a new one is added
-- when a key was lost.
CREATE TABLE credential_documents (
    credential_id TEXT NOT NULL REFERENCES credentials (id),
    number INTEGER NOT NULL CHECK (number > 0),
    issuer_did TEXT NOT NULL,
    key_id TEXT NOT NULL, -- that signed document
    document BLOB NOT NULL, -- the signed bytes
    jwt_key_id TEXT NOT NULL, -- that signed jwt; empty like it
    jwt TEXT NOT NULL, -- the same as vc+jwt; empty: there is none
    signed_at DATETIME NOT NULL,
    PRIMARY KEY (credential_id, number)
);
CREATE INDEX credential_documents_key ON credential_documents (key_id);
CREATE INDEX credential_documents_jwt_key ON credential_documents (jwt_key_id);

-- What stands in the way of a credential; no row: nothing.
CREATE TABLE credential_states (
    credential_id TEXT PRIMARY KEY REFERENCES credentials (id),
    state TEXT NOT NULL CHECK (state IN ('suspended', 'revoked', 'replaced')),
    cause TEXT NOT NULL,
    proposal_id TEXT NOT NULL REFERENCES proposals (id),
    replaced_by TEXT REFERENCES credentials (id),
    since DATETIME NOT NULL,
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

-- How far the certificates of a lost key were signed again.
CREATE TABLE key_losses (
    key_id TEXT PRIMARY KEY REFERENCES signing_keys (id),
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    total INTEGER NOT NULL, -- certificates that the key had signed
    resigned INTEGER NOT NULL DEFAULT 0,
    doubtful INTEGER NOT NULL DEFAULT 0,
    after_id TEXT, -- the last certificate that was looked at
    begun_at DATETIME NOT NULL,
    finished_at DATETIME -- NULL: it goes on
);
CREATE INDEX key_losses_running ON key_losses (begun_at) WHERE finished_at IS NULL;

-- Certificates that were not signed again, and so are not valid any more.
CREATE TABLE key_doubts (
    key_id TEXT NOT NULL REFERENCES key_losses (key_id),
    credential_id TEXT NOT NULL REFERENCES credentials (id),
    reason TEXT NOT NULL, -- a code
    message TEXT NOT NULL,
    PRIMARY KEY (key_id, credential_id)
);

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

-- The proposals of a cohort.
CREATE TABLE certify_run_items (
    run_id TEXT NOT NULL REFERENCES certify_runs (id),
    position INTEGER NOT NULL,
    proposal_id TEXT NOT NULL, -- as it was chosen; it need not exist
    version INTEGER NOT NULL, -- that was read
    code TEXT NOT NULL DEFAULT '', -- why it was not certified; empty: it was
    message TEXT NOT NULL DEFAULT '',
    credential_id TEXT REFERENCES credentials (id),
    done_at DATETIME, -- NULL: it waits
    PRIMARY KEY (run_id, position)
);
CREATE INDEX certify_run_items_waiting ON certify_run_items (run_id, position) WHERE done_at IS NULL;

-- How a school's certificates look on paper: the style in use, and the one that
-- is being tried. It changes nothing of what a certificate says.
CREATE TABLE paper_styles (
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    stage TEXT NOT NULL CHECK (stage IN ('draft', 'used')),
    layout TEXT NOT NULL CHECK (layout IN ('classic', 'modern')),
    size TEXT NOT NULL CHECK (size IN ('letter', 'a4')),
    accent TEXT NOT NULL, -- #rrggbb
    preamble TEXT NOT NULL,
    footer TEXT NOT NULL,
    signatories TEXT NOT NULL, -- JSON: name and role of each
    logo BLOB, -- NULL: none
    logo_type TEXT NOT NULL CHECK (logo_type IN ('', 'image/png', 'image/jpeg')), -- by content
    changed_at DATETIME NOT NULL,
    changed_by TEXT NOT NULL REFERENCES accounts (id),
    version INTEGER NOT NULL,
    PRIMARY KEY (organization_id, stage)
);

-- Schools that have closed elsewhere, whose certificates this installation goes on
-- showing. Nobody changes them any more. A school in escrow is known by the address
-- that its DID names, and its packages prove their place in the log of the
-- installation that it comes from.
CREATE TABLE escrows (
    origin TEXT NOT NULL, -- the address of the installation that they come from
    slug TEXT NOT NULL,
    name TEXT NOT NULL,
    log_key TEXT NOT NULL DEFAULT '', -- empty: it kept no log
    exported_at DATETIME NOT NULL,
    imported_at DATETIME NOT NULL,
    PRIMARY KEY (origin, slug)
);

-- The keys of a school in escrow, which its did.json is made of.
CREATE TABLE escrow_keys (
    id TEXT PRIMARY KEY, -- the public key as Multikey
    origin TEXT NOT NULL,
    slug TEXT NOT NULL,
    did TEXT NOT NULL,
    revoked_at DATETIME,
    FOREIGN KEY (origin, slug) REFERENCES escrows (origin, slug)
);
CREATE INDEX escrow_keys_did ON escrow_keys (did);
CREATE INDEX escrow_keys_slug ON escrow_keys (slug);

-- The certificates of a school in escrow.
CREATE TABLE escrow_credentials (
    code TEXT PRIMARY KEY,
    origin TEXT NOT NULL,
    slug TEXT NOT NULL,
    body TEXT NOT NULL, -- JSON: what is shown, and the package
    FOREIGN KEY (origin, slug) REFERENCES escrows (origin, slug)
);
-- +goose StatementBegin
CREATE TRIGGER escrow_credentials_no_update BEFORE UPDATE ON escrow_credentials BEGIN SELECT RAISE(ABORT, 'frozen: a row of escrow_credentials never changes'); END;
-- +goose StatementEnd

-- The status lists of a school in escrow.
CREATE TABLE escrow_lists (
    id TEXT PRIMARY KEY,
    origin TEXT NOT NULL,
    slug TEXT NOT NULL,
    document BLOB NOT NULL, -- the status list as it was signed last
    suspensions BLOB, -- signed with document; NULL: exported before there were any
    FOREIGN KEY (origin, slug) REFERENCES escrows (origin, slug)
);

-- Who is trained for what, by which certificate: made again in each transaction
-- that issues or changes a specialty certificate, or changes what a course is
-- about. One row for each condition with each technique or modality ("means") of
-- one course; '' stands for any.
CREATE TABLE abilities (
    organization_id TEXT NOT NULL REFERENCES organizations (id), -- that issued the certificate
    condition TEXT NOT NULL,
    means TEXT NOT NULL,
    therapist_id TEXT NOT NULL REFERENCES therapists (id),
    area TEXT NOT NULL, -- where the therapist says to work; empty: not told
    credential_id TEXT NOT NULL REFERENCES credentials (id), -- of several the one that is good for longest
    valid_until DATETIME, -- NULL: without end
    PRIMARY KEY (organization_id, condition, means, therapist_id)
);
CREATE INDEX abilities_area ON abilities (organization_id, condition, means, area, therapist_id);
CREATE INDEX abilities_therapist ON abilities (therapist_id, condition, means);

-- A school that has closed proposes, certifies and changes nothing any more, and
-- has no new key. It may close while certificates of a lost key wait to be signed
-- again. They are signed all the same, since that attests nothing that was not
-- attested before: its keys are retired when the last of them is done, and not
-- before.
-- +goose StatementBegin
CREATE TRIGGER signing_keys_school_closed BEFORE INSERT ON signing_keys
WHEN (SELECT closed_at FROM organizations WHERE id = NEW.organization_id) IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'school_closed'); END;
-- Of the keys of a closed school nothing changes but that they are retired.
CREATE TRIGGER signing_keys_school_closed_update BEFORE UPDATE ON signing_keys
WHEN (SELECT closed_at FROM organizations WHERE id = NEW.organization_id) IS NOT NULL AND NOT (
    OLD.retired_at IS NULL AND NEW.retired_at IS NOT NULL AND NEW.id = OLD.id AND NEW.organization_id = OLD.organization_id
    AND NEW.algorithm = OLD.algorithm AND NEW.did = OLD.did AND NEW.public = OLD.public AND NEW.sealed = OLD.sealed AND NEW.created_at = OLD.created_at
    AND NEW.revoked_at IS OLD.revoked_at AND NEW.lost_since IS OLD.lost_since AND NEW.cause = OLD.cause)
BEGIN SELECT RAISE(ABORT, 'school_closed'); END;
CREATE TRIGGER proposals_school_closed BEFORE INSERT ON proposals
WHEN (SELECT closed_at FROM organizations WHERE id = NEW.organization_id) IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'school_closed'); END;
CREATE TRIGGER credentials_school_closed BEFORE INSERT ON credentials
WHEN (SELECT closed_at FROM organizations WHERE id = NEW.organization_id) IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'school_closed'); END;
-- Of a closed school a certificate is signed again in the place of a form that a
-- lost key signed, by another key, while that loss is worked off.
CREATE TRIGGER credential_documents_school_closed BEFORE INSERT ON credential_documents
WHEN (SELECT o.closed_at FROM organizations o JOIN credentials c ON c.organization_id = o.id WHERE c.id = NEW.credential_id) IS NOT NULL
AND NOT EXISTS (
    SELECT 1 FROM key_losses l JOIN credentials c ON c.organization_id = l.organization_id
    JOIN credential_documents d ON d.credential_id = c.id AND l.key_id IN (d.key_id, d.jwt_key_id)
    WHERE c.id = NEW.credential_id AND l.finished_at IS NULL AND l.key_id NOT IN (NEW.key_id, NEW.jwt_key_id) AND d.number = NEW.number - 1)
BEGIN SELECT RAISE(ABORT, 'school_closed'); END;
CREATE TRIGGER credential_states_school_closed BEFORE INSERT ON credential_states
WHEN (SELECT o.closed_at FROM organizations o JOIN credentials c ON c.organization_id = o.id WHERE c.id = NEW.credential_id) IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'school_closed'); END;
CREATE TRIGGER credential_states_school_closed_update BEFORE UPDATE ON credential_states
WHEN (SELECT o.closed_at FROM organizations o JOIN credentials c ON c.organization_id = o.id WHERE c.id = NEW.credential_id) IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'school_closed'); END;
CREATE TRIGGER credential_states_school_closed_delete BEFORE DELETE ON credential_states
WHEN (SELECT o.closed_at FROM organizations o JOIN credentials c ON c.organization_id = o.id WHERE c.id = OLD.credential_id) IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'school_closed'); END;
-- No loss is told of a closed school, and none that was worked off is begun again.
CREATE TRIGGER key_losses_school_closed BEFORE INSERT ON key_losses
WHEN (SELECT closed_at FROM organizations WHERE id = NEW.organization_id) IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'school_closed'); END;
CREATE TRIGGER key_losses_school_closed_update BEFORE UPDATE ON key_losses
WHEN OLD.finished_at IS NOT NULL AND NEW.finished_at IS NULL
    AND (SELECT closed_at FROM organizations WHERE id = NEW.organization_id) IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'school_closed'); END;
-- +goose StatementEnd

-- What never changes.
-- +goose StatementBegin
CREATE TRIGGER credentials_no_update BEFORE UPDATE ON credentials BEGIN SELECT RAISE(ABORT, 'frozen: a row of credentials never changes'); END;
CREATE TRIGGER credentials_no_delete BEFORE DELETE ON credentials BEGIN SELECT RAISE(ABORT, 'frozen: a row of credentials never changes'); END;
CREATE TRIGGER credential_documents_no_update BEFORE UPDATE ON credential_documents BEGIN SELECT RAISE(ABORT, 'frozen: a row of credential_documents never changes'); END;
CREATE TRIGGER credential_documents_no_delete BEFORE DELETE ON credential_documents BEGIN SELECT RAISE(ABORT, 'frozen: a row of credential_documents never changes'); END;
-- +goose StatementEnd
