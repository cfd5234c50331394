-- +goose Up
-- What people let organizations see of their records. A right over a record comes
-- from a grant, or from having recorded the thing oneself.

-- Organizations ask for a grant by an address, whether or not anybody has it.
CREATE TABLE grant_requests (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    email text NOT NULL,
    scopes text NOT NULL,
    purpose text NOT NULL CHECK (purpose IN ('education', 'employment', 'placement', 'transfer', 'licensing')),
    note text NOT NULL,
    months bigint NOT NULL CHECK (months BETWEEN 1 AND 24),
    asked_by uuid NOT NULL REFERENCES accounts (id),
    asked_at timestamptz NOT NULL,
    state text NOT NULL CHECK (state IN ('open', 'accepted', 'refused')),
    answered_at timestamptz,
    withdrawn_at timestamptz,
    CHECK ((state = 'open') = (answered_at IS NULL)),
    CHECK (email = lower(email))
);
COMMENT ON COLUMN grant_requests.scopes IS 'JSON: parts of the record';
COMMENT ON COLUMN grant_requests.months IS 'for how long, from the day of the answer';
COMMENT ON COLUMN grant_requests.withdrawn_at IS 'by the organization, which is not told of a refusal';
CREATE INDEX grant_requests_organization ON grant_requests (organization_id, id);
CREATE INDEX grant_requests_email ON grant_requests (email, id);
CREATE UNIQUE INDEX grant_requests_once ON grant_requests (organization_id, email) WHERE state = 'open' AND withdrawn_at IS NULL;

-- What a person agreed to, in the words that were shown. It only ever ends.
CREATE TABLE grants (
    id uuid PRIMARY KEY,
    therapist_id uuid NOT NULL REFERENCES therapists (id),
    organization_id uuid NOT NULL REFERENCES organizations (id),
    request_id uuid UNIQUE REFERENCES grant_requests (id),
    scopes text NOT NULL,
    purpose text NOT NULL CHECK (purpose IN ('education', 'employment', 'placement', 'transfer', 'licensing')),
    wording bigint NOT NULL,
    words text NOT NULL,
    given_at timestamptz NOT NULL,
    until timestamptz NOT NULL CHECK (until > given_at),
    ended_at timestamptz,
    ended_by text NOT NULL DEFAULT '' CHECK (ended_by IN ('', 'therapist', 'organization')),
    version bigint NOT NULL DEFAULT 1,
    seal bytea,
    CHECK ((ended_at IS NULL) = (ended_by = ''))
);
COMMENT ON COLUMN grants.request_id IS 'NULL: nobody asked for it';
COMMENT ON COLUMN grants.scopes IS 'JSON: parts of the record';
COMMENT ON COLUMN grants.wording IS 'version of the sentences that were agreed to';
COMMENT ON COLUMN grants.words IS 'those sentences, as they were shown';
CREATE INDEX grants_therapist ON grants (therapist_id, id);
CREATE INDEX grants_organization ON grants (organization_id, id);
CREATE UNIQUE INDEX grants_live ON grants (therapist_id, organization_id) WHERE ended_at IS NULL;

CREATE TRIGGER grants_live_locked BEFORE UPDATE ON grants FOR EACH ROW
    WHEN (OLD.ended_at IS NULL) EXECUTE FUNCTION locked_but('ended_at', 'ended_by', 'version', 'seal');
CREATE TRIGGER grants_ended_locked BEFORE UPDATE ON grants FOR EACH ROW
    WHEN (OLD.ended_at IS NOT NULL) EXECUTE FUNCTION locked_but('seal');
CREATE TRIGGER grants_kept BEFORE DELETE ON grants FOR EACH ROW EXECUTE FUNCTION frozen();

-- That members of an organization were shown something of a person's record that the
-- organization did not record itself.
CREATE TABLE looks (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    therapist_id uuid NOT NULL REFERENCES therapists (id),
    account_id uuid NOT NULL REFERENCES accounts (id),
    scope text NOT NULL,
    at timestamptz NOT NULL
);
CREATE INDEX looks_therapist ON looks (therapist_id, id);
CREATE INDEX looks_pair ON looks (therapist_id, organization_id, at);
CREATE TRIGGER looks_frozen BEFORE UPDATE OR DELETE ON looks FOR EACH ROW EXECUTE FUNCTION frozen();

-- Who recorded it, owns it.
ALTER TABLE license_events ADD COLUMN organization_id uuid REFERENCES organizations (id);
COMMENT ON COLUMN license_events.organization_id IS 'whose member recorded it; NULL: the therapist, or, before this column, whom the license names';
