-- +goose Up
-- What the rules ask of a session and of a credit.
ALTER TABLE entries ADD COLUMN mode text NOT NULL DEFAULT ''; -- where the supervisor was; empty: not written down
ALTER TABLE entries ADD COLUMN make_up BOOLEAN NOT NULL DEFAULT 0;
ALTER TABLE entries ADD COLUMN grade INTEGER CHECK (grade BETWEEN 0 AND 100); -- percent; NULL: not graded
ALTER TABLE credits ADD COLUMN mode text NOT NULL DEFAULT '';
ALTER TABLE credits ADD COLUMN elapsed_minutes INTEGER NOT NULL DEFAULT 0; -- from start to end; 0: not known
ALTER TABLE credits ADD COLUMN break_minutes INTEGER NOT NULL DEFAULT 0; -- pauses between lessons, without meals
ALTER TABLE credits ADD COLUMN grade INTEGER CHECK (grade BETWEEN 0 AND 100);
ALTER TABLE credits ADD COLUMN make_up BOOLEAN NOT NULL DEFAULT 0;

-- Files that prove something. They are handed out as downloads only.
CREATE TABLE documents (
    id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    name text NOT NULL,
    media_type text NOT NULL CHECK (media_type IN ('application/pdf', 'image/png', 'image/jpeg')), -- by content
    digest text NOT NULL, -- SHA-256 of body in hexadecimal
    body BLOB NOT NULL,
    created_at DATETIME NOT NULL,
    created_by TEXT NOT NULL REFERENCES accounts (id)
);

-- Hours earned at another school. Once accepted they are credits; a transfer
-- that was accepted may be reversed, and is never changed.
CREATE TABLE transfers (
    id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    enrollment_id TEXT NOT NULL REFERENCES enrollments (id),
    therapist_id TEXT NOT NULL REFERENCES therapists (id),
    state text NOT NULL CHECK (state IN ('proposed', 'accepted', 'declined', 'reversed')),
    school text NOT NULL,
    school_license text NOT NULL,
    transcript text NOT NULL, -- the transcript's reference
    completed_on DATE NOT NULL, -- the last day of attendance there
    lines text NOT NULL, -- JSON: subject, setting, minutes, grade
    document_id TEXT REFERENCES documents (id),
    proposed_by TEXT NOT NULL REFERENCES accounts (id),
    proposed_at DATETIME NOT NULL,
    decided_by TEXT REFERENCES accounts (id),
    decided_at DATETIME,
    reason text NOT NULL DEFAULT '',
    version INTEGER NOT NULL DEFAULT 1,
    CHECK (state <> 'accepted' OR (decided_by <> proposed_by AND document_id IS NOT NULL))
);
CREATE INDEX transfers_organization ON transfers (organization_id, id);
CREATE INDEX transfers_enrollment ON transfers (enrollment_id, id);

ALTER TABLE credits ADD COLUMN school text NOT NULL DEFAULT ''; -- of a transfer, where it was earned
ALTER TABLE credits ADD COLUMN school_license text NOT NULL DEFAULT '';
ALTER TABLE credits ADD COLUMN transcript text NOT NULL DEFAULT '';
ALTER TABLE credits ADD COLUMN accepted_by text NOT NULL DEFAULT '';
ALTER TABLE credits ADD COLUMN transfer_id TEXT REFERENCES transfers (id);
CREATE UNIQUE INDEX credits_transfer_once ON credits (transfer_id, subject, setting) WHERE reverses_id IS NULL AND transfer_id IS NOT NULL;
-- +goose StatementBegin
CREATE TRIGGER entries_judged_locked BEFORE UPDATE OF mode, make_up, grade ON entries
WHEN OLD.state IN ('signed', 'superseded') AND (NEW.mode <> OLD.mode OR NEW.make_up <> OLD.make_up OR NEW.grade IS NOT OLD.grade)
BEGIN
    SELECT RAISE(ABORT, 'entry_locked: a signed entry does not change');
END;
-- +goose StatementEnd
