-- +goose Up
-- Who is who: organizations, accounts, and what each of them has of its own; and
-- the audit of what they did.

-- Schools, and employers who check what schools attest. A school that has closed
-- certifies, changes, revokes and credits nothing any more, and has no new key.
CREATE TABLE organizations (
    id uuid PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('school', 'employer')),
    name text NOT NULL,
    slug text NOT NULL UNIQUE,
    zone text NOT NULL,
    url text NOT NULL DEFAULT '',
    closed_at timestamptz,
    closed_cause text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL,
    version bigint NOT NULL DEFAULT 1
);
COMMENT ON COLUMN organizations.zone IS 'IANA name';
COMMENT ON COLUMN organizations.closed_at IS 'NULL: it has not';
-- +goose StatementBegin
-- Anyone who closes a school holds its row; the lock waits for that, and then sees
-- what came of it.
CREATE FUNCTION refuse_closed(school uuid) RETURNS void LANGUAGE plpgsql AS $$
DECLARE closed timestamptz;
BEGIN
    SELECT closed_at INTO closed FROM organizations WHERE id = school FOR KEY SHARE;
    IF closed IS NOT NULL THEN
        RAISE EXCEPTION 'school_closed' USING ERRCODE = 'PA003';
    END IF;
END $$;
-- Of what a school that has closed does not begin.
CREATE FUNCTION school_closed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM refuse_closed(NEW.organization_id);
    RETURN NEW;
END $$;
-- That a school has closed is never taken back.
CREATE FUNCTION stays_closed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.closed_at IS NOT NULL AND (NEW.closed_at, NEW.closed_cause) IS DISTINCT FROM (OLD.closed_at, OLD.closed_cause) THEN
        RAISE EXCEPTION 'school_closed' USING ERRCODE = 'PA003';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER organizations_school_closed BEFORE UPDATE ON organizations FOR EACH ROW EXECUTE FUNCTION stays_closed();

-- People who sign in.
CREATE TABLE accounts (
    id uuid PRIMARY KEY,
    email text NOT NULL UNIQUE,
    name text NOT NULL,
    password_hash text NOT NULL DEFAULT '',
    operator boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL,
    version bigint NOT NULL DEFAULT 1,
    CHECK (email = lower(email))
);
COMMENT ON COLUMN accounts.password_hash IS 'argon2id in PHC form; empty until an invitation is accepted';
COMMENT ON COLUMN accounts.operator IS 'may create organizations';

-- Who has which role in an organization.
CREATE TABLE members (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    account_id uuid NOT NULL REFERENCES accounts (id),
    role text NOT NULL CHECK (role IN ('student', 'supervisor', 'registrar', 'verifier', 'admin')),
    created_at timestamptz NOT NULL,
    ended_at timestamptz
);
COMMENT ON COLUMN members.ended_at IS 'a member who left keeps the row: signatures name it';
CREATE UNIQUE INDEX members_once ON members (organization_id, account_id, role) WHERE ended_at IS NULL;
CREATE INDEX members_account ON members (account_id);

-- One-time links by which someone becomes a member.
CREATE TABLE invitations (
    id uuid PRIMARY KEY,
    token_hash bytea NOT NULL UNIQUE,
    organization_id uuid REFERENCES organizations (id),
    account_id uuid REFERENCES accounts (id),
    email text NOT NULL DEFAULT '',
    name text NOT NULL DEFAULT '',
    role text NOT NULL CHECK (role IN ('student', 'supervisor', 'registrar', 'verifier', 'admin')),
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    accepted_at timestamptz,
    invited_by uuid REFERENCES accounts (id)
);
COMMENT ON COLUMN invitations.organization_id IS 'NULL: the first administrator''s link';
CREATE INDEX invitations_organization ON invitations (organization_id, id);

-- Browsers that are signed in.
CREATE TABLE sessions (
    id uuid PRIMARY KEY,
    token_hash bytea NOT NULL UNIQUE,
    account_id uuid NOT NULL REFERENCES accounts (id),
    address text NOT NULL DEFAULT '',
    agent text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL,
    authenticated_at timestamptz NOT NULL,
    seen_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);
COMMENT ON COLUMN sessions.token_hash IS 'SHA-256; the token itself is never kept';
COMMENT ON COLUMN sessions.authenticated_at IS 'when the password was last given';
CREATE INDEX sessions_account ON sessions (account_id);

-- Programs that sign in.
CREATE TABLE api_tokens (
    id uuid PRIMARY KEY,
    token_hash bytea NOT NULL UNIQUE,
    organization_id uuid REFERENCES organizations (id),
    account_id uuid NOT NULL REFERENCES accounts (id),
    role text NOT NULL DEFAULT '',
    name text NOT NULL,
    scopes text NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    revoked_at timestamptz
);
COMMENT ON COLUMN api_tokens.organization_id IS 'set: an organization''s token';
COMMENT ON COLUMN api_tokens.account_id IS 'a person''s own token, or who made the organization''s';
COMMENT ON COLUMN api_tokens.role IS 'of an organization''s token';
COMMENT ON COLUMN api_tokens.scopes IS 'separated by a space';
CREATE INDEX api_tokens_account ON api_tokens (account_id, id);
CREATE INDEX api_tokens_organization ON api_tokens (organization_id, id);

-- One-time links that were mailed to the owner of an account: to another address
-- that it is to have, or to reset a forgotten password.
CREATE TABLE account_links (
    token_hash bytea PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES accounts (id),
    purpose text NOT NULL CHECK (purpose IN ('address', 'password')),
    email text NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    UNIQUE (account_id, purpose) -- a newer link makes the older worthless
);
COMMENT ON COLUMN account_links.email IS 'where the link was sent';

-- How often someone guessed wrong, and how long there is no further guess.
CREATE TABLE guesses (
    subject text PRIMARY KEY,
    failures bigint NOT NULL,
    since timestamptz NOT NULL,
    until timestamptz NOT NULL
);
COMMENT ON COLUMN guesses.subject IS 'SHA-256 of what is guessed at (account, address), in hexadecimal';
COMMENT ON COLUMN guesses.until IS 'no further guess before this';

-- Accounts that have a record: students, and those who were.
CREATE TABLE therapists (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL UNIQUE REFERENCES accounts (id),
    birth_date date,
    zone text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL
);
COMMENT ON COLUMN therapists.birth_date IS 'NULL: not told';
COMMENT ON COLUMN therapists.zone IS 'IANA; empty: not told';

-- Files that prove something. They are handed out as downloads only. A document is
-- what it was when it was kept; it goes with the last reference to it, as 0004 says.
CREATE TABLE documents (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    name text NOT NULL,
    media_type text NOT NULL CHECK (media_type IN ('application/pdf', 'image/png', 'image/jpeg')),
    digest text NOT NULL,
    body bytea NOT NULL,
    created_at timestamptz NOT NULL,
    created_by uuid NOT NULL REFERENCES accounts (id)
);
COMMENT ON COLUMN documents.media_type IS 'by content';
COMMENT ON COLUMN documents.digest IS 'SHA-256 of body in hexadecimal';
CREATE TRIGGER documents_frozen BEFORE UPDATE ON documents FOR EACH ROW EXECUTE FUNCTION frozen();

-- Who did what to what.
CREATE TABLE audit_events (
    id uuid PRIMARY KEY,
    organization_id uuid REFERENCES organizations (id),
    therapist_id uuid REFERENCES therapists (id),
    action text NOT NULL,
    target_kind text NOT NULL,
    target_id text NOT NULL,
    detail text NOT NULL,
    at timestamptz NOT NULL,
    account_id uuid REFERENCES accounts (id),
    via text NOT NULL,
    address text NOT NULL
);
COMMENT ON COLUMN audit_events.therapist_id IS 'whose record it is about, who can be told who did what to it; NULL: about an organization alone';
COMMENT ON COLUMN audit_events.detail IS 'JSON without personal data';
COMMENT ON COLUMN audit_events.via IS 'page, api, token, command';
CREATE INDEX audit_events_organization ON audit_events (organization_id, id);
CREATE INDEX audit_events_therapist ON audit_events (therapist_id, id) WHERE therapist_id IS NOT NULL;

-- What never changes.
CREATE TRIGGER audit_events_frozen BEFORE UPDATE OR DELETE ON audit_events FOR EACH ROW EXECUTE FUNCTION frozen();
