-- +goose Up
-- What therapists dispute of their records, and what those who recorded it answer.
CREATE TABLE disputes (
    id TEXT PRIMARY KEY,
    item_kind TEXT NOT NULL CHECK (item_kind IN ('license', 'license_event', 'adverse_action', 'holding', 'course_completion', 'certificate')),
    item_id TEXT NOT NULL, -- of the table of that kind
    item_name TEXT NOT NULL, -- what it was called then
    therapist_id TEXT NOT NULL REFERENCES therapists (id),
    organization_id TEXT NOT NULL REFERENCES organizations (id), -- that recorded it
    recorded_by TEXT REFERENCES accounts (id),
    reason TEXT NOT NULL,
    opened_at DATETIME NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'upheld', 'corrected', 'withdrawn')),
    answer TEXT NOT NULL DEFAULT '',
    closed_by TEXT REFERENCES accounts (id),
    closed_at DATETIME,
    version INTEGER NOT NULL DEFAULT 1,
    CHECK ((state = 'open') = (closed_at IS NULL))
);
CREATE UNIQUE INDEX disputes_once ON disputes (item_kind, item_id) WHERE state = 'open';
CREATE INDEX disputes_organization ON disputes (organization_id, id);
CREATE INDEX disputes_therapist ON disputes (therapist_id, id);

-- +goose StatementBegin
CREATE TRIGGER disputes_open_locked BEFORE UPDATE ON disputes WHEN OLD.state = 'open' AND
    (NEW.id, NEW.item_kind, NEW.item_id, NEW.item_name, NEW.therapist_id, NEW.organization_id, NEW.recorded_by, NEW.reason, NEW.opened_at)
    IS NOT (OLD.id, OLD.item_kind, OLD.item_id, OLD.item_name, OLD.therapist_id, OLD.organization_id, OLD.recorded_by, OLD.reason, OLD.opened_at)
BEGIN SELECT RAISE(ABORT, 'frozen: a dispute is only ever answered'); END;
CREATE TRIGGER disputes_closed_locked BEFORE UPDATE ON disputes WHEN OLD.state <> 'open'
BEGIN SELECT RAISE(ABORT, 'frozen: a dispute is only ever answered'); END;
CREATE TRIGGER disputes_kept BEFORE DELETE ON disputes BEGIN SELECT RAISE(ABORT, 'frozen: a dispute is only ever answered'); END;
-- +goose StatementEnd
