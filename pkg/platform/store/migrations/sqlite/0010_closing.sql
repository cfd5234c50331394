-- +goose Up
-- A school closes by two people: one proposes it, another confirms it. From then on
-- it enrolls nobody and takes no sessions (closing_at). Its students get a transcript
-- of the hours so far, and with the last of them it has closed (closed_at).
ALTER TABLE organizations ADD COLUMN closing_at DATETIME; -- NULL: it does not close

CREATE TABLE closings (
    organization_id TEXT PRIMARY KEY REFERENCES organizations (id),
    cause TEXT NOT NULL,
    proposed_at DATETIME NOT NULL,
    proposed_by TEXT NOT NULL REFERENCES accounts (id),
    confirmed_at DATETIME, -- NULL: it is only proposed
    confirmed_by TEXT REFERENCES accounts (id),
    CHECK ((confirmed_at IS NULL) = (confirmed_by IS NULL)),
    CHECK (confirmed_by <> proposed_by)
);

-- The students of a school that closes.
CREATE TABLE closing_students (
    enrollment_id TEXT PRIMARY KEY REFERENCES enrollments (id),
    organization_id TEXT NOT NULL REFERENCES closings (organization_id),
    done_at DATETIME, -- NULL: waits for a transcript
    credential_id TEXT REFERENCES credentials (id), -- NULL: had no hours
    CHECK (credential_id IS NULL OR done_at IS NOT NULL)
);
CREATE INDEX closing_students_waiting ON closing_students (organization_id) WHERE done_at IS NULL;

-- +goose StatementBegin
CREATE TRIGGER organizations_closing BEFORE UPDATE ON organizations
WHEN OLD.closing_at IS NOT NULL AND NEW.closing_at IS NOT OLD.closing_at
BEGIN SELECT RAISE(ABORT, 'school_closed'); END;
-- A school closes when two people have said so and its students have their
-- transcripts.
CREATE TRIGGER organizations_close_by_two BEFORE UPDATE ON organizations
WHEN OLD.closed_at IS NULL AND NEW.closed_at IS NOT NULL AND (
    NOT EXISTS (SELECT 1 FROM closings WHERE organization_id = NEW.id AND confirmed_at IS NOT NULL)
    OR EXISTS (SELECT 1 FROM closing_students WHERE organization_id = NEW.id AND done_at IS NULL))
BEGIN SELECT RAISE(ABORT, 'school_closed'); END;
CREATE TRIGGER closings_no_update BEFORE UPDATE ON closings WHEN OLD.confirmed_at IS NOT NULL
    OR (NEW.organization_id, NEW.cause, NEW.proposed_at, NEW.proposed_by) IS NOT (OLD.organization_id, OLD.cause, OLD.proposed_at, OLD.proposed_by)
BEGIN SELECT RAISE(ABORT, 'frozen: a confirmed closing never changes'); END;
CREATE TRIGGER closings_no_delete BEFORE DELETE ON closings WHEN OLD.confirmed_at IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'frozen: a confirmed closing never changes'); END;

DROP TRIGGER credits_school_closed;
CREATE TRIGGER credits_school_closed BEFORE INSERT ON credits
WHEN (SELECT COALESCE(closing_at, closed_at) FROM organizations WHERE id = NEW.organization_id) IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'school_closed'); END;
CREATE TRIGGER enrollments_school_closed BEFORE INSERT ON enrollments
WHEN (SELECT COALESCE(closing_at, closed_at) FROM organizations WHERE id = NEW.organization_id) IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'school_closed'); END;
CREATE TRIGGER entries_school_closed BEFORE INSERT ON entries
WHEN (SELECT COALESCE(closing_at, closed_at) FROM organizations WHERE id = NEW.organization_id) IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'school_closed'); END;
CREATE TRIGGER entries_school_closed_update BEFORE UPDATE OF state ON entries
WHEN NEW.state IN ('submitted', 'signed') AND NEW.state <> OLD.state
    AND (SELECT COALESCE(closing_at, closed_at) FROM organizations WHERE id = NEW.organization_id) IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'school_closed'); END;
CREATE TRIGGER transfers_school_closed BEFORE INSERT ON transfers
WHEN (SELECT COALESCE(closing_at, closed_at) FROM organizations WHERE id = NEW.organization_id) IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'school_closed'); END;
CREATE TRIGGER imports_school_closed BEFORE INSERT ON imports
WHEN (SELECT COALESCE(closing_at, closed_at) FROM organizations WHERE id = NEW.organization_id) IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'school_closed'); END;
CREATE TRIGGER classes_school_closed BEFORE INSERT ON classes
WHEN (SELECT COALESCE(closing_at, closed_at) FROM organizations WHERE id = NEW.organization_id) IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'school_closed'); END;
-- +goose StatementEnd
