-- +goose Up
-- What is good until a day. Whoever records such a thing does not have to know of
-- it: a trigger of its own table keeps the row.
CREATE TABLE due_things (
    subject_id TEXT PRIMARY KEY, -- of the licence or the credential
    kind text NOT NULL, -- license, credential; a further kind comes with a trigger of its own
    therapist_id TEXT NOT NULL REFERENCES therapists (id),
    organization_id TEXT REFERENCES organizations (id), -- whose zone counts where the therapist told none
    jurisdiction text NOT NULL DEFAULT '', -- whose zone counts where nobody told one
    label text NOT NULL, -- what it is called in a mail
    expires_on DATE, -- the last good day; NULL: it does not end any more
    revision INTEGER NOT NULL DEFAULT 1,
    planned_revision INTEGER NOT NULL DEFAULT 0, -- for which the reminders were made
    planned_at DATETIME
);
CREATE INDEX due_things_unplanned ON due_things (subject_id) WHERE revision <> planned_revision;
CREATE INDEX due_things_therapist ON due_things (therapist_id, expires_on);

-- Each reminder once: by what it is about, the last day and the days before it.
CREATE TABLE reminders (
    id TEXT PRIMARY KEY,
    kind text NOT NULL,
    subject_id TEXT NOT NULL REFERENCES due_things (subject_id),
    therapist_id TEXT NOT NULL REFERENCES therapists (id),
    expires_on DATE NOT NULL,
    days INTEGER NOT NULL, -- before expires_on; negative: after it
    due_at DATETIME NOT NULL,
    state text NOT NULL CHECK (state IN ('waiting', 'sent', 'silenced')),
    settled_at DATETIME, -- when it was sent or silenced
    UNIQUE (subject_id, expires_on, days),
    CHECK ((state = 'waiting') = (settled_at IS NULL))
);
CREATE INDEX reminders_due ON reminders (due_at, id) WHERE state = 'waiting';
CREATE INDEX reminders_waiting ON reminders (subject_id) WHERE state = 'waiting';

-- How somebody wants to be reminded; no row: the default.
CREATE TABLE reminder_settings (
    therapist_id TEXT PRIMARY KEY REFERENCES therapists (id),
    switched_off BOOLEAN NOT NULL,
    days text NOT NULL, -- a JSON array
    quiet_from INTEGER NOT NULL CHECK (quiet_from BETWEEN 0 AND 1439), -- minutes after midnight, by the local clock
    quiet_until INTEGER NOT NULL CHECK (quiet_until BETWEEN 0 AND 1439),
    updated_at DATETIME NOT NULL,
    version INTEGER NOT NULL
);

-- +goose StatementBegin
CREATE TRIGGER licenses_due_new AFTER INSERT ON licenses BEGIN
    INSERT INTO due_things (subject_id, kind, therapist_id, organization_id, jurisdiction, label, expires_on)
    VALUES (NEW.id, 'license', NEW.therapist_id, NEW.organization_id, NEW.jurisdiction, NEW.jurisdiction || ' ' || NEW.title || ' ' || NEW.number, NEW.expires_on);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER licenses_due_changed AFTER UPDATE OF therapist_id, jurisdiction, title, number, expires_on ON licenses BEGIN
    UPDATE due_things SET therapist_id = NEW.therapist_id, label = NEW.jurisdiction || ' ' || NEW.title || ' ' || NEW.number, expires_on = NEW.expires_on,
        revision = revision + 1 WHERE subject_id = NEW.id;
END;
-- +goose StatementEnd

-- A licence's attestation ends with the licence, which is a due thing itself.
-- +goose StatementBegin
CREATE TRIGGER credentials_due AFTER INSERT ON credentials WHEN NEW.kind <> 'license' AND NEW.valid_until IS NOT NULL BEGIN
    INSERT INTO due_things (subject_id, kind, therapist_id, organization_id, label, expires_on)
    VALUES (NEW.id, 'credential', NEW.therapist_id, NEW.organization_id, NEW.title, date(NEW.valid_until, '-0.001 seconds'));
END;
-- +goose StatementEnd

-- The zone says when it is morning.
-- +goose StatementBegin
CREATE TRIGGER therapists_due AFTER UPDATE OF zone ON therapists WHEN OLD.zone <> NEW.zone BEGIN
    UPDATE due_things SET revision = revision + 1 WHERE therapist_id = NEW.id;
END;
-- +goose StatementEnd

INSERT INTO due_things (subject_id, kind, therapist_id, organization_id, jurisdiction, label, expires_on)
    SELECT id, 'license', therapist_id, organization_id, jurisdiction, jurisdiction || ' ' || title || ' ' || number, expires_on FROM licenses;
INSERT INTO due_things (subject_id, kind, therapist_id, organization_id, label, expires_on)
    SELECT id, 'credential', therapist_id, organization_id, title, date(valid_until, '-0.001 seconds')
    FROM credentials WHERE kind <> 'license' AND valid_until IS NOT NULL;
