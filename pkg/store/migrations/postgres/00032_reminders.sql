-- +goose Up
-- What is good until a day. Whoever records such a thing does not have to know of
-- it: a trigger of its own table keeps the row.
CREATE TABLE due_things (
    subject_id uuid PRIMARY KEY, -- of the licence or the credential
    kind text NOT NULL, -- license, credential; a further kind comes with a trigger of its own
    therapist_id uuid NOT NULL REFERENCES therapists (id),
    organization_id uuid REFERENCES organizations (id), -- whose zone counts where the therapist told none
    jurisdiction text NOT NULL DEFAULT '', -- whose zone counts where nobody told one
    label text NOT NULL, -- what it is called in a mail
    expires_on date, -- the last good day; NULL: it does not end any more
    revision bigint NOT NULL DEFAULT 1,
    planned_revision bigint NOT NULL DEFAULT 0, -- for which the reminders were made
    planned_at timestamptz
);
CREATE INDEX due_things_unplanned ON due_things (subject_id) WHERE revision <> planned_revision;
CREATE INDEX due_things_therapist ON due_things (therapist_id, expires_on);

-- Each reminder once: by what it is about, the last day and the days before it.
CREATE TABLE reminders (
    id uuid PRIMARY KEY,
    kind text NOT NULL,
    subject_id uuid NOT NULL REFERENCES due_things (subject_id),
    therapist_id uuid NOT NULL REFERENCES therapists (id),
    expires_on date NOT NULL,
    days bigint NOT NULL, -- before expires_on; negative: after it
    due_at timestamptz NOT NULL,
    state text NOT NULL CHECK (state IN ('waiting', 'sent', 'silenced')),
    settled_at timestamptz, -- when it was sent or silenced
    UNIQUE (subject_id, expires_on, days),
    CHECK ((state = 'waiting') = (settled_at IS NULL))
);
CREATE INDEX reminders_due ON reminders (due_at, id) WHERE state = 'waiting';
CREATE INDEX reminders_waiting ON reminders (subject_id) WHERE state = 'waiting';

-- How somebody wants to be reminded; no row: the default.
CREATE TABLE reminder_settings (
    therapist_id uuid PRIMARY KEY REFERENCES therapists (id),
    switched_off boolean NOT NULL,
    days text NOT NULL, -- a JSON array
    quiet_from bigint NOT NULL CHECK (quiet_from BETWEEN 0 AND 1439), -- minutes after midnight, by the local clock
    quiet_until bigint NOT NULL CHECK (quiet_until BETWEEN 0 AND 1439),
    updated_at timestamptz NOT NULL,
    version bigint NOT NULL
);

-- +goose StatementBegin
CREATE FUNCTION due_license() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO due_things (subject_id, kind, therapist_id, organization_id, jurisdiction, label, expires_on)
    VALUES (NEW.id, 'license', NEW.therapist_id, NEW.organization_id, NEW.jurisdiction, NEW.jurisdiction || ' ' || NEW.title || ' ' || NEW.number, NEW.expires_on)
    ON CONFLICT (subject_id) DO UPDATE SET therapist_id = excluded.therapist_id, label = excluded.label, expires_on = excluded.expires_on,
        revision = due_things.revision + 1;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER licenses_due AFTER INSERT OR UPDATE OF therapist_id, jurisdiction, title, number, expires_on ON licenses
    FOR EACH ROW EXECUTE FUNCTION due_license();

-- A licence's attestation ends with the licence, which is a due thing itself.
-- +goose StatementBegin
CREATE FUNCTION due_credential() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO due_things (subject_id, kind, therapist_id, organization_id, label, expires_on)
    VALUES (NEW.id, 'credential', NEW.therapist_id, NEW.organization_id, NEW.title, ((NEW.valid_until - interval '1 microsecond') AT TIME ZONE 'UTC')::date);
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER credentials_due AFTER INSERT ON credentials
    FOR EACH ROW WHEN (NEW.kind <> 'license' AND NEW.valid_until IS NOT NULL) EXECUTE FUNCTION due_credential();

-- The zone says when it is morning.
-- +goose StatementBegin
CREATE FUNCTION due_zone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE due_things SET revision = revision + 1 WHERE therapist_id = NEW.id;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER therapists_due AFTER UPDATE OF zone ON therapists
    FOR EACH ROW WHEN (OLD.zone <> NEW.zone) EXECUTE FUNCTION due_zone();

INSERT INTO due_things (subject_id, kind, therapist_id, organization_id, jurisdiction, label, expires_on)
    SELECT id, 'license', therapist_id, organization_id, jurisdiction, jurisdiction || ' ' || title || ' ' || number, expires_on FROM licenses;
INSERT INTO due_things (subject_id, kind, therapist_id, organization_id, label, expires_on)
    SELECT id, 'credential', therapist_id, organization_id, title, ((valid_until - interval '1 microsecond') AT TIME ZONE 'UTC')::date
    FROM credentials WHERE kind <> 'license' AND valid_until IS NOT NULL;
