-- +goose Up
-- Who is who: organizations, accounts, and what each of them has of its own; and
-- the audit of what they did.

-- Schools, and employers who check what schools attest. A school that has closed
-- certifies, changes, revokes and credits nothing any more, and has no new key.
CREATE TABLE organizations (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('school', 'employer')),
    name TEXT NOT NULL,
    slug TEXT NOT NULL UNIQUE,
    zone TEXT NOT NULL, -- IANA name
    url TEXT NOT NULL DEFAULT '',
    closed_at DATETIME, -- NULL: it has not
    closed_cause TEXT NOT NULL DEFAULT '',
    created_at DATETIME NOT NULL,
    version INTEGER NOT NULL DEFAULT 1
);
-- +goose StatementBegin
-- That a school has closed is never taken back.
CREATE TRIGGER organizations_school_closed BEFORE UPDATE ON organizations
WHEN OLD.closed_at IS NOT NULL AND (NEW.closed_at IS NOT OLD.closed_at OR NEW.closed_cause <> OLD.closed_cause)
BEGIN SELECT RAISE(ABORT, 'school_closed'); END;
-- +goose StatementEnd

-- People who sign in.
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

-- Who has which role in an organization.
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

-- One-time links by which someone becomes a member.
CREATE TABLE invitations (
    id TEXT PRIMARY KEY,
    token_hash BLOB NOT NULL UNIQUE,
    organization_id TEXT REFERENCES organizations (id), -- NULL: the first administrator's link
    account_id TEXT REFERENCES accounts (id),
    email TEXT NOT NULL DEFAULT '',
    name TEXT NOT NULL DEFAULT '',
    role TEXT NOT NULL CHECK (role IN ('student', 'supervisor', 'registrar', 'verifier', 'admin')),
    created_at DATETIME NOT NULL,
    expires_at DATETIME NOT NULL,
    accepted_at DATETIME,
    invited_by TEXT REFERENCES accounts (id)
);
CREATE INDEX invitations_organization ON invitations (organization_id, id);

-- Browsers that are signed in.
CREATE TABLE sessions (
    id TEXT PRIMARY KEY,
    token_hash BLOB NOT NULL UNIQUE, -- SHA-256; the token itself is never kept
    account_id TEXT NOT NULL REFERENCES accounts (id),
    address TEXT NOT NULL DEFAULT '',
    agent TEXT NOT NULL DEFAULT '',
    created_at DATETIME NOT NULL,
    authenticated_at DATETIME NOT NULL, -- when the password was last given
    seen_at DATETIME NOT NULL,
    expires_at DATETIME NOT NULL
);
CREATE INDEX sessions_account ON sessions (account_id);

-- Programs that sign in.
CREATE TABLE api_tokens (
    id TEXT PRIMARY KEY,
    token_hash BLOB NOT NULL UNIQUE,
    organization_id TEXT REFERENCES organizations (id), -- set: an organization's token
    account_id TEXT NOT NULL REFERENCES accounts (id), -- a person's own token, or who made the organization's
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

-- One-time links that were mailed to the owner of an account: to another address
-- that it is to have, or to reset a forgotten password.
CREATE TABLE account_links (
    token_hash BLOB PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    purpose TEXT NOT NULL CHECK (purpose IN ('address', 'password')),
    email TEXT NOT NULL, -- where the link was sent
    created_at DATETIME NOT NULL,
    expires_at DATETIME NOT NULL,
    UNIQUE (account_id, purpose) -- a newer link makes the older worthless
);

-- How often someone guessed wrong, and how long there is no further guess.
CREATE TABLE guesses (
    subject TEXT PRIMARY KEY, -- SHA-256 of what is guessed at (account, address), in hexadecimal
    failures INTEGER NOT NULL,
    since DATETIME NOT NULL,
    until DATETIME NOT NULL -- no further guess before this
);

-- Accounts that have a record: students, and those who were.
CREATE TABLE therapists (
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL UNIQUE REFERENCES accounts (id),
    birth_date DATE, -- NULL: not told
    zone TEXT NOT NULL DEFAULT '', -- IANA; empty: not told
    created_at DATETIME NOT NULL
);

-- Files that prove something. They are handed out as downloads only. A document is
-- what it was when it was kept; it goes with the last reference to it, as 0004 says.
CREATE TABLE documents (
    id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    name TEXT NOT NULL,
    media_type TEXT NOT NULL CHECK (media_type IN ('application/pdf', 'image/png', 'image/jpeg')), -- by content
    digest TEXT NOT NULL, -- SHA-256 of body in hexadecimal
    body BLOB NOT NULL,
    created_at DATETIME NOT NULL,
    created_by TEXT NOT NULL REFERENCES accounts (id)
);
-- +goose StatementBegin
CREATE TRIGGER documents_no_update BEFORE UPDATE ON documents BEGIN SELECT RAISE(ABORT, 'frozen: a row of documents never changes'); END;
-- +goose StatementEnd

-- Who did what to what.
CREATE TABLE audit_events (
    id TEXT PRIMARY KEY,
    organization_id TEXT REFERENCES organizations (id),
    therapist_id TEXT REFERENCES therapists (id), -- whose record it is about, who can be told who did what to it; NULL: about an organization alone
    action TEXT NOT NULL,
    target_kind TEXT NOT NULL,
    target_id TEXT NOT NULL,
    detail TEXT NOT NULL, -- JSON without personal data
    at DATETIME NOT NULL,
    account_id TEXT REFERENCES accounts (id),
    via TEXT NOT NULL, -- page, api, token, command
    address TEXT NOT NULL
);
CREATE INDEX audit_events_organization ON audit_events (organization_id, id);
CREATE INDEX audit_events_therapist ON audit_events (therapist_id, id) WHERE therapist_id IS NOT NULL;

-- What never changes.
-- +goose StatementBegin
CREATE TRIGGER audit_events_no_update BEFORE UPDATE ON audit_events BEGIN SELECT RAISE(ABORT, 'frozen: a row of audit_events never changes'); END;
CREATE TRIGGER audit_events_no_delete BEFORE DELETE ON audit_events BEGIN SELECT RAISE(ABORT, 'frozen: a row of audit_events never changes'); END;
-- +goose StatementEnd
