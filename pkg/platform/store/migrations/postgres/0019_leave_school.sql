-- +goose Up
-- Who decides a waiver or an extension: the school to which it was handed in.
ALTER TABLE ce_leaves ADD COLUMN organization_id uuid REFERENCES organizations (id);
COMMENT ON COLUMN ce_leaves.organization_id IS 'NULL: handed in to nobody, before version 19';
UPDATE ce_leaves SET organization_id = (
    SELECT e.organization_id FROM audit_events e
    WHERE e.therapist_id = ce_leaves.therapist_id AND e.action = 'ce_leave.request' AND e.target_id = ce_leaves.id::text AND e.organization_id IS NOT NULL
    ORDER BY e.id LIMIT 1);
UPDATE ce_leaves SET organization_id = (
    SELECT f.organization_id FROM therapists f
    WHERE (f.person_id = ce_leaves.therapist_id OR f.id = ce_leaves.therapist_id) AND f.organization_id IS NOT NULL
    ORDER BY f.id LIMIT 1)
WHERE organization_id IS NULL;
CREATE INDEX ce_leaves_organization ON ce_leaves (organization_id, id);

CREATE TRIGGER ce_leaves_open_locked BEFORE UPDATE ON ce_leaves FOR EACH ROW
    WHEN (OLD.state = 'requested') EXECUTE FUNCTION locked_but('state', 'authority', 'granted_on', 'note', 'decided_at', 'decided_by', 'version');
CREATE TRIGGER ce_leaves_decided_locked BEFORE UPDATE ON ce_leaves FOR EACH ROW
    WHEN (OLD.state <> 'requested') EXECUTE FUNCTION frozen();
