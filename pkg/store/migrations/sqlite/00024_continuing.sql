-- +goose Up
-- Continuing education: who gives it, who took what, and what a school's course
-- counts for. Amounts are whole minutes of instruction.
CREATE TABLE ce_providers (
    id TEXT PRIMARY KEY,
    organization_id TEXT REFERENCES organizations (id), -- NULL: known to every school
    name text NOT NULL,
    contact text NOT NULL,
    hands_on_percent INTEGER NOT NULL CHECK (hands_on_percent BETWEEN 0 AND 100), -- the provider's own rule; 0: none
    created_at DATETIME NOT NULL,
    version INTEGER NOT NULL DEFAULT 1
);
CREATE INDEX ce_providers_organization ON ce_providers (organization_id, id);
CREATE TABLE ce_approvals (
    provider_id TEXT NOT NULL REFERENCES ce_providers (id),
    body text NOT NULL, -- two letters of a state, or a body such as NCBTMB
    number text NOT NULL,
    valid_from DATE,
    valid_to DATE,
    PRIMARY KEY (provider_id, body, number)
);
CREATE INDEX ce_approvals_number ON ce_approvals (number, body);

-- What a school's course counts for. A course without a row is live, and all of
-- it about massage.
CREATE TABLE ce_courses (
    course_id TEXT PRIMARY KEY REFERENCES courses (id),
    type text NOT NULL CHECK (type IN ('live', 'home_study', 'webinar')),
    hands_on INTEGER NOT NULL CHECK (hands_on >= 0), -- minutes
    lines text NOT NULL, -- JSON: subject, minutes
    version INTEGER NOT NULL DEFAULT 1
);

CREATE TABLE ce_activities (
    id TEXT PRIMARY KEY,
    therapist_id TEXT NOT NULL REFERENCES therapists (id),
    organization_id TEXT NOT NULL REFERENCES organizations (id), -- the school that decides and keeps the certificate
    state text NOT NULL CHECK (state IN ('planned', 'completed', 'reported', 'accepted', 'rejected', 'audited')),
    title text NOT NULL,
    course text NOT NULL, -- the same for the same course
    type text NOT NULL CHECK (type IN ('live', 'home_study', 'webinar')),
    held_on DATE NOT NULL, -- completed, or planned for
    minutes INTEGER NOT NULL CHECK (minutes > 0),
    amount text NOT NULL, -- as the certificate says it
    unit text NOT NULL,
    hour INTEGER NOT NULL CHECK (hour IN (50, 60)), -- minutes of a contact hour
    approved INTEGER NOT NULL CHECK (approved >= 0), -- minutes that the provider may give; 0: not told yet
    hands_on INTEGER NOT NULL CHECK (hands_on >= 0 AND hands_on <= minutes),
    lines text NOT NULL, -- JSON: subject, minutes
    participant text NOT NULL,
    provider_id TEXT REFERENCES ce_providers (id), -- NULL: the registry does not know the provider
    provider_name text NOT NULL,
    provider_body text NOT NULL,
    provider_number text NOT NULL,
    provider_contact text NOT NULL,
    signed BOOLEAN NOT NULL,
    license_number text NOT NULL,
    program_number text NOT NULL,
    document_id TEXT REFERENCES documents (id),
    created_at DATETIME NOT NULL,
    created_by TEXT NOT NULL REFERENCES accounts (id),
    reported_at DATETIME,
    decided_by TEXT REFERENCES accounts (id),
    decided_at DATETIME,
    reason text NOT NULL DEFAULT '',
    version INTEGER NOT NULL DEFAULT 1,
    CHECK (state IN ('planned', 'completed', 'rejected') OR (approved = minutes AND document_id IS NOT NULL AND reported_at IS NOT NULL)),
    CHECK (state NOT IN ('accepted', 'audited') OR decided_by IS NOT NULL)
);
CREATE INDEX ce_activities_therapist ON ce_activities (therapist_id, id);
CREATE INDEX ce_activities_organization ON ce_activities (organization_id, state, id);
CREATE UNIQUE INDEX ce_activities_once ON ce_activities (therapist_id, course, held_on) WHERE state NOT IN ('planned', 'rejected');
-- +goose StatementBegin
CREATE TRIGGER ce_activities_frozen BEFORE UPDATE OF title, type, held_on, minutes, lines, approved, hands_on, participant, provider_name, provider_number, document_id ON ce_activities
WHEN OLD.state IN ('reported', 'accepted', 'audited')
BEGIN
    SELECT RAISE(ABORT, 'frozen: a reported activity does not change');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER ce_activities_kept BEFORE DELETE ON ce_activities
WHEN OLD.state NOT IN ('planned', 'completed')
BEGIN
    SELECT RAISE(ABORT, 'frozen: a reported activity stays');
END;
-- +goose StatementEnd
