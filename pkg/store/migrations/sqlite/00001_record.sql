-- +goose Up
CREATE TABLE accounts (
    id TEXT PRIMARY KEY,
    email TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    password_hash TEXT NOT NULL DEFAULT '', -- argon2id in PHC form; empty until an invitation is accepted
    operator BOOLEAN NOT NULL DEFAULT false, -- may create organizations
    created_at DATETIME NOT NULL,
    version INTEGER NOT NULL DEFAULT 1,
    CHECK (email = lower(email))
);

CREATE TABLE organizations (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('school', 'employer')),
    name TEXT NOT NULL,
    slug TEXT NOT NULL UNIQUE,
    zone TEXT NOT NULL, -- IANA name
    url TEXT NOT NULL DEFAULT '',
    created_at DATETIME NOT NULL,
    version INTEGER NOT NULL DEFAULT 1
);

CREATE TABLE members (
    id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    account_id TEXT NOT NULL REFERENCES accounts (id),
    role TEXT NOT NULL CHECK (role IN ('student', 'supervisor', 'registrar', 'verifier', 'admin')),
    created_at DATETIME NOT NULL,
    ended_at DATETIME -- a member who left keeps the row: signatures name it
);
CREATE UNIQUE INDEX members_once ON members (organization_id, account_id, role) WHERE ended_at IS NULL;
CREATE INDEX members_account ON members (account_id);

CREATE TABLE sessions (
    id TEXT PRIMARY KEY,
    token_hash BLOB NOT NULL UNIQUE, -- SHA-256; the token itself is never kept
    account_id TEXT NOT NULL REFERENCES accounts (id),
    created_at DATETIME NOT NULL,
    authenticated_at DATETIME NOT NULL, -- when the password was last given
    seen_at DATETIME NOT NULL,
    expires_at DATETIME NOT NULL,
    address TEXT NOT NULL DEFAULT '',
    agent TEXT NOT NULL DEFAULT ''
);
CREATE INDEX sessions_account ON sessions (account_id);

CREATE TABLE invitations (
    id TEXT PRIMARY KEY,
    token_hash BLOB NOT NULL UNIQUE,
    organization_id TEXT REFERENCES organizations (id), -- NULL: the first administrator's link
    account_id TEXT REFERENCES accounts (id),
    email TEXT NOT NULL DEFAULT '',
    name TEXT NOT NULL DEFAULT '',
    role TEXT NOT NULL CHECK (role IN ('student', 'supervisor', 'registrar', 'verifier', 'admin')),
    invited_by TEXT REFERENCES accounts (id),
    created_at DATETIME NOT NULL,
    expires_at DATETIME NOT NULL,
    accepted_at DATETIME
);
CREATE INDEX invitations_organization ON invitations (organization_id, id);

CREATE TABLE api_tokens (
    id TEXT PRIMARY KEY,
    token_hash BLOB NOT NULL UNIQUE,
    account_id TEXT NOT NULL REFERENCES accounts (id), -- a person's own token, or who made the organization's
    organization_id TEXT REFERENCES organizations (id), -- set: an organization's token
    role TEXT NOT NULL DEFAULT '', -- of an organization's token
    name TEXT NOT NULL,
    scopes TEXT NOT NULL, -- separated by a space
    created_at DATETIME NOT NULL,
    expires_at DATETIME NOT NULL,
    used_at DATETIME,
    revoked_at DATETIME
);
CREATE INDEX api_tokens_account ON api_tokens (account_id, id);
CREATE INDEX api_tokens_organization ON api_tokens (organization_id, id);

CREATE TABLE guesses (
    subject TEXT PRIMARY KEY, -- SHA-256 of what is guessed at (account, address), in hexadecimal
    failures INTEGER NOT NULL,
    since DATETIME NOT NULL,
    until DATETIME NOT NULL -- no further guess before this
);

CREATE TABLE therapists (
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL UNIQUE REFERENCES accounts (id),
    created_at DATETIME NOT NULL
);

CREATE TABLE programs (
    id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    code TEXT NOT NULL,
    title TEXT NOT NULL,
    created_at DATETIME NOT NULL,
    UNIQUE (organization_id, code)
);

CREATE TABLE standards (
    id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    name TEXT NOT NULL,
    number INTEGER NOT NULL,
    title TEXT NOT NULL,
    body TEXT NOT NULL, -- the rules as JSON, exactly as published
    digest TEXT NOT NULL, -- SHA-256 of body in hexadecimal
    published_at DATETIME NOT NULL,
    UNIQUE (organization_id, name, number)
);

CREATE TABLE program_versions (
    id TEXT PRIMARY KEY,
    program_id TEXT NOT NULL REFERENCES programs (id),
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    number INTEGER NOT NULL,
    standard_id TEXT NOT NULL REFERENCES standards (id),
    published_at DATETIME NOT NULL,
    UNIQUE (program_id, number)
);

CREATE TABLE enrollments (
    id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    program_id TEXT NOT NULL REFERENCES programs (id),
    program_version_id TEXT NOT NULL REFERENCES program_versions (id),
    therapist_id TEXT NOT NULL REFERENCES therapists (id),
    state TEXT NOT NULL CHECK (state IN ('active', 'completed', 'withdrawn')),
    enrolled_on DATE NOT NULL,
    completed_on DATE,
    ledger_seq INTEGER NOT NULL DEFAULT 0, -- grows with every posting
    version INTEGER NOT NULL DEFAULT 1,
    created_at DATETIME NOT NULL
);
CREATE UNIQUE INDEX enrollments_once ON enrollments (program_id, therapist_id) WHERE state <> 'withdrawn';
CREATE INDEX enrollments_organization ON enrollments (organization_id, id);
CREATE INDEX enrollments_therapist ON enrollments (therapist_id);

CREATE TABLE totals (
    enrollment_id TEXT NOT NULL REFERENCES enrollments (id),
    subject TEXT NOT NULL,
    setting TEXT NOT NULL,
    delivery TEXT NOT NULL,
    waiting_minutes INTEGER NOT NULL DEFAULT 0 CHECK (waiting_minutes >= 0), -- submitted, not yet signed
    waiting_entries INTEGER NOT NULL DEFAULT 0 CHECK (waiting_entries >= 0),
    signed_minutes INTEGER NOT NULL DEFAULT 0 CHECK (signed_minutes >= 0), -- the ledger's sum
    signed_entries INTEGER NOT NULL DEFAULT 0 CHECK (signed_entries >= 0),
    PRIMARY KEY (enrollment_id, subject, setting, delivery)
);

CREATE TABLE standings (
    enrollment_id TEXT PRIMARY KEY REFERENCES enrollments (id),
    standard_id TEXT NOT NULL REFERENCES standards (id),
    ledger_seq INTEGER NOT NULL, -- the enrollment's when this was evaluated
    body TEXT NOT NULL, -- the standing as JSON
    evaluated_at DATETIME NOT NULL
);

CREATE TABLE imports (
    id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    program_version_id TEXT NOT NULL REFERENCES program_versions (id),
    state TEXT NOT NULL CHECK (state IN ('proposed', 'approved', 'rejected')),
    filename TEXT NOT NULL,
    digest TEXT NOT NULL, -- SHA-256 of the file in hexadecimal
    as_of DATE NOT NULL,
    records INTEGER NOT NULL,
    accepted INTEGER NOT NULL,
    unchanged INTEGER NOT NULL, -- accepted, and recorded before
    refused INTEGER NOT NULL,
    report TEXT NOT NULL, -- JSON: tally and refused records
    proposed_by TEXT NOT NULL REFERENCES accounts (id),
    proposed_at DATETIME NOT NULL,
    decided_by TEXT REFERENCES accounts (id),
    decided_at DATETIME,
    reason TEXT NOT NULL DEFAULT '',
    version INTEGER NOT NULL DEFAULT 1,
    CHECK (state <> 'approved' OR decided_by <> proposed_by)
);
CREATE UNIQUE INDEX imports_once ON imports (program_version_id, digest) WHERE state <> 'rejected';
CREATE INDEX imports_organization ON imports (organization_id, id);

CREATE TABLE entries (
    id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    enrollment_id TEXT NOT NULL REFERENCES enrollments (id),
    therapist_id TEXT NOT NULL REFERENCES therapists (id),
    state TEXT NOT NULL CHECK (state IN ('draft', 'submitted', 'returned', 'signed', 'superseded', 'withdrawn')),
    local_date DATE NOT NULL,
    zone TEXT NOT NULL,
    starts_at DATETIME,
    ends_at DATETIME,
    break_minutes INTEGER NOT NULL DEFAULT 0 CHECK (break_minutes >= 0),
    minutes INTEGER NOT NULL CHECK (minutes BETWEEN 1 AND 720), -- instruction: elapsed less break
    subject TEXT NOT NULL,
    setting TEXT NOT NULL CHECK (setting IN ('classroom', 'lab', 'clinic', 'externship')),
    delivery TEXT NOT NULL CHECK (delivery IN ('in-person', 'distance')),
    supervisor_id TEXT NOT NULL REFERENCES members (id),
    note TEXT NOT NULL DEFAULT '',
    corrects_id TEXT REFERENCES entries (id),
    correction_reason TEXT NOT NULL DEFAULT '',
    superseded_by_id TEXT REFERENCES entries (id),
    import_id TEXT REFERENCES imports (id),
    return_reason TEXT NOT NULL DEFAULT '',
    created_at DATETIME NOT NULL,
    created_by TEXT NOT NULL REFERENCES accounts (id),
    submitted_at DATETIME,
    signed_at DATETIME,
    signed_by TEXT REFERENCES members (id),
    version INTEGER NOT NULL DEFAULT 1,
    CHECK ((starts_at IS NULL) = (ends_at IS NULL)),
    CHECK (ends_at > starts_at),
    CHECK ((corrects_id IS NULL) = (correction_reason = '')),
    CHECK (state NOT IN ('signed', 'superseded') OR (signed_at IS NOT NULL AND signed_by IS NOT NULL))
);
CREATE INDEX entries_enrollment ON entries (enrollment_id, local_date DESC, id DESC);
CREATE INDEX entries_inbox ON entries (supervisor_id, id) WHERE state = 'submitted';
CREATE INDEX entries_import ON entries (import_id) WHERE import_id IS NOT NULL;
CREATE UNIQUE INDEX entries_one_correction ON entries (corrects_id) WHERE corrects_id IS NOT NULL AND state <> 'withdrawn';

-- Of one student no two live sessions share time. A correction that waits
-- overlaps what it corrects, so it is live only once it is signed.
CREATE INDEX entries_live ON entries (therapist_id, starts_at, ends_at) WHERE starts_at IS NOT NULL AND (state = 'signed' OR (state = 'submitted' AND corrects_id IS NULL));
-- +goose StatementBegin
CREATE TRIGGER entries_no_overlap_insert AFTER INSERT ON entries
WHEN NEW.starts_at IS NOT NULL AND (NEW.state = 'signed' OR (NEW.state = 'submitted' AND NEW.corrects_id IS NULL))
BEGIN
    SELECT RAISE(ABORT, 'entries_no_overlap') WHERE EXISTS (
        SELECT 1 FROM entries o
        WHERE o.therapist_id = NEW.therapist_id AND o.id <> NEW.id
          AND o.starts_at < NEW.ends_at AND o.ends_at > NEW.starts_at
          -- no session is longer than 12 hours: this bounds the scan
          AND o.starts_at > strftime('%Y-%m-%d %H:%M:%S', NEW.starts_at, '-13 hours')
          AND o.starts_at IS NOT NULL AND (o.state = 'signed' OR (o.state = 'submitted' AND o.corrects_id IS NULL)));
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER entries_no_overlap_update AFTER UPDATE OF state, starts_at, ends_at, therapist_id ON entries
WHEN NEW.starts_at IS NOT NULL AND (NEW.state = 'signed' OR (NEW.state = 'submitted' AND NEW.corrects_id IS NULL))
BEGIN
    SELECT RAISE(ABORT, 'entries_no_overlap') WHERE EXISTS (
        SELECT 1 FROM entries o
        WHERE o.therapist_id = NEW.therapist_id AND o.id <> NEW.id
          AND o.starts_at < NEW.ends_at AND o.ends_at > NEW.starts_at
          -- no session is longer than 12 hours: this bounds the scan
          AND o.starts_at > strftime('%Y-%m-%d %H:%M:%S', NEW.starts_at, '-13 hours')
          AND o.starts_at IS NOT NULL AND (o.state = 'signed' OR (o.state = 'submitted' AND o.corrects_id IS NULL)));
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER entries_no_delete BEFORE DELETE ON entries BEGIN SELECT RAISE(ABORT, 'entry_locked: an entry is never deleted'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER entries_locked BEFORE UPDATE ON entries
WHEN OLD.state IN ('superseded', 'withdrawn')
  OR (OLD.state = 'signed' AND (NEW.state NOT IN ('signed', 'superseded')
      OR (NEW.local_date, NEW.minutes, NEW.subject, NEW.setting, NEW.delivery, NEW.enrollment_id, NEW.therapist_id, NEW.signed_by, NEW.signed_at)
         IS NOT (OLD.local_date, OLD.minutes, OLD.subject, OLD.setting, OLD.delivery, OLD.enrollment_id, OLD.therapist_id, OLD.signed_by, OLD.signed_at)
      OR (NEW.starts_at, NEW.ends_at, NEW.break_minutes, NEW.note) IS NOT (OLD.starts_at, OLD.ends_at, OLD.break_minutes, OLD.note)))
BEGIN
    SELECT RAISE(ABORT, 'entry_locked: a signed entry does not change');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER standards_no_update BEFORE UPDATE ON standards BEGIN SELECT RAISE(ABORT, 'frozen: a row of standards never changes'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER standards_no_delete BEFORE DELETE ON standards BEGIN SELECT RAISE(ABORT, 'frozen: a row of standards never changes'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER program_versions_no_update BEFORE UPDATE ON program_versions BEGIN SELECT RAISE(ABORT, 'frozen: a row of program_versions never changes'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER program_versions_no_delete BEFORE DELETE ON program_versions BEGIN SELECT RAISE(ABORT, 'frozen: a row of program_versions never changes'); END;
-- +goose StatementEnd

CREATE TABLE credits (
    id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    enrollment_id TEXT NOT NULL REFERENCES enrollments (id),
    therapist_id TEXT NOT NULL REFERENCES therapists (id),
    kind TEXT NOT NULL CHECK (kind IN ('instruction', 'transfer', 'course', 'ce')),
    minutes INTEGER NOT NULL CHECK (minutes <> 0 AND (minutes > 0) = (reverses_id IS NULL)), -- negative in a reversal
    subject TEXT NOT NULL,
    setting TEXT NOT NULL,
    delivery TEXT NOT NULL,
    supervised BOOLEAN NOT NULL,
    local_date DATE NOT NULL,
    starts_at DATETIME,
    entry_id TEXT REFERENCES entries (id),
    reverses_id TEXT UNIQUE REFERENCES credits (id), -- a credit is reversed once
    posted_at DATETIME NOT NULL,
    posted_by TEXT NOT NULL REFERENCES accounts (id),
    CHECK (kind <> 'instruction' OR entry_id IS NOT NULL)
);
CREATE UNIQUE INDEX credits_entry_once ON credits (entry_id) WHERE reverses_id IS NULL;
CREATE INDEX credits_enrollment ON credits (enrollment_id, id);
-- +goose StatementBegin
CREATE TRIGGER credits_no_update BEFORE UPDATE ON credits BEGIN SELECT RAISE(ABORT, 'frozen: a row of credits never changes'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER credits_no_delete BEFORE DELETE ON credits BEGIN SELECT RAISE(ABORT, 'frozen: a row of credits never changes'); END;
-- +goose StatementEnd

CREATE TABLE courses (
    id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    code TEXT NOT NULL,
    title TEXT NOT NULL,
    specialty TEXT NOT NULL,
    description TEXT NOT NULL DEFAULT '',
    minutes INTEGER NOT NULL CHECK (minutes > 0), -- set by the school
    prerequisites TEXT NOT NULL, -- JSON array
    created_at DATETIME NOT NULL,
    version INTEGER NOT NULL DEFAULT 1,
    UNIQUE (organization_id, code)
);

CREATE TABLE course_completions (
    id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    course_id TEXT NOT NULL REFERENCES courses (id),
    therapist_id TEXT NOT NULL REFERENCES therapists (id),
    completed_on DATE NOT NULL,
    minutes INTEGER NOT NULL CHECK (minutes > 0),
    instructor TEXT NOT NULL,
    note TEXT NOT NULL DEFAULT '',
    recorded_by TEXT NOT NULL REFERENCES accounts (id),
    recorded_at DATETIME NOT NULL,
    UNIQUE (course_id, therapist_id, completed_on)
);
CREATE INDEX course_completions_organization ON course_completions (organization_id, id);
CREATE INDEX course_completions_therapist ON course_completions (therapist_id);
-- +goose StatementBegin
CREATE TRIGGER course_completions_no_update BEFORE UPDATE ON course_completions BEGIN SELECT RAISE(ABORT, 'frozen: a row of course_completions never changes'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER course_completions_no_delete BEFORE DELETE ON course_completions BEGIN SELECT RAISE(ABORT, 'frozen: a row of course_completions never changes'); END;
-- +goose StatementEnd

CREATE TABLE signing_keys (
    id TEXT PRIMARY KEY, -- the public key as multibase
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    did TEXT NOT NULL,
    public BLOB NOT NULL,
    sealed BLOB NOT NULL, -- the private part, encrypted with the installation's secret
    created_at DATETIME NOT NULL,
    retired_at DATETIME
);
CREATE UNIQUE INDEX signing_keys_current ON signing_keys (organization_id) WHERE retired_at IS NULL;

CREATE TABLE proposals (
    id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    kind TEXT NOT NULL CHECK (kind IN ('completion', 'specialty')),
    therapist_id TEXT NOT NULL REFERENCES therapists (id),
    title TEXT NOT NULL,
    enrollment_id TEXT REFERENCES enrollments (id),
    course_completion_id TEXT REFERENCES course_completions (id),
    state TEXT NOT NULL CHECK (state IN ('proposed', 'certified', 'declined')),
    standing TEXT NOT NULL, -- JSON, as seen when proposed
    proposed_by TEXT NOT NULL REFERENCES accounts (id),
    proposed_at DATETIME NOT NULL,
    decided_by TEXT REFERENCES accounts (id),
    decided_at DATETIME,
    reason TEXT NOT NULL DEFAULT '',
    version INTEGER NOT NULL DEFAULT 1,
    CHECK ((kind = 'completion') = (enrollment_id IS NOT NULL)),
    CHECK ((kind = 'specialty') = (course_completion_id IS NOT NULL)),
    CHECK (state <> 'certified' OR (decided_by IS NOT NULL AND decided_by <> proposed_by))
);
CREATE UNIQUE INDEX proposals_enrollment_once ON proposals (enrollment_id) WHERE state <> 'declined';
CREATE UNIQUE INDEX proposals_course_once ON proposals (course_completion_id) WHERE state <> 'declined';
CREATE INDEX proposals_organization ON proposals (organization_id, id);

CREATE TABLE credentials (
    id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    therapist_id TEXT NOT NULL REFERENCES therapists (id),
    kind TEXT NOT NULL CHECK (kind IN ('completion', 'specialty')),
    code TEXT NOT NULL UNIQUE, -- at least 128 random bits
    title TEXT NOT NULL,
    subject_name TEXT NOT NULL,
    issuer_did TEXT NOT NULL,
    minutes INTEGER NOT NULL, -- certified valid minutes
    document BLOB NOT NULL, -- the signed bytes
    issued_at DATETIME NOT NULL,
    valid_until DATETIME,
    enrollment_id TEXT REFERENCES enrollments (id),
    course_completion_id TEXT REFERENCES course_completions (id),
    proposal_id TEXT NOT NULL UNIQUE REFERENCES proposals (id)
);
CREATE INDEX credentials_therapist ON credentials (therapist_id, id);
CREATE INDEX credentials_organization ON credentials (organization_id, id);
-- +goose StatementBegin
CREATE TRIGGER credentials_no_update BEFORE UPDATE ON credentials BEGIN SELECT RAISE(ABORT, 'frozen: a row of credentials never changes'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER credentials_no_delete BEFORE DELETE ON credentials BEGIN SELECT RAISE(ABORT, 'frozen: a row of credentials never changes'); END;
-- +goose StatementEnd

CREATE TABLE licenses (
    id TEXT PRIMARY KEY,
    therapist_id TEXT NOT NULL REFERENCES therapists (id),
    organization_id TEXT REFERENCES organizations (id), -- whose member recorded it; NULL: the therapist
    jurisdiction TEXT NOT NULL,
    title TEXT NOT NULL,
    number TEXT NOT NULL,
    issued_on DATE,
    expires_on DATE, -- the last good day
    created_at DATETIME NOT NULL,
    created_by TEXT NOT NULL REFERENCES accounts (id),
    version INTEGER NOT NULL DEFAULT 1,
    UNIQUE (jurisdiction, title, number)
);
CREATE INDEX licenses_therapist ON licenses (therapist_id, id);

CREATE TABLE license_events (
    id TEXT PRIMARY KEY,
    license_id TEXT NOT NULL REFERENCES licenses (id),
    axis TEXT NOT NULL CHECK (axis IN ('lifecycle', 'discipline')),
    status TEXT NOT NULL,
    effective_on DATE NOT NULL,
    method TEXT NOT NULL CHECK (method IN ('primary_source', 'document', 'self_report')),
    source TEXT NOT NULL,
    checked_on DATE NOT NULL,
    note TEXT NOT NULL DEFAULT '',
    recorded_at DATETIME NOT NULL,
    recorded_by TEXT NOT NULL REFERENCES accounts (id)
);
CREATE INDEX license_events_license ON license_events (license_id, id);
-- +goose StatementBegin
CREATE TRIGGER license_events_no_update BEFORE UPDATE ON license_events BEGIN SELECT RAISE(ABORT, 'frozen: a row of license_events never changes'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER license_events_no_delete BEFORE DELETE ON license_events BEGIN SELECT RAISE(ABORT, 'frozen: a row of license_events never changes'); END;
-- +goose StatementEnd

CREATE TABLE disclosures (
    id TEXT PRIMARY KEY,
    therapist_id TEXT NOT NULL REFERENCES therapists (id),
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    credential_id TEXT NOT NULL REFERENCES credentials (id),
    account_id TEXT NOT NULL REFERENCES accounts (id),
    at DATETIME NOT NULL,
    shown TEXT NOT NULL, -- parts of the record, separated by a space
    outcome TEXT NOT NULL
);
CREATE INDEX disclosures_therapist ON disclosures (therapist_id, id);
CREATE INDEX disclosures_organization ON disclosures (organization_id, id);
-- +goose StatementBegin
CREATE TRIGGER disclosures_no_update BEFORE UPDATE ON disclosures BEGIN SELECT RAISE(ABORT, 'frozen: a row of disclosures never changes'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER disclosures_no_delete BEFORE DELETE ON disclosures BEGIN SELECT RAISE(ABORT, 'frozen: a row of disclosures never changes'); END;
-- +goose StatementEnd

CREATE TABLE audit_events (
    id TEXT PRIMARY KEY,
    at DATETIME NOT NULL,
    organization_id TEXT REFERENCES organizations (id),
    account_id TEXT REFERENCES accounts (id),
    via TEXT NOT NULL, -- page, api, token, command
    address TEXT NOT NULL,
    action TEXT NOT NULL,
    target_kind TEXT NOT NULL,
    target_id TEXT NOT NULL,
    detail TEXT NOT NULL -- JSON without personal data
);
CREATE INDEX audit_events_organization ON audit_events (organization_id, id);
-- +goose StatementBegin
CREATE TRIGGER audit_events_no_update BEFORE UPDATE ON audit_events BEGIN SELECT RAISE(ABORT, 'frozen: a row of audit_events never changes'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_events_no_delete BEFORE DELETE ON audit_events BEGIN SELECT RAISE(ABORT, 'frozen: a row of audit_events never changes'); END;
-- +goose StatementEnd

CREATE TABLE idempotency_keys (
    actor TEXT NOT NULL, -- account or token
    key TEXT NOT NULL,
    hash BLOB NOT NULL, -- SHA-256 of method, path and body
    status INTEGER NOT NULL,
    header TEXT NOT NULL, -- JSON
    body BLOB NOT NULL,
    created_at DATETIME NOT NULL,
    PRIMARY KEY (actor, key)
);
CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at);
