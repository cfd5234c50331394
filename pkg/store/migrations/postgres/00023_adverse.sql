-- +goose Up
-- What authorities did about licences. An action is never changed, only its
-- document may be added; the
-- discipline that it caused is an event of its own.
CREATE TABLE adverse_actions (
    id uuid PRIMARY KEY,
    license_id uuid NOT NULL REFERENCES licenses (id),
    organization_id uuid NOT NULL REFERENCES organizations (id), -- whose member recorded it
    kind text NOT NULL CHECK (kind IN ('revocation', 'suspension', 'probation', 'surrender_in_lieu', 'monitoring', 'practice_limitation', 'cease_and_desist', 'other_encumbrance')),
    authority text NOT NULL,
    order_number text NOT NULL,
    starts_on date NOT NULL,
    ends_on date CHECK (ends_on >= starts_on), -- NULL: no end
    event_id uuid REFERENCES license_events (id),
    document_id uuid REFERENCES documents (id),
    note text NOT NULL,
    recorded_by uuid NOT NULL REFERENCES accounts (id),
    recorded_at timestamptz NOT NULL,
    UNIQUE (license_id, authority, order_number, kind)
);
CREATE TRIGGER adverse_actions_frozen BEFORE DELETE OR UPDATE OF license_id, organization_id, kind, authority, order_number, starts_on, ends_on, event_id, note, recorded_by, recorded_at ON adverse_actions FOR EACH ROW EXECUTE FUNCTION frozen();
