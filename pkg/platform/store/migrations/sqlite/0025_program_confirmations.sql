-- +goose Up
-- One person publishes a version of a program, and nobody is certified by it until a
-- second one has confirmed it. A version without a row here waits: what is not known
-- is no yes.
ALTER TABLE program_versions ADD COLUMN published_by TEXT REFERENCES accounts (id); -- NULL: of a version from before this was kept
ALTER TABLE program_versions ADD COLUMN written_by TEXT REFERENCES accounts (id); -- who wrote its draft last; NULL: it had none, or as above

CREATE TABLE program_confirmations (
    program_version_id TEXT PRIMARY KEY REFERENCES program_versions (id),
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    confirmed_by TEXT REFERENCES accounts (id), -- NULL: it was published before a second person was asked
    confirmed_at DATETIME, -- NULL as above
    CHECK ((confirmed_by IS NULL) = (confirmed_at IS NULL))
);
-- +goose StatementBegin
CREATE TRIGGER program_confirmations_no_update BEFORE UPDATE ON program_confirmations BEGIN SELECT RAISE(ABORT, 'frozen: a row of program_confirmations never changes'); END;
CREATE TRIGGER program_confirmations_no_delete BEFORE DELETE ON program_confirmations BEGIN SELECT RAISE(ABORT, 'frozen: a row of program_confirmations never changes'); END;
-- +goose StatementEnd

-- What is there now was published when one person's word was enough, and schools
-- certify by it. To have it wait would stop every school on the day of its upgrade, so
-- it goes on as it is, and says so: nobody is named.
INSERT INTO program_confirmations (program_version_id, organization_id) SELECT id, organization_id FROM program_versions;
