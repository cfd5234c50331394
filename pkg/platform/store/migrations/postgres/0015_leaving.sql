-- +goose Up
-- Who left a school has ended what is between them: the file stays, and what the school
-- begins later is a file of its own until that is accepted.
ALTER TABLE therapists ADD COLUMN left_at timestamptz;
COMMENT ON COLUMN therapists.left_at IS 'since when the person is no student of the school any more; NULL: they are, or never were';
CREATE OR REPLACE VIEW people AS
    SELECT t.id, t.person_id, t.account_id, t.organization_id, t.birth_date, t.zone, t.created_at,
        CASE WHEN t.account_id IS NULL OR t.person_id <> t.id THEN t.name ELSE a.name END AS name,
        COALESCE(NULLIF(t.email, ''), a.email) AS email, COALESCE(a.email, t.email) AS reach, COALESCE(a.language, '') AS language,
        t.left_at, t.reused_at
    FROM therapists t LEFT JOIN accounts a ON a.id = t.account_id;

-- A person may have several files of one school: sessions in two of them are a doubt as
-- those in files of two schools are.
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION doubt_signed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO doubts (entry_id, other_entry_id, organization_id, enrollment_id, found_at)
    SELECT NEW.id, o.id, NEW.organization_id, NEW.enrollment_id, NEW.signed_at
    FROM therapists t JOIN therapists r ON r.person_id = t.person_id
    JOIN entries o ON o.therapist_id = r.id AND (o.therapist_id <> NEW.therapist_id OR o.organization_id <> NEW.organization_id)
        AND o.starts_at IS NOT NULL AND o.state = 'signed' AND tstzrange(o.starts_at, o.ends_at) && tstzrange(NEW.starts_at, NEW.ends_at)
    WHERE t.id = NEW.therapist_id
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION doubt_joined() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO doubts (entry_id, other_entry_id, organization_id, enrollment_id, found_at)
    SELECT later.id, earlier.id, later.organization_id, later.enrollment_id, NEW.joined_at
    FROM therapists r
    JOIN entries a ON a.therapist_id = NEW.id AND a.starts_at IS NOT NULL AND a.state = 'signed'
    JOIN entries b ON b.therapist_id = r.id AND b.starts_at IS NOT NULL AND b.state = 'signed'
        AND tstzrange(b.starts_at, b.ends_at) && tstzrange(a.starts_at, a.ends_at)
    JOIN entries later ON later.id = CASE WHEN (a.signed_at, a.id) > (b.signed_at, b.id) THEN a.id ELSE b.id END
    JOIN entries earlier ON earlier.id = CASE WHEN (a.signed_at, a.id) > (b.signed_at, b.id) THEN b.id ELSE a.id END
    WHERE r.person_id = NEW.person_id AND r.id <> NEW.id
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
-- +goose StatementEnd
INSERT INTO doubts (entry_id, other_entry_id, organization_id, enrollment_id, found_at)
SELECT later.id, earlier.id, later.organization_id, later.enrollment_id, later.signed_at
FROM therapists t JOIN therapists r ON r.person_id = t.person_id AND r.id <> t.id AND r.organization_id = t.organization_id
JOIN entries later ON later.therapist_id = t.id AND later.starts_at IS NOT NULL AND later.state = 'signed'
JOIN entries earlier ON earlier.therapist_id = r.id AND earlier.organization_id = later.organization_id AND earlier.starts_at IS NOT NULL AND earlier.state = 'signed'
    AND tstzrange(earlier.starts_at, earlier.ends_at) && tstzrange(later.starts_at, later.ends_at)
WHERE (later.signed_at, later.id) > (earlier.signed_at, earlier.id)
ON CONFLICT DO NOTHING;
