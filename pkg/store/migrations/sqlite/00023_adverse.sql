-- +goose Up
-- What authorities did about licences. An action is never changed, only its
-- document may be added; the
-- discipline that it caused is an event of its own.
CREATE TABLE adverse_actions (
    id TEXT PRIMARY KEY,
    license_id TEXT NOT NULL REFERENCES licenses (id),
    organization_id TEXT NOT NULL REFERENCES organizations (id), -- whose member recorded it
    kind text NOT NULL CHECK (kind IN ('revocation', 'suspension', 'probation', 'surrender_in_lieu', 'monitoring', 'practice_limitation', 'cease_and_desist', 'other_encumbrance')),
    authority text NOT NULL,
    order_number text NOT NULL,
    starts_on DATE NOT NULL,
    ends_on DATE CHECK (ends_on >= starts_on), -- NULL: no end
    event_id TEXT REFERENCES license_events (id),
    document_id TEXT REFERENCES documents (id),
    note text NOT NULL,
    recorded_by TEXT NOT NULL REFERENCES accounts (id),
    recorded_at DATETIME NOT NULL,
    UNIQUE (license_id, authority, order_number, kind)
);
-- +goose StatementBegin
CREATE TRIGGER adverse_actions_no_update BEFORE UPDATE OF license_id, organization_id, kind, authority, order_number, starts_on, ends_on, event_id, note, recorded_by, recorded_at ON adverse_actions BEGIN SELECT RAISE(ABORT, 'frozen: a row of adverse_actions never changes'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER adverse_actions_no_delete BEFORE DELETE ON adverse_actions BEGIN SELECT RAISE(ABORT, 'frozen: a row of adverse_actions never changes'); END;
-- +goose StatementEnd
