-- +goose Up
-- Hours that one school of this installation takes over from another's signed
-- credits, by a grant of the person.
ALTER TABLE transfers
    ADD COLUMN source_organization_id uuid REFERENCES organizations (id),
    ADD COLUMN source_enrollment_id uuid REFERENCES enrollments (id),
    ADD COLUMN grant_id uuid REFERENCES grants (id),
    ADD COLUMN source_digest text NOT NULL DEFAULT '',
    ADD COLUMN stood_at timestamptz,
    ADD COLUMN stood_by uuid REFERENCES accounts (id),
    ADD COLUMN stood_reason text NOT NULL DEFAULT '';
COMMENT ON COLUMN transfers.lines IS 'JSON: subject, setting, minutes, delivery, grade';
COMMENT ON COLUMN transfers.source_organization_id IS 'whose signed credits it stands on; NULL: on a document';
COMMENT ON COLUMN transfers.grant_id IS 'that let the school see them';
COMMENT ON COLUMN transfers.source_digest IS 'SHA-256 over those credits';
COMMENT ON COLUMN transfers.stood_at IS 'when someone of the school stood by hours whose source is lost; NULL: nobody has';
ALTER TABLE transfers DROP CONSTRAINT transfers_check;
ALTER TABLE transfers ADD CHECK (state <> 'accepted' OR decided_by <> proposed_by AND (document_id IS NOT NULL OR source_digest <> '')),
    ADD CHECK (document_id IS NULL OR source_digest = ''),
    ADD CHECK ((source_organization_id IS NULL) = (source_digest = '') AND (source_enrollment_id IS NULL) = (source_digest = '')
        AND (grant_id IS NULL) = (source_digest = '')),
    ADD CHECK ((stood_at IS NULL) = (stood_by IS NULL) AND (stood_at IS NULL) = (stood_reason = '') AND (stood_at IS NULL OR source_digest <> ''));
CREATE INDEX transfers_source ON transfers (source_organization_id, id) WHERE source_organization_id IS NOT NULL;
CREATE INDEX transfers_source_enrollment ON transfers (source_enrollment_id) WHERE source_enrollment_id IS NOT NULL;
DROP TRIGGER transfers_accepted ON transfers;
CREATE TRIGGER transfers_accepted BEFORE UPDATE ON transfers FOR EACH ROW
    WHEN (OLD.state = 'accepted') EXECUTE FUNCTION locked_but('state', 'decided_by', 'decided_at', 'reason', 'version', 'stood_at', 'stood_by', 'stood_reason');

-- Hours of one subject may have been taught in both ways.
DROP INDEX credits_transfer_once;
CREATE UNIQUE INDEX credits_transfer_once ON credits (transfer_id, subject, setting, delivery) WHERE reverses_id IS NULL AND transfer_id IS NOT NULL;

-- The signed credits of another school that a transfer stands on.
CREATE TABLE transfer_credits (
    transfer_id uuid NOT NULL REFERENCES transfers (id),
    credit_id uuid NOT NULL REFERENCES credits (id),
    minutes bigint NOT NULL CHECK (minutes > 0),
    subject text NOT NULL,
    setting text NOT NULL,
    delivery text NOT NULL,
    stood_at timestamptz,
    PRIMARY KEY (transfer_id, credit_id)
);
COMMENT ON COLUMN transfer_credits.minutes IS 'those of the credit';
COMMENT ON COLUMN transfer_credits.subject IS 'of the school that takes it over';
COMMENT ON COLUMN transfer_credits.stood_at IS 'when the school stood by it although it was lost; NULL: it has not';
CREATE INDEX transfer_credits_credit ON transfer_credits (credit_id);
CREATE TRIGGER transfer_credits_locked BEFORE UPDATE ON transfer_credits FOR EACH ROW EXECUTE FUNCTION locked_but('stood_at');
CREATE TRIGGER transfer_credits_kept BEFORE DELETE ON transfer_credits FOR EACH ROW EXECUTE FUNCTION frozen();

-- What was lost of a transfer's source: reversed there, or in doubt, and since when.
CREATE VIEW lost_sources AS
    SELECT x.transfer_id, x.credit_id, x.minutes, x.lost_at FROM (
        SELECT tc.transfer_id, tc.credit_id, tc.minutes, tc.stood_at, COALESCE(
            (SELECT r.posted_at FROM credits r WHERE r.reverses_id = tc.credit_id),
            (SELECT MAX(COALESCE(d.decided_at, d.found_at)) FROM doubts d WHERE d.entry_id = c.entry_id AND d.verdict <> 'counts')) AS lost_at
        FROM transfer_credits tc JOIN credits c ON c.id = tc.credit_id
    ) AS x WHERE x.lost_at IS NOT NULL AND (x.stood_at IS NULL OR x.lost_at > x.stood_at);
