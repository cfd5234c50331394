-- +goose Up
-- Who decides a waiver or an extension: the school to which it was handed in.
ALTER TABLE ce_leaves ADD COLUMN organization_id TEXT REFERENCES organizations (id); -- NULL: handed in to nobody, before version 19
UPDATE ce_leaves SET organization_id = (
    SELECT e.organization_id FROM audit_events e
    WHERE e.therapist_id = ce_leaves.therapist_id AND e.action = 'ce_leave.request' AND e.target_id = ce_leaves.id AND e.organization_id IS NOT NULL
    ORDER BY e.id LIMIT 1);
UPDATE ce_leaves SET organization_id = (
    SELECT f.organization_id FROM therapists f
    WHERE (f.person_id = ce_leaves.therapist_id OR f.id = ce_leaves.therapist_id) AND f.organization_id IS NOT NULL
    ORDER BY f.id LIMIT 1)
WHERE organization_id IS NULL;
CREATE INDEX ce_leaves_organization ON ce_leaves (organization_id, id);

-- +goose StatementBegin
CREATE TRIGGER ce_leaves_open_locked BEFORE UPDATE ON ce_leaves WHEN OLD.state = 'requested' AND
    (NEW.id, NEW.license_id, NEW.therapist_id, NEW.organization_id, NEW.kind, NEW.cycle_from, NEW.cycle_to, NEW.minutes, NEW.until, NEW.reason, NEW.requested_at, NEW.requested_by)
    IS NOT (OLD.id, OLD.license_id, OLD.therapist_id, OLD.organization_id, OLD.kind, OLD.cycle_from, OLD.cycle_to, OLD.minutes, OLD.until, OLD.reason, OLD.requested_at, OLD.requested_by)
BEGIN SELECT RAISE(ABORT, 'frozen: what was asked for is only ever decided'); END;
CREATE TRIGGER ce_leaves_decided_locked BEFORE UPDATE ON ce_leaves WHEN OLD.state <> 'requested'
BEGIN SELECT RAISE(ABORT, 'frozen: what was asked for is only ever decided'); END;
-- +goose StatementEnd
