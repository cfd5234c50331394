-- +goose Up
-- What strangers report of the directory, and who takes entries down.
CREATE TABLE directory_reports (
    id uuid PRIMARY KEY,
    therapist_id uuid NOT NULL REFERENCES therapists (id),
    reason text NOT NULL CHECK (reason IN ('not_this_person', 'not_licensed', 'wrong_contact', 'other')),
    note text NOT NULL,
    reported_at timestamptz NOT NULL,
    outcome text NOT NULL DEFAULT '' CHECK (outcome IN ('', 'kept', 'taken_down')),
    decided_for uuid REFERENCES organizations (id),
    decided_by uuid REFERENCES accounts (id),
    decided_at timestamptz,
    CHECK ((outcome = '') = (decided_at IS NULL))
);
COMMENT ON COLUMN directory_reports.outcome IS 'empty: nobody has decided';
COMMENT ON COLUMN directory_reports.decided_for IS 'NULL: the operator did';
CREATE INDEX directory_reports_therapist ON directory_reports (therapist_id, id);

CREATE TABLE directory_take_downs (
    id uuid PRIMARY KEY,
    therapist_id uuid NOT NULL REFERENCES therapists (id),
    organization_id uuid REFERENCES organizations (id),
    reason text NOT NULL,
    taken_by uuid NOT NULL REFERENCES accounts (id),
    taken_at timestamptz NOT NULL,
    lifted_by uuid REFERENCES accounts (id),
    lifted_at timestamptz,
    version bigint NOT NULL DEFAULT 1
);
COMMENT ON COLUMN directory_take_downs.organization_id IS 'NULL: the operator did';
COMMENT ON COLUMN directory_take_downs.lifted_at IS 'NULL: the entry is down';
CREATE UNIQUE INDEX directory_take_downs_school ON directory_take_downs (therapist_id, organization_id) WHERE lifted_at IS NULL;
CREATE UNIQUE INDEX directory_take_downs_operator ON directory_take_downs (therapist_id) WHERE lifted_at IS NULL AND organization_id IS NULL;
CREATE INDEX directory_take_downs_organization ON directory_take_downs (organization_id, id);

CREATE TRIGGER directory_reports_open_locked BEFORE UPDATE ON directory_reports FOR EACH ROW
    WHEN (OLD.outcome = '') EXECUTE FUNCTION locked_but('outcome', 'decided_for', 'decided_by', 'decided_at');
CREATE TRIGGER directory_reports_decided_locked BEFORE UPDATE ON directory_reports FOR EACH ROW
    WHEN (OLD.outcome <> '') EXECUTE FUNCTION frozen();
CREATE TRIGGER directory_reports_kept BEFORE DELETE ON directory_reports FOR EACH ROW EXECUTE FUNCTION frozen();
CREATE TRIGGER directory_take_downs_open_locked BEFORE UPDATE ON directory_take_downs FOR EACH ROW
    WHEN (OLD.lifted_at IS NULL) EXECUTE FUNCTION locked_but('lifted_by', 'lifted_at', 'version');
CREATE TRIGGER directory_take_downs_lifted_locked BEFORE UPDATE ON directory_take_downs FOR EACH ROW
    WHEN (OLD.lifted_at IS NOT NULL) EXECUTE FUNCTION frozen();
CREATE TRIGGER directory_take_downs_kept BEFORE DELETE ON directory_take_downs FOR EACH ROW EXECUTE FUNCTION frozen();
