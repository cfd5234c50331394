-- +goose Up
CREATE EXTENSION IF NOT EXISTS btree_gist;

CREATE TABLE accounts (
    id uuid PRIMARY KEY,
    email text NOT NULL UNIQUE,
    name text NOT NULL,
    password_hash text NOT NULL DEFAULT '', -- argon2id in PHC form; empty until an invitation is accepted
    operator boolean NOT NULL DEFAULT false, -- may create organizations
    created_at timestamptz NOT NULL,
    version bigint NOT NULL DEFAULT 1,
    CHECK (email = lower(email))
);

CREATE TABLE organizations (
    id uuid PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('school', 'employer')),
    name text NOT NULL,
    slug text NOT NULL UNIQUE,
    zone text NOT NULL, -- IANA name
    url text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL,
    version bigint NOT NULL DEFAULT 1
);

CREATE TABLE members (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    account_id uuid NOT NULL REFERENCES accounts (id),
    role text NOT NULL CHECK (role IN ('student', 'supervisor', 'registrar', 'verifier', 'admin')),
    created_at timestamptz NOT NULL,
    ended_at timestamptz -- a member who left keeps the row: signatures name it
);
CREATE UNIQUE INDEX members_once ON members (organization_id, account_id, role) WHERE ended_at IS NULL;
CREATE INDEX members_account ON members (account_id);

CREATE TABLE sessions (
    id uuid PRIMARY KEY,
    token_hash bytea NOT NULL UNIQUE, -- SHA-256; the token itself is never kept
    account_id uuid NOT NULL REFERENCES accounts (id),
    created_at timestamptz NOT NULL,
    authenticated_at timestamptz NOT NULL, -- when the password was last given
    seen_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    address text NOT NULL DEFAULT '',
    agent text NOT NULL DEFAULT ''
);
CREATE INDEX sessions_account ON sessions (account_id);

CREATE TABLE invitations (
    id uuid PRIMARY KEY,
    token_hash bytea NOT NULL UNIQUE,
    organization_id uuid REFERENCES organizations (id), -- NULL: the first administrator's link
    account_id uuid REFERENCES accounts (id),
    email text NOT NULL DEFAULT '',
    name text NOT NULL DEFAULT '',
    role text NOT NULL CHECK (role IN ('student', 'supervisor', 'registrar', 'verifier', 'admin')),
    invited_by uuid REFERENCES accounts (id),
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    accepted_at timestamptz
);
CREATE INDEX invitations_organization ON invitations (organization_id, id);

CREATE TABLE api_tokens (
    id uuid PRIMARY KEY,
    token_hash bytea NOT NULL UNIQUE,
    account_id uuid NOT NULL REFERENCES accounts (id), -- a person's own token, or who made the organization's
    organization_id uuid REFERENCES organizations (id), -- set: an organization's token
    role text NOT NULL DEFAULT '', -- of an organization's token
    name text NOT NULL,
    scopes text NOT NULL, -- separated by a space
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    revoked_at timestamptz
);
CREATE INDEX api_tokens_account ON api_tokens (account_id, id);
CREATE INDEX api_tokens_organization ON api_tokens (organization_id, id);

CREATE TABLE guesses (
    subject text PRIMARY KEY, -- SHA-256 of what is guessed at (account, address), in hexadecimal
    failures bigint NOT NULL,
    since timestamptz NOT NULL,
    until timestamptz NOT NULL -- no further guess before this
);

CREATE TABLE therapists (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL UNIQUE REFERENCES accounts (id),
    created_at timestamptz NOT NULL
);

CREATE TABLE programs (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    code text NOT NULL,
    title text NOT NULL,
    created_at timestamptz NOT NULL,
    UNIQUE (organization_id, code)
);

CREATE TABLE standards (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    name text NOT NULL,
    number bigint NOT NULL,
    title text NOT NULL,
    body text NOT NULL, -- the rules as JSON, exactly as published
    digest text NOT NULL, -- SHA-256 of body in hexadecimal
    published_at timestamptz NOT NULL,
    UNIQUE (organization_id, name, number)
);

CREATE TABLE program_versions (
    id uuid PRIMARY KEY,
    program_id uuid NOT NULL REFERENCES programs (id),
    organization_id uuid NOT NULL REFERENCES organizations (id),
    number bigint NOT NULL,
    standard_id uuid NOT NULL REFERENCES standards (id),
    published_at timestamptz NOT NULL,
    UNIQUE (program_id, number)
);

CREATE TABLE enrollments (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    program_id uuid NOT NULL REFERENCES programs (id),
    program_version_id uuid NOT NULL REFERENCES program_versions (id),
    therapist_id uuid NOT NULL REFERENCES therapists (id),
    state text NOT NULL CHECK (state IN ('active', 'completed', 'withdrawn')),
    enrolled_on date NOT NULL,
    completed_on date,
    ledger_seq bigint NOT NULL DEFAULT 0, -- grows with every posting
    version bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX enrollments_once ON enrollments (program_id, therapist_id) WHERE state <> 'withdrawn';
CREATE INDEX enrollments_organization ON enrollments (organization_id, id);
CREATE INDEX enrollments_therapist ON enrollments (therapist_id);

CREATE TABLE totals (
    enrollment_id uuid NOT NULL REFERENCES enrollments (id),
    subject text NOT NULL,
    setting text NOT NULL,
    delivery text NOT NULL,
    waiting_minutes bigint NOT NULL DEFAULT 0 CHECK (waiting_minutes >= 0), -- submitted, not yet signed
    waiting_entries bigint NOT NULL DEFAULT 0 CHECK (waiting_entries >= 0),
    signed_minutes bigint NOT NULL DEFAULT 0 CHECK (signed_minutes >= 0), -- the ledger's sum
    signed_entries bigint NOT NULL DEFAULT 0 CHECK (signed_entries >= 0),
    PRIMARY KEY (enrollment_id, subject, setting, delivery)
);

CREATE TABLE standings (
    enrollment_id uuid PRIMARY KEY REFERENCES enrollments (id),
    standard_id uuid NOT NULL REFERENCES standards (id),
    ledger_seq bigint NOT NULL, -- the enrollment's when this was evaluated
    body text NOT NULL, -- the standing as JSON
    evaluated_at timestamptz NOT NULL
);

CREATE TABLE imports (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    program_version_id uuid NOT NULL REFERENCES program_versions (id),
    state text NOT NULL CHECK (state IN ('proposed', 'approved', 'rejected')),
    filename text NOT NULL,
    digest text NOT NULL, -- SHA-256 of the file in hexadecimal
    as_of date NOT NULL,
    records bigint NOT NULL,
    accepted bigint NOT NULL,
    unchanged bigint NOT NULL, -- accepted, and recorded before
    refused bigint NOT NULL,
    report text NOT NULL, -- JSON: tally and refused records
    proposed_by uuid NOT NULL REFERENCES accounts (id),
    proposed_at timestamptz NOT NULL,
    decided_by uuid REFERENCES accounts (id),
    decided_at timestamptz,
    reason text NOT NULL DEFAULT '',
    version bigint NOT NULL DEFAULT 1,
    CHECK (state <> 'approved' OR decided_by <> proposed_by)
);
CREATE UNIQUE INDEX imports_once ON imports (program_version_id, digest) WHERE state <> 'rejected';
CREATE INDEX imports_organization ON imports (organization_id, id);

CREATE TABLE entries (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    enrollment_id uuid NOT NULL REFERENCES enrollments (id),
    therapist_id uuid NOT NULL REFERENCES therapists (id),
    state text NOT NULL CHECK (state IN ('draft', 'submitted', 'returned', 'signed', 'superseded', 'withdrawn')),
    local_date date NOT NULL,
    zone text NOT NULL,
    starts_at timestamptz,
    ends_at timestamptz,
    break_minutes bigint NOT NULL DEFAULT 0 CHECK (break_minutes >= 0),
    minutes bigint NOT NULL CHECK (minutes BETWEEN 1 AND 720), -- instruction: elapsed less break
    subject text NOT NULL,
    setting text NOT NULL CHECK (setting IN ('classroom', 'lab', 'clinic', 'externship')),
    delivery text NOT NULL CHECK (delivery IN ('in-person', 'distance')),
    supervisor_id uuid NOT NULL REFERENCES members (id),
    note text NOT NULL DEFAULT '',
    corrects_id uuid REFERENCES entries (id),
    correction_reason text NOT NULL DEFAULT '',
    superseded_by_id uuid REFERENCES entries (id),
    import_id uuid REFERENCES imports (id),
    return_reason text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL,
    created_by uuid NOT NULL REFERENCES accounts (id),
    submitted_at timestamptz,
    signed_at timestamptz,
    signed_by uuid REFERENCES members (id),
    version bigint NOT NULL DEFAULT 1,
    CHECK ((starts_at IS NULL) = (ends_at IS NULL)),
    CHECK (ends_at > starts_at),
    CHECK ((corrects_id IS NULL) = (correction_reason = '')),
    CHECK (state NOT IN ('signed', 'superseded') OR (signed_at IS NOT NULL AND signed_by IS NOT NULL)),
    -- Of one student no two live sessions share time. A correction that waits
    -- overlaps what it corrects, so it is live only once it is signed.
    CONSTRAINT entries_no_overlap EXCLUDE USING gist (therapist_id WITH =, tstzrange(starts_at, ends_at) WITH &&)
        WHERE (starts_at IS NOT NULL AND (state = 'signed' OR (state = 'submitted' AND corrects_id IS NULL)))
);
CREATE INDEX entries_enrollment ON entries (enrollment_id, local_date DESC, id DESC);
CREATE INDEX entries_inbox ON entries (supervisor_id, id) WHERE state = 'submitted';
CREATE INDEX entries_import ON entries (import_id) WHERE import_id IS NOT NULL;
CREATE UNIQUE INDEX entries_one_correction ON entries (corrects_id) WHERE corrects_id IS NOT NULL AND state <> 'withdrawn';

-- +goose StatementBegin
CREATE FUNCTION entries_locked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'entry_locked: an entry is never deleted' USING ERRCODE = 'PA001';
    END IF;
    IF OLD.state IN ('superseded', 'withdrawn')
       OR (OLD.state = 'signed' AND (NEW.state NOT IN ('signed', 'superseded')
           OR (NEW.local_date, NEW.minutes, NEW.subject, NEW.setting, NEW.delivery, NEW.enrollment_id, NEW.therapist_id, NEW.signed_by, NEW.signed_at)
              IS DISTINCT FROM (OLD.local_date, OLD.minutes, OLD.subject, OLD.setting, OLD.delivery, OLD.enrollment_id, OLD.therapist_id, OLD.signed_by, OLD.signed_at)
           OR (NEW.starts_at, NEW.ends_at, NEW.break_minutes, NEW.note) IS DISTINCT FROM (OLD.starts_at, OLD.ends_at, OLD.break_minutes, OLD.note))) THEN
        RAISE EXCEPTION 'entry_locked: a signed entry does not change' USING ERRCODE = 'PA001';
    END IF;
    RETURN NEW;
END $$;
CREATE FUNCTION frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'frozen: a row of % never changes', TG_TABLE_NAME USING ERRCODE = 'PA002';
END $$;
-- +goose StatementEnd
CREATE TRIGGER entries_locked BEFORE UPDATE OR DELETE ON entries FOR EACH ROW EXECUTE FUNCTION entries_locked();
CREATE TRIGGER standards_frozen BEFORE UPDATE OR DELETE ON standards FOR EACH ROW EXECUTE FUNCTION frozen();
CREATE TRIGGER program_versions_frozen BEFORE UPDATE OR DELETE ON program_versions FOR EACH ROW EXECUTE FUNCTION frozen();

CREATE TABLE credits (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    enrollment_id uuid NOT NULL REFERENCES enrollments (id),
    therapist_id uuid NOT NULL REFERENCES therapists (id),
    kind text NOT NULL CHECK (kind IN ('instruction', 'transfer', 'course', 'ce')),
    minutes bigint NOT NULL CHECK (minutes <> 0 AND (minutes > 0) = (reverses_id IS NULL)), -- negative in a reversal
    subject text NOT NULL,
    setting text NOT NULL,
    delivery text NOT NULL,
    supervised boolean NOT NULL,
    local_date date NOT NULL,
    starts_at timestamptz,
    entry_id uuid REFERENCES entries (id),
    reverses_id uuid UNIQUE REFERENCES credits (id), -- a credit is reversed once
    posted_at timestamptz NOT NULL,
    posted_by uuid NOT NULL REFERENCES accounts (id),
    CHECK (kind <> 'instruction' OR entry_id IS NOT NULL)
);
CREATE UNIQUE INDEX credits_entry_once ON credits (entry_id) WHERE reverses_id IS NULL;
CREATE INDEX credits_enrollment ON credits (enrollment_id, id);
CREATE TRIGGER credits_frozen BEFORE UPDATE OR DELETE ON credits FOR EACH ROW EXECUTE FUNCTION frozen();

CREATE TABLE courses (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    code text NOT NULL,
    title text NOT NULL,
    specialty text NOT NULL,
    description text NOT NULL DEFAULT '',
    minutes bigint NOT NULL CHECK (minutes > 0), -- set by the school
    prerequisites text NOT NULL, -- JSON array
    created_at timestamptz NOT NULL,
    version bigint NOT NULL DEFAULT 1,
    UNIQUE (organization_id, code)
);

CREATE TABLE course_completions (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    course_id uuid NOT NULL REFERENCES courses (id),
    therapist_id uuid NOT NULL REFERENCES therapists (id),
    completed_on date NOT NULL,
    minutes bigint NOT NULL CHECK (minutes > 0),
    instructor text NOT NULL,
    note text NOT NULL DEFAULT '',
    recorded_by uuid NOT NULL REFERENCES accounts (id),
    recorded_at timestamptz NOT NULL,
    UNIQUE (course_id, therapist_id, completed_on)
);
CREATE INDEX course_completions_organization ON course_completions (organization_id, id);
CREATE INDEX course_completions_therapist ON course_completions (therapist_id);
CREATE TRIGGER course_completions_frozen BEFORE UPDATE OR DELETE ON course_completions FOR EACH ROW EXECUTE FUNCTION frozen();

CREATE TABLE signing_keys (
    id text PRIMARY KEY, -- the public key as multibase
    organization_id uuid NOT NULL REFERENCES organizations (id),
    did text NOT NULL,
    public bytea NOT NULL,
    sealed bytea NOT NULL, -- the private part, encrypted with the installation's secret
    created_at timestamptz NOT NULL,
    retired_at timestamptz
);
CREATE UNIQUE INDEX signing_keys_current ON signing_keys (organization_id) WHERE retired_at IS NULL;

CREATE TABLE proposals (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    kind text NOT NULL CHECK (kind IN ('completion', 'specialty')),
    therapist_id uuid NOT NULL REFERENCES therapists (id),
    title text NOT NULL,
    enrollment_id uuid REFERENCES enrollments (id),
    course_completion_id uuid REFERENCES course_completions (id),
    state text NOT NULL CHECK (state IN ('proposed', 'certified', 'declined')),
    standing text NOT NULL, -- JSON, as seen when proposed
    proposed_by uuid NOT NULL REFERENCES accounts (id),
    proposed_at timestamptz NOT NULL,
    decided_by uuid REFERENCES accounts (id),
    decided_at timestamptz,
    reason text NOT NULL DEFAULT '',
    version bigint NOT NULL DEFAULT 1,
    CHECK ((kind = 'completion') = (enrollment_id IS NOT NULL)),
    CHECK ((kind = 'specialty') = (course_completion_id IS NOT NULL)),
    CHECK (state <> 'certified' OR (decided_by IS NOT NULL AND decided_by <> proposed_by))
);
CREATE UNIQUE INDEX proposals_enrollment_once ON proposals (enrollment_id) WHERE state <> 'declined';
CREATE UNIQUE INDEX proposals_course_once ON proposals (course_completion_id) WHERE state <> 'declined';
CREATE INDEX proposals_organization ON proposals (organization_id, id);

CREATE TABLE credentials (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    therapist_id uuid NOT NULL REFERENCES therapists (id),
    kind text NOT NULL CHECK (kind IN ('completion', 'specialty')),
    code text NOT NULL UNIQUE, -- at least 128 random bits
    title text NOT NULL,
    subject_name text NOT NULL,
    issuer_did text NOT NULL,
    minutes bigint NOT NULL, -- certified valid minutes
    document bytea NOT NULL, -- the signed bytes
    issued_at timestamptz NOT NULL,
    valid_until timestamptz,
    enrollment_id uuid REFERENCES enrollments (id),
    course_completion_id uuid REFERENCES course_completions (id),
    proposal_id uuid NOT NULL UNIQUE REFERENCES proposals (id)
);
CREATE INDEX credentials_therapist ON credentials (therapist_id, id);
CREATE INDEX credentials_organization ON credentials (organization_id, id);
CREATE TRIGGER credentials_frozen BEFORE UPDATE OR DELETE ON credentials FOR EACH ROW EXECUTE FUNCTION frozen();

CREATE TABLE licenses (
    id uuid PRIMARY KEY,
    therapist_id uuid NOT NULL REFERENCES therapists (id),
    organization_id uuid REFERENCES organizations (id), -- whose member recorded it; NULL: the therapist
    jurisdiction text NOT NULL,
    title text NOT NULL,
    number text NOT NULL,
    issued_on date,
    expires_on date, -- the last good day
    created_at timestamptz NOT NULL,
    created_by uuid NOT NULL REFERENCES accounts (id),
    version bigint NOT NULL DEFAULT 1,
    UNIQUE (jurisdiction, title, number)
);
CREATE INDEX licenses_therapist ON licenses (therapist_id, id);

CREATE TABLE license_events (
    id uuid PRIMARY KEY,
    license_id uuid NOT NULL REFERENCES licenses (id),
    axis text NOT NULL CHECK (axis IN ('lifecycle', 'discipline')),
    status text NOT NULL,
    effective_on date NOT NULL,
    method text NOT NULL CHECK (method IN ('primary_source', 'document', 'self_report')),
    source text NOT NULL,
    checked_on date NOT NULL,
    note text NOT NULL DEFAULT '',
    recorded_at timestamptz NOT NULL,
    recorded_by uuid NOT NULL REFERENCES accounts (id)
);
CREATE INDEX license_events_license ON license_events (license_id, id);
CREATE TRIGGER license_events_frozen BEFORE UPDATE OR DELETE ON license_events FOR EACH ROW EXECUTE FUNCTION frozen();

CREATE TABLE disclosures (
    id uuid PRIMARY KEY,
    therapist_id uuid NOT NULL REFERENCES therapists (id),
    organization_id uuid NOT NULL REFERENCES organizations (id),
    credential_id uuid NOT NULL REFERENCES credentials (id),
    account_id uuid NOT NULL REFERENCES accounts (id),
    at timestamptz NOT NULL,
    shown text NOT NULL, -- parts of the record, separated by a space
    outcome text NOT NULL
);
CREATE INDEX disclosures_therapist ON disclosures (therapist_id, id);
CREATE INDEX disclosures_organization ON disclosures (organization_id, id);
CREATE TRIGGER disclosures_frozen BEFORE UPDATE OR DELETE ON disclosures FOR EACH ROW EXECUTE FUNCTION frozen();

CREATE TABLE audit_events (
    id uuid PRIMARY KEY,
    at timestamptz NOT NULL,
    organization_id uuid REFERENCES organizations (id),
    account_id uuid REFERENCES accounts (id),
    via text NOT NULL, -- page, api, token, command
    address text NOT NULL,
    action text NOT NULL,
    target_kind text NOT NULL,
    target_id text NOT NULL,
    detail text NOT NULL -- JSON without personal data
);
CREATE INDEX audit_events_organization ON audit_events (organization_id, id);
CREATE TRIGGER audit_events_frozen BEFORE UPDATE OR DELETE ON audit_events FOR EACH ROW EXECUTE FUNCTION frozen();

CREATE TABLE idempotency_keys (
    actor text NOT NULL, -- account or token
    key text NOT NULL,
    hash bytea NOT NULL, -- SHA-256 of method, path and body
    status bigint NOT NULL,
    header text NOT NULL, -- JSON
    body bytea NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (actor, key)
);
CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at);
