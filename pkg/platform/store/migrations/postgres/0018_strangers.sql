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

-- A person's consent that anyone with an address may see parts of the record.
CREATE TABLE share_links (
    id uuid PRIMARY KEY,
    therapist_id uuid NOT NULL REFERENCES therapists (id),
    secret_hash bytea NOT NULL UNIQUE,
    label text NOT NULL,
    scopes text NOT NULL,
    purpose text NOT NULL CHECK (purpose IN ('education', 'employment', 'placement', 'transfer', 'licensing')),
    wording bigint NOT NULL,
    words text NOT NULL,
    most bigint NOT NULL CHECK (most BETWEEN 1 AND 50),
    used bigint NOT NULL DEFAULT 0 CHECK (used BETWEEN 0 AND most),
    given_at timestamptz NOT NULL,
    until timestamptz NOT NULL,
    ended_at timestamptz
);
COMMENT ON COLUMN share_links.secret_hash IS 'SHA-256 of what stands in the address';
COMMENT ON COLUMN share_links.scopes IS 'JSON array';
COMMENT ON COLUMN share_links.words IS 'that the person agreed to';
COMMENT ON COLUMN share_links.most IS 'uses';
CREATE INDEX share_links_therapist ON share_links (therapist_id, id);

CREATE TABLE share_link_uses (
    id uuid PRIMARY KEY,
    link_id uuid NOT NULL REFERENCES share_links (id),
    at timestamptz NOT NULL
);
CREATE INDEX share_link_uses_link ON share_link_uses (link_id, id);

CREATE TRIGGER share_links_locked BEFORE UPDATE ON share_links FOR EACH ROW
    WHEN (OLD.ended_at IS NULL) EXECUTE FUNCTION locked_but('used', 'ended_at');
CREATE TRIGGER share_links_ended_locked BEFORE UPDATE ON share_links FOR EACH ROW
    WHEN (OLD.ended_at IS NOT NULL) EXECUTE FUNCTION frozen();
CREATE TRIGGER share_links_kept BEFORE DELETE ON share_links FOR EACH ROW EXECUTE FUNCTION frozen();
CREATE TRIGGER share_link_uses_locked BEFORE UPDATE ON share_link_uses FOR EACH ROW EXECUTE FUNCTION frozen();
CREATE TRIGGER share_link_uses_kept BEFORE DELETE ON share_link_uses FOR EACH ROW EXECUTE FUNCTION frozen();
