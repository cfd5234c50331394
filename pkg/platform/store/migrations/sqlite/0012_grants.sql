-- +goose Up
-- What people let organizations see of their records. A right over a record comes
-- from a grant, or from having recorded the thing oneself.

-- Organizations ask for a grant by an address, whether or not anybody has it.
CREATE TABLE grant_requests (
    id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    email TEXT NOT NULL,
    scopes TEXT NOT NULL, -- JSON: parts of the record
    purpose TEXT NOT NULL CHECK (purpose IN ('education', 'employment', 'placement', 'transfer', 'licensing')),
    note TEXT NOT NULL,
    months INTEGER NOT NULL CHECK (months BETWEEN 1 AND 24), -- for how long, from the day of the answer
    asked_by TEXT NOT NULL REFERENCES accounts (id),
    asked_at DATETIME NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'accepted', 'refused')),
    answered_at DATETIME,
    withdrawn_at DATETIME, -- by the organization, which is not told of a refusal
    CHECK ((state = 'open') = (answered_at IS NULL)),
    CHECK (email = lower(email))
);
CREATE INDEX grant_requests_organization ON grant_requests (organization_id, id);
CREATE INDEX grant_requests_email ON grant_requests (email, id);
CREATE UNIQUE INDEX grant_requests_once ON grant_requests (organization_id, email) WHERE state = 'open' AND withdrawn_at IS NULL;

-- What a person agreed to, in the words that were shown. It only ever ends.
CREATE TABLE grants (
    id TEXT PRIMARY KEY,
    therapist_id TEXT NOT NULL REFERENCES therapists (id),
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    request_id TEXT UNIQUE REFERENCES grant_requests (id), -- NULL: nobody asked for it
    scopes TEXT NOT NULL, -- JSON: parts of the record
    purpose TEXT NOT NULL CHECK (purpose IN ('education', 'employment', 'placement', 'transfer', 'licensing')),
    wording INTEGER NOT NULL, -- version of the sentences that were agreed to
    words TEXT NOT NULL, -- those sentences, as they were shown
    given_at DATETIME NOT NULL,
    until DATETIME NOT NULL CHECK (until > given_at),
    ended_at DATETIME,
    ended_by TEXT NOT NULL DEFAULT '' CHECK (ended_by IN ('', 'therapist', 'organization')),
    version INTEGER NOT NULL DEFAULT 1,
    seal BLOB,
    CHECK ((ended_at IS NULL) = (ended_by = ''))
);
CREATE INDEX grants_therapist ON grants (therapist_id, id);
CREATE INDEX grants_organization ON grants (organization_id, id);
CREATE UNIQUE INDEX grants_live ON grants (therapist_id, organization_id) WHERE ended_at IS NULL;

-- +goose StatementBegin
CREATE TRIGGER grants_live_locked BEFORE UPDATE ON grants WHEN OLD.ended_at IS NULL AND
    (NEW.id, NEW.therapist_id, NEW.organization_id, NEW.request_id, NEW.scopes, NEW.purpose, NEW.wording, NEW.words, NEW.given_at, NEW.until)
    IS NOT (OLD.id, OLD.therapist_id, OLD.organization_id, OLD.request_id, OLD.scopes, OLD.purpose, OLD.wording, OLD.words, OLD.given_at, OLD.until)
BEGIN SELECT RAISE(ABORT, 'frozen: a grant only ever ends'); END;
CREATE TRIGGER grants_ended_locked BEFORE UPDATE ON grants WHEN OLD.ended_at IS NOT NULL AND
    (NEW.id, NEW.therapist_id, NEW.organization_id, NEW.request_id, NEW.scopes, NEW.purpose, NEW.wording, NEW.words, NEW.given_at, NEW.until, NEW.ended_at, NEW.ended_by, NEW.version)
    IS NOT (OLD.id, OLD.therapist_id, OLD.organization_id, OLD.request_id, OLD.scopes, OLD.purpose, OLD.wording, OLD.words, OLD.given_at, OLD.until, OLD.ended_at, OLD.ended_by, OLD.version)
BEGIN SELECT RAISE(ABORT, 'frozen: a grant only ever ends'); END;
CREATE TRIGGER grants_kept BEFORE DELETE ON grants BEGIN SELECT RAISE(ABORT, 'frozen: a grant only ever ends'); END;
-- +goose StatementEnd

-- That members of an organization were shown something of a person's record that the
-- organization did not record itself.
CREATE TABLE looks (
    id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    therapist_id TEXT NOT NULL REFERENCES therapists (id),
    account_id TEXT NOT NULL REFERENCES accounts (id),
    scope TEXT NOT NULL,
    at DATETIME NOT NULL
);
CREATE INDEX looks_therapist ON looks (therapist_id, id);
CREATE INDEX looks_pair ON looks (therapist_id, organization_id, at);
-- +goose StatementBegin
CREATE TRIGGER looks_no_update BEFORE UPDATE ON looks BEGIN SELECT RAISE(ABORT, 'frozen: a row of looks never changes'); END;
CREATE TRIGGER looks_no_delete BEFORE DELETE ON looks BEGIN SELECT RAISE(ABORT, 'frozen: a row of looks never changes'); END;
-- +goose StatementEnd

-- Who recorded it, owns it.
ALTER TABLE license_events ADD COLUMN organization_id TEXT REFERENCES organizations (id); -- whose member recorded it; NULL: the therapist, or, before this column, whom the license names
