-- +goose Up
-- An attestation of a license that a register says again has a successor: another signed
-- form under the same code, good for longer, with an entry of a status list of its own.
ALTER TABLE credential_documents ADD COLUMN valid_until timestamptz;
ALTER TABLE credential_documents ADD COLUMN status_list_id uuid REFERENCES status_lists (id);
ALTER TABLE credential_documents ADD COLUMN status_index bigint;
COMMENT ON COLUMN credential_documents.valid_until IS 'NULL: as its credential';
COMMENT ON COLUMN credential_documents.status_list_id IS 'NULL: as its credential';
CREATE INDEX credential_documents_entry ON credential_documents (status_list_id, status_index) WHERE status_list_id IS NOT NULL;

-- The entries of status lists that were given out, and to which credential.
CREATE VIEW status_entries AS
    SELECT id AS credential_id, status_list_id, status_index FROM credentials WHERE status_list_id IS NOT NULL
    UNION SELECT credential_id, status_list_id, status_index FROM credential_documents WHERE status_list_id IS NOT NULL;
