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
