-- +goose Up
-- What the rules ask of a session and of a credit.
ALTER TABLE entries ADD COLUMN mode text NOT NULL DEFAULT ''; -- where the supervisor was; empty: not written down
ALTER TABLE entries ADD COLUMN make_up boolean NOT NULL DEFAULT false;
ALTER TABLE entries ADD COLUMN grade bigint CHECK (grade BETWEEN 0 AND 100); -- percent; NULL: not graded
ALTER TABLE credits ADD COLUMN mode text NOT NULL DEFAULT '';
ALTER TABLE credits ADD COLUMN elapsed_minutes bigint NOT NULL DEFAULT 0; -- from start to end; 0: not known
ALTER TABLE credits ADD COLUMN break_minutes bigint NOT NULL DEFAULT 0; -- pauses between lessons, without meals
ALTER TABLE credits ADD COLUMN grade bigint CHECK (grade BETWEEN 0 AND 100);
ALTER TABLE credits ADD COLUMN make_up boolean NOT NULL DEFAULT false;

-- Files that prove something. They are handed out as downloads only.
CREATE TABLE documents (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    name text NOT NULL,
    media_type text NOT NULL CHECK (media_type IN ('application/pdf', 'image/png', 'image/jpeg')), -- by content
    digest text NOT NULL, -- SHA-256 of body in hexadecimal
    body bytea NOT NULL,
    created_at timestamptz NOT NULL,
    created_by uuid NOT NULL REFERENCES accounts (id)
);

-- Hours earned at another school. Once accepted they are credits; a transfer
-- that was accepted may be reversed, and is never changed.
CREATE TABLE transfers (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    enrollment_id uuid NOT NULL REFERENCES enrollments (id),
    therapist_id uuid NOT NULL REFERENCES therapists (id),
    state text NOT NULL CHECK (state IN ('proposed', 'accepted', 'declined', 'reversed')),
    school text NOT NULL,
    school_license text NOT NULL,
    transcript text NOT NULL, -- the transcript's reference
    completed_on date NOT NULL, -- the last day of attendance there
    lines text NOT NULL, -- JSON: subject, setting, minutes, grade
    document_id uuid REFERENCES documents (id),
    proposed_by uuid NOT NULL REFERENCES accounts (id),
    proposed_at timestamptz NOT NULL,
    decided_by uuid REFERENCES accounts (id),
    decided_at timestamptz,
    reason text NOT NULL DEFAULT '',
    version bigint NOT NULL DEFAULT 1,
    CHECK (state <> 'accepted' OR (decided_by <> proposed_by AND document_id IS NOT NULL))
);
CREATE INDEX transfers_organization ON transfers (organization_id, id);
CREATE INDEX transfers_enrollment ON transfers (enrollment_id, id);

ALTER TABLE credits ADD COLUMN school text NOT NULL DEFAULT ''; -- of a transfer, where it was earned
ALTER TABLE credits ADD COLUMN school_license text NOT NULL DEFAULT '';
ALTER TABLE credits ADD COLUMN transcript text NOT NULL DEFAULT '';
ALTER TABLE credits ADD COLUMN accepted_by text NOT NULL DEFAULT '';
ALTER TABLE credits ADD COLUMN transfer_id uuid REFERENCES transfers (id);
CREATE UNIQUE INDEX credits_transfer_once ON credits (transfer_id, subject, setting) WHERE reverses_id IS NULL AND transfer_id IS NOT NULL;
-- +goose StatementBegin
CREATE FUNCTION entries_judged_locked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'entry_locked: a signed entry does not change' USING ERRCODE = 'PA001';
END $$;
-- +goose StatementEnd
CREATE TRIGGER entries_judged_locked BEFORE UPDATE OF mode, make_up, grade ON entries FOR EACH ROW
    WHEN (OLD.state IN ('signed', 'superseded') AND (NEW.mode, NEW.make_up, NEW.grade) IS DISTINCT FROM (OLD.mode, OLD.make_up, OLD.grade))
    EXECUTE FUNCTION entries_judged_locked();
