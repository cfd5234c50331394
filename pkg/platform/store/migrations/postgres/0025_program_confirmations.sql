-- +goose Up
-- One person publishes a version of a program, and nobody is certified by it until a
-- second one has confirmed it. A version without a row here waits: what is not known
-- is no yes.
ALTER TABLE program_versions ADD COLUMN published_by uuid REFERENCES accounts (id);
ALTER TABLE program_versions ADD COLUMN written_by uuid REFERENCES accounts (id);
COMMENT ON COLUMN program_versions.published_by IS 'NULL: of a version from before this was kept';
COMMENT ON COLUMN program_versions.written_by IS 'who wrote its draft last; NULL: it had none, or it is from before this was kept';

CREATE TABLE program_confirmations (
    program_version_id uuid PRIMARY KEY REFERENCES program_versions (id),
    organization_id uuid NOT NULL REFERENCES organizations (id),
    confirmed_by uuid REFERENCES accounts (id),
    confirmed_at timestamptz,
    CHECK ((confirmed_by IS NULL) = (confirmed_at IS NULL))
);
COMMENT ON COLUMN program_confirmations.confirmed_by IS 'NULL: it was published before a second person was asked';
COMMENT ON COLUMN program_confirmations.confirmed_at IS 'NULL as confirmed_by';
CREATE TRIGGER program_confirmations_frozen BEFORE UPDATE OR DELETE ON program_confirmations FOR EACH ROW EXECUTE FUNCTION frozen();

-- What is there now was published when one person's word was enough, and schools
-- certify by it. To have it wait would stop every school on the day of its upgrade, so
-- it goes on as it is, and says so: nobody is named.
INSERT INTO program_confirmations (program_version_id, organization_id) SELECT id, organization_id FROM program_versions;
