-- +goose Up
-- A school closes by two people: one proposes it, another confirms it. From then on
-- it enrolls nobody and takes no sessions (closing_at). Its students get a transcript
-- of the hours so far, and with the last of them it has closed (closed_at).
ALTER TABLE organizations ADD COLUMN closing_at timestamptz;
COMMENT ON COLUMN organizations.closing_at IS 'NULL: it does not close';

CREATE TABLE closings (
    organization_id uuid PRIMARY KEY REFERENCES organizations (id),
    cause text NOT NULL,
    proposed_at timestamptz NOT NULL,
    proposed_by uuid NOT NULL REFERENCES accounts (id),
    confirmed_at timestamptz,
    confirmed_by uuid REFERENCES accounts (id),
    CHECK ((confirmed_at IS NULL) = (confirmed_by IS NULL)),
    CHECK (confirmed_by <> proposed_by)
);
COMMENT ON COLUMN closings.confirmed_at IS 'NULL: it is only proposed';

-- The students of a school that closes.
CREATE TABLE closing_students (
    enrollment_id uuid PRIMARY KEY REFERENCES enrollments (id),
    organization_id uuid NOT NULL REFERENCES closings (organization_id),
    done_at timestamptz,
    credential_id uuid REFERENCES credentials (id),
    CHECK (credential_id IS NULL OR done_at IS NOT NULL)
);
COMMENT ON COLUMN closing_students.done_at IS 'NULL: waits for a transcript';
COMMENT ON COLUMN closing_students.credential_id IS 'NULL: had no hours';
CREATE INDEX closing_students_waiting ON closing_students (organization_id) WHERE done_at IS NULL;

-- +goose StatementBegin
-- Anyone who confirms that a school closes holds its row; the lock waits for that,
-- and then sees what came of it.
CREATE FUNCTION school_closing() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE ending timestamptz;
BEGIN
    SELECT COALESCE(closing_at, closed_at) INTO ending FROM organizations WHERE id = NEW.organization_id FOR KEY SHARE;
    IF ending IS NOT NULL THEN
        RAISE EXCEPTION 'school_closed' USING ERRCODE = 'PA003';
    END IF;
    RETURN NEW;
END $$;
-- A school closes when two people have said so and its students have their
-- transcripts.
CREATE FUNCTION stays_closing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.closing_at IS NOT NULL AND NEW.closing_at IS DISTINCT FROM OLD.closing_at THEN
        RAISE EXCEPTION 'school_closed' USING ERRCODE = 'PA003';
    END IF;
    IF OLD.closed_at IS NULL AND NEW.closed_at IS NOT NULL AND (
        NOT EXISTS (SELECT 1 FROM closings WHERE organization_id = NEW.id AND confirmed_at IS NOT NULL)
        OR EXISTS (SELECT 1 FROM closing_students WHERE organization_id = NEW.id AND done_at IS NULL)) THEN
        RAISE EXCEPTION 'school_closed' USING ERRCODE = 'PA003';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER organizations_closing BEFORE UPDATE ON organizations FOR EACH ROW EXECUTE FUNCTION stays_closing();
CREATE TRIGGER closings_frozen BEFORE UPDATE OR DELETE ON closings FOR EACH ROW WHEN (OLD.confirmed_at IS NOT NULL) EXECUTE FUNCTION frozen();
CREATE TRIGGER closings_locked BEFORE UPDATE ON closings FOR EACH ROW WHEN (OLD.confirmed_at IS NULL)
    EXECUTE FUNCTION locked_but('confirmed_at', 'confirmed_by');

DROP TRIGGER credits_school_closed ON credits;
CREATE TRIGGER credits_school_closed BEFORE INSERT ON credits FOR EACH ROW EXECUTE FUNCTION school_closing();
CREATE TRIGGER enrollments_school_closed BEFORE INSERT ON enrollments FOR EACH ROW EXECUTE FUNCTION school_closing();
CREATE TRIGGER entries_school_closed BEFORE INSERT ON entries FOR EACH ROW EXECUTE FUNCTION school_closing();
CREATE TRIGGER entries_school_closed_update BEFORE UPDATE OF state ON entries FOR EACH ROW
    WHEN (NEW.state IN ('submitted', 'signed') AND NEW.state <> OLD.state) EXECUTE FUNCTION school_closing();
CREATE TRIGGER transfers_school_closed BEFORE INSERT ON transfers FOR EACH ROW EXECUTE FUNCTION school_closing();
CREATE TRIGGER imports_school_closed BEFORE INSERT ON imports FOR EACH ROW EXECUTE FUNCTION school_closing();
CREATE TRIGGER classes_school_closed BEFORE INSERT ON classes FOR EACH ROW EXECUTE FUNCTION school_closing();
