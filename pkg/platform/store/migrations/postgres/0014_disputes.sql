-- +goose Up
-- What therapists dispute of their records, and what those who recorded it answer.
CREATE TABLE disputes (
    id uuid PRIMARY KEY,
    item_kind text NOT NULL CHECK (item_kind IN ('license', 'license_event', 'adverse_action', 'holding', 'course_completion', 'certificate')),
    item_id uuid NOT NULL,
    item_name text NOT NULL,
    therapist_id uuid NOT NULL REFERENCES therapists (id),
    organization_id uuid NOT NULL REFERENCES organizations (id),
    recorded_by uuid REFERENCES accounts (id),
    reason text NOT NULL,
    opened_at timestamptz NOT NULL,
    state text NOT NULL CHECK (state IN ('open', 'upheld', 'corrected', 'withdrawn')),
    answer text NOT NULL DEFAULT '',
    closed_by uuid REFERENCES accounts (id),
    closed_at timestamptz,
    version bigint NOT NULL DEFAULT 1,
    CHECK ((state = 'open') = (closed_at IS NULL))
);
COMMENT ON COLUMN disputes.item_id IS 'of the table of that kind';
COMMENT ON COLUMN disputes.item_name IS 'what it was called then';
COMMENT ON COLUMN disputes.organization_id IS 'that recorded it';
CREATE UNIQUE INDEX disputes_once ON disputes (item_kind, item_id) WHERE state = 'open';
CREATE INDEX disputes_organization ON disputes (organization_id, id);
CREATE INDEX disputes_therapist ON disputes (therapist_id, id);

CREATE TRIGGER disputes_open_locked BEFORE UPDATE ON disputes FOR EACH ROW
    WHEN (OLD.state = 'open') EXECUTE FUNCTION locked_but('state', 'answer', 'closed_by', 'closed_at', 'version');
CREATE TRIGGER disputes_closed_locked BEFORE UPDATE ON disputes FOR EACH ROW
    WHEN (OLD.state <> 'open') EXECUTE FUNCTION frozen();
CREATE TRIGGER disputes_kept BEFORE DELETE ON disputes FOR EACH ROW EXECUTE FUNCTION frozen();
