-- +goose Up
-- Whom a school enrolls is a file of its own until that person accepts it. A row of
-- therapists is either a person's own record, or a school's file of one.
ALTER TABLE therapists ALTER COLUMN account_id DROP NOT NULL;
ALTER TABLE therapists DROP CONSTRAINT therapists_account_id_key;
ALTER TABLE therapists ADD COLUMN person_id uuid REFERENCES therapists (id);
ALTER TABLE therapists ADD COLUMN organization_id uuid REFERENCES organizations (id);
ALTER TABLE therapists ADD COLUMN name text NOT NULL DEFAULT '';
ALTER TABLE therapists ADD COLUMN email text NOT NULL DEFAULT '';
ALTER TABLE therapists ADD COLUMN joined_at timestamptz;
ALTER TABLE therapists ADD COLUMN declined_at timestamptz;
ALTER TABLE therapists ADD COLUMN reused_at timestamptz;
COMMENT ON COLUMN therapists.account_id IS 'NULL: a file that nobody has accepted';
COMMENT ON COLUMN therapists.person_id IS 'the record that this is a part of; its own id: the record itself, or a file that nobody has accepted';
COMMENT ON COLUMN therapists.organization_id IS 'the school whose file it is; NULL: made by the person';
COMMENT ON COLUMN therapists.name IS 'as the school wrote it';
COMMENT ON COLUMN therapists.email IS 'as the school wrote it';
COMMENT ON COLUMN therapists.joined_at IS 'when the person accepted the file';
COMMENT ON COLUMN therapists.declined_at IS 'when the person with the address said that it is not theirs';
COMMENT ON COLUMN therapists.reused_at IS 'since when the school has the address for another person';

UPDATE therapists SET person_id = id;
ALTER TABLE therapists ALTER COLUMN person_id SET NOT NULL;

-- Of an account that nobody ever had a password for, what one school alone wrote is
-- that school's file. Everything else counts as accepted: the person has signed in.
UPDATE therapists SET account_id = NULL, name = a.name, email = a.email, organization_id = k.organization_id
FROM accounts a, (SELECT therapist_id, MIN(organization_id::text)::uuid AS organization_id FROM (
        SELECT therapist_id, organization_id FROM enrollments UNION SELECT therapist_id, organization_id FROM course_completions
        UNION SELECT p.therapist_id, s.organization_id FROM section_places p JOIN sections s ON s.id = p.section_id) w
    GROUP BY therapist_id HAVING COUNT(*) = 1) k
WHERE a.id = therapists.account_id AND a.password_hash = '' AND k.therapist_id = therapists.id;

ALTER TABLE therapists ADD CHECK (account_id IS NOT NULL OR organization_id IS NOT NULL AND person_id = id);
ALTER TABLE therapists ADD CHECK (organization_id IS NULL OR email = lower(email) AND email <> '' AND name <> '');
ALTER TABLE therapists ADD CHECK (joined_at IS NULL OR account_id IS NOT NULL);
CREATE UNIQUE INDEX therapists_own ON therapists (account_id) WHERE person_id = id;
CREATE UNIQUE INDEX therapists_file ON therapists (organization_id, email) WHERE organization_id IS NOT NULL AND reused_at IS NULL;
CREATE INDEX therapists_person ON therapists (person_id);
CREATE INDEX therapists_offered ON therapists (email) WHERE account_id IS NULL;

-- What a record is called: a file as its school wrote, until it is a person's whole
-- record, and a person as the account says. Mail goes to reach.
CREATE VIEW people AS
    SELECT t.id, t.person_id, t.account_id, t.organization_id, t.birth_date, t.zone, t.created_at,
        CASE WHEN t.account_id IS NULL OR t.person_id <> t.id THEN t.name ELSE a.name END AS name,
        COALESCE(NULLIF(t.email, ''), a.email) AS email, COALESCE(a.email, t.email) AS reach, COALESCE(a.language, '') AS language
    FROM therapists t LEFT JOIN accounts a ON a.id = t.account_id;

-- The zone says when it is morning, and whose a file is says how they are reminded.
DROP TRIGGER therapists_due ON therapists;
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION due_zone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE due_things SET revision = revision + 1 WHERE therapist_id IN (SELECT f.id FROM therapists f WHERE f.person_id = NEW.person_id);
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER therapists_due AFTER UPDATE OF zone, person_id, account_id ON therapists
    FOR EACH ROW WHEN (OLD.zone <> NEW.zone OR OLD.person_id <> NEW.person_id OR OLD.account_id IS DISTINCT FROM NEW.account_id) EXECUTE FUNCTION due_zone();

-- No two live sessions of one school's file share time. Across files that is a doubt.
ALTER TABLE entries DROP CONSTRAINT entries_no_overlap;
ALTER TABLE entries ADD CONSTRAINT entries_no_overlap EXCLUDE USING gist (therapist_id WITH =, organization_id WITH =, tstzrange(starts_at, ends_at) WITH &&)
    WHERE (starts_at IS NOT NULL AND (state = 'signed' OR (state = 'submitted' AND corrects_id IS NULL)));

-- Two signed sessions of one person in files of two schools that share time: the one
-- that was signed later does not count until a person of its school has decided. It is
-- found when a session is signed, and when a file becomes part of a record.
CREATE TABLE doubts (
    entry_id uuid NOT NULL REFERENCES entries (id),
    other_entry_id uuid NOT NULL REFERENCES entries (id),
    organization_id uuid NOT NULL REFERENCES organizations (id),
    enrollment_id uuid NOT NULL REFERENCES enrollments (id),
    found_at timestamptz NOT NULL,
    verdict text NOT NULL DEFAULT '' CHECK (verdict IN ('', 'counts', 'does_not_count')),
    reason text NOT NULL DEFAULT '',
    decided_at timestamptz,
    decided_by uuid REFERENCES accounts (id),
    PRIMARY KEY (entry_id, other_entry_id),
    CHECK (entry_id <> other_entry_id),
    CHECK ((verdict = '') = (decided_at IS NULL) AND (verdict = '') = (decided_by IS NULL) AND (verdict = '') = (reason = ''))
);
COMMENT ON COLUMN doubts.entry_id IS 'the session that was signed later';
COMMENT ON COLUMN doubts.verdict IS 'empty: nobody has decided, so that it does not count';
CREATE INDEX doubts_enrollment ON doubts (enrollment_id);
CREATE INDEX doubts_open ON doubts (organization_id, found_at) WHERE decided_at IS NULL;
-- +goose StatementBegin
CREATE FUNCTION doubt_signed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO doubts (entry_id, other_entry_id, organization_id, enrollment_id, found_at)
    SELECT NEW.id, o.id, NEW.organization_id, NEW.enrollment_id, NEW.signed_at
    FROM therapists t JOIN therapists r ON r.person_id = t.person_id
    JOIN entries o ON o.therapist_id = r.id AND o.organization_id <> NEW.organization_id AND o.starts_at IS NOT NULL AND o.state = 'signed'
        AND tstzrange(o.starts_at, o.ends_at) && tstzrange(NEW.starts_at, NEW.ends_at)
    WHERE t.id = NEW.therapist_id
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE FUNCTION doubt_joined() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO doubts (entry_id, other_entry_id, organization_id, enrollment_id, found_at)
    SELECT later.id, earlier.id, later.organization_id, later.enrollment_id, NEW.joined_at
    FROM therapists r
    JOIN entries a ON a.therapist_id = NEW.id AND a.starts_at IS NOT NULL AND a.state = 'signed'
    JOIN entries b ON b.therapist_id = r.id AND b.organization_id <> a.organization_id AND b.starts_at IS NOT NULL AND b.state = 'signed'
        AND tstzrange(b.starts_at, b.ends_at) && tstzrange(a.starts_at, a.ends_at)
    JOIN entries later ON later.id = CASE WHEN (a.signed_at, a.id) > (b.signed_at, b.id) THEN a.id ELSE b.id END
    JOIN entries earlier ON earlier.id = CASE WHEN (a.signed_at, a.id) > (b.signed_at, b.id) THEN b.id ELSE a.id END
    WHERE r.person_id = NEW.person_id AND r.id <> NEW.id
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER doubts_open_locked BEFORE UPDATE ON doubts FOR EACH ROW
    WHEN (OLD.decided_at IS NULL) EXECUTE FUNCTION locked_but('verdict', 'reason', 'decided_at', 'decided_by');
CREATE TRIGGER doubts_decided_locked BEFORE UPDATE ON doubts FOR EACH ROW
    WHEN (OLD.decided_at IS NOT NULL) EXECUTE FUNCTION frozen();
CREATE TRIGGER doubts_kept BEFORE DELETE ON doubts FOR EACH ROW EXECUTE FUNCTION frozen();
CREATE TRIGGER entries_doubt AFTER UPDATE OF state ON entries FOR EACH ROW
    WHEN (NEW.state = 'signed' AND OLD.state <> 'signed' AND NEW.starts_at IS NOT NULL) EXECUTE FUNCTION doubt_signed();
CREATE TRIGGER therapists_doubt AFTER UPDATE OF joined_at ON therapists FOR EACH ROW
    WHEN (OLD.joined_at IS NULL AND NEW.joined_at IS NOT NULL) EXECUTE FUNCTION doubt_joined();

ALTER TABLE standings ADD COLUMN doubts bigint NOT NULL DEFAULT 0;
COMMENT ON COLUMN standings.doubts IS 'of the enrollment when it was judged, those that were decided twice';
CREATE VIEW doubted_credits AS
    SELECT c.*, EXISTS (SELECT 1 FROM doubts d WHERE d.entry_id = c.entry_id AND d.verdict <> 'counts') AS doubt FROM credits c;
