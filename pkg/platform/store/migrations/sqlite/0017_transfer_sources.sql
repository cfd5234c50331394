-- +goose Up
-- Hours that one school of this installation takes over from another's signed
-- credits, by a grant of the person. SQLite cannot change a check: the table is made
-- again, and what refers to it finds its rows there again at the end.
PRAGMA defer_foreign_keys = ON;
CREATE TABLE transfers_before AS SELECT * FROM transfers;
DROP TABLE transfers;
CREATE TABLE transfers (
    id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    enrollment_id TEXT NOT NULL REFERENCES enrollments (id),
    therapist_id TEXT NOT NULL REFERENCES therapists (id),
    state TEXT NOT NULL CHECK (state IN ('proposed', 'accepted', 'declined', 'reversed')),
    school TEXT NOT NULL,
    school_license TEXT NOT NULL,
    transcript TEXT NOT NULL, -- the transcript's reference
    completed_on DATE NOT NULL, -- the last day of attendance there
    lines TEXT NOT NULL, -- JSON: subject, setting, minutes, delivery, grade
    document_id TEXT REFERENCES documents (id),
    reason TEXT NOT NULL DEFAULT '',
    proposed_at DATETIME NOT NULL,
    proposed_by TEXT NOT NULL REFERENCES accounts (id),
    decided_at DATETIME,
    decided_by TEXT REFERENCES accounts (id),
    version INTEGER NOT NULL DEFAULT 1,
    source_organization_id TEXT REFERENCES organizations (id), -- whose signed credits it stands on; NULL: on a document
    source_enrollment_id TEXT REFERENCES enrollments (id),
    grant_id TEXT REFERENCES grants (id), -- that let the school see them
    source_digest TEXT NOT NULL DEFAULT '', -- SHA-256 over those credits
    stood_at DATETIME, -- when someone of the school stood by hours whose source is lost; NULL: nobody has
    stood_by TEXT REFERENCES accounts (id),
    stood_reason TEXT NOT NULL DEFAULT '',
    CHECK (state <> 'accepted' OR decided_by <> proposed_by AND (document_id IS NOT NULL OR source_digest <> '')),
    CHECK (document_id IS NULL OR source_digest = ''),
    CHECK ((source_organization_id IS NULL) = (source_digest = '') AND (source_enrollment_id IS NULL) = (source_digest = '')
        AND (grant_id IS NULL) = (source_digest = '')),
    CHECK ((stood_at IS NULL) = (stood_by IS NULL) AND (stood_at IS NULL) = (stood_reason = '') AND (stood_at IS NULL OR source_digest <> ''))
);
INSERT INTO transfers (id, organization_id, enrollment_id, therapist_id, state, school, school_license, transcript, completed_on, lines, document_id,
    reason, proposed_at, proposed_by, decided_at, decided_by, version)
SELECT id, organization_id, enrollment_id, therapist_id, state, school, school_license, transcript, completed_on, lines, document_id,
    reason, proposed_at, proposed_by, decided_at, decided_by, version FROM transfers_before;
DROP TABLE transfers_before;
CREATE INDEX transfers_organization ON transfers (organization_id, id);
CREATE INDEX transfers_enrollment ON transfers (enrollment_id, id);
CREATE INDEX transfers_document ON transfers (document_id) WHERE document_id IS NOT NULL;
CREATE INDEX transfers_source ON transfers (source_organization_id, id) WHERE source_organization_id IS NOT NULL;
CREATE INDEX transfers_source_enrollment ON transfers (source_enrollment_id) WHERE source_enrollment_id IS NOT NULL;
-- +goose StatementBegin
-- A transfer is what was proposed, with its transcript once it is decided.
CREATE TRIGGER transfers_frozen BEFORE UPDATE ON transfers
WHEN OLD.state = 'proposed'
 AND (NEW.id, NEW.organization_id, NEW.enrollment_id, NEW.therapist_id, NEW.school, NEW.school_license, NEW.transcript, NEW.completed_on, NEW.lines,
     NEW.proposed_at, NEW.proposed_by, NEW.source_organization_id, NEW.source_enrollment_id, NEW.grant_id, NEW.source_digest,
     NEW.stood_at, NEW.stood_by, NEW.stood_reason)
 IS NOT (OLD.id, OLD.organization_id, OLD.enrollment_id, OLD.therapist_id, OLD.school, OLD.school_license, OLD.transcript, OLD.completed_on, OLD.lines,
     OLD.proposed_at, OLD.proposed_by, OLD.source_organization_id, OLD.source_enrollment_id, OLD.grant_id, OLD.source_digest,
     OLD.stood_at, OLD.stood_by, OLD.stood_reason)
BEGIN
    SELECT RAISE(ABORT, 'frozen: a settled row of transfers does not change');
END;
CREATE TRIGGER transfers_accepted BEFORE UPDATE ON transfers
WHEN OLD.state = 'accepted'
 AND (NEW.id, NEW.organization_id, NEW.enrollment_id, NEW.therapist_id, NEW.school, NEW.school_license, NEW.transcript, NEW.completed_on, NEW.lines,
     NEW.document_id, NEW.proposed_at, NEW.proposed_by, NEW.source_organization_id, NEW.source_enrollment_id, NEW.grant_id, NEW.source_digest)
 IS NOT (OLD.id, OLD.organization_id, OLD.enrollment_id, OLD.therapist_id, OLD.school, OLD.school_license, OLD.transcript, OLD.completed_on, OLD.lines,
     OLD.document_id, OLD.proposed_at, OLD.proposed_by, OLD.source_organization_id, OLD.source_enrollment_id, OLD.grant_id, OLD.source_digest)
BEGIN
    SELECT RAISE(ABORT, 'frozen: a settled row of transfers does not change');
END;
CREATE TRIGGER transfers_over BEFORE UPDATE ON transfers
WHEN OLD.state IN ('declined', 'reversed')
BEGIN
    SELECT RAISE(ABORT, 'frozen: a settled row of transfers does not change');
END;
CREATE TRIGGER transfers_kept BEFORE DELETE ON transfers
BEGIN
    SELECT RAISE(ABORT, 'frozen: a transfer stays');
END;
CREATE TRIGGER transfers_document_replaced AFTER UPDATE OF document_id ON transfers
WHEN OLD.document_id IS NOT NEW.document_id
BEGIN
    DELETE FROM documents WHERE id = OLD.document_id AND NOT EXISTS (SELECT 1 FROM document_uses u WHERE u.document_id = OLD.document_id);
END;
CREATE TRIGGER transfers_document_dropped AFTER DELETE ON transfers
BEGIN
    DELETE FROM documents WHERE id = OLD.document_id AND NOT EXISTS (SELECT 1 FROM document_uses u WHERE u.document_id = OLD.document_id);
END;
CREATE TRIGGER transfers_school_closed BEFORE INSERT ON transfers
WHEN (SELECT COALESCE(closing_at, closed_at) FROM organizations WHERE id = NEW.organization_id) IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'school_closed'); END;
-- +goose StatementEnd

-- Hours of one subject may have been taught in both ways.
DROP INDEX credits_transfer_once;
CREATE UNIQUE INDEX credits_transfer_once ON credits (transfer_id, subject, setting, delivery) WHERE reverses_id IS NULL AND transfer_id IS NOT NULL;

-- The signed credits of another school that a transfer stands on.
CREATE TABLE transfer_credits (
    transfer_id TEXT NOT NULL REFERENCES transfers (id),
    credit_id TEXT NOT NULL REFERENCES credits (id),
    minutes INTEGER NOT NULL CHECK (minutes > 0), -- those of the credit
    subject TEXT NOT NULL, -- of the school that takes it over
    setting TEXT NOT NULL,
    delivery TEXT NOT NULL,
    stood_at DATETIME, -- when the school stood by it although it was lost; NULL: it has not
    PRIMARY KEY (transfer_id, credit_id)
);
CREATE INDEX transfer_credits_credit ON transfer_credits (credit_id);
-- +goose StatementBegin
CREATE TRIGGER transfer_credits_locked BEFORE UPDATE ON transfer_credits
WHEN (NEW.transfer_id, NEW.credit_id, NEW.minutes, NEW.subject, NEW.setting, NEW.delivery)
 IS NOT (OLD.transfer_id, OLD.credit_id, OLD.minutes, OLD.subject, OLD.setting, OLD.delivery)
BEGIN SELECT RAISE(ABORT, 'frozen: what a transfer stands on does not change'); END;
CREATE TRIGGER transfer_credits_kept BEFORE DELETE ON transfer_credits
BEGIN SELECT RAISE(ABORT, 'frozen: what a transfer stands on does not change'); END;
-- +goose StatementEnd

-- What was lost of a transfer's source: reversed there, or in doubt, and since when.
CREATE VIEW lost_sources AS
    SELECT x.transfer_id, x.credit_id, x.minutes, x.lost_at FROM (
        SELECT tc.transfer_id, tc.credit_id, tc.minutes, tc.stood_at, COALESCE(
            (SELECT r.posted_at FROM credits r WHERE r.reverses_id = tc.credit_id),
            (SELECT MAX(COALESCE(d.decided_at, d.found_at)) FROM doubts d WHERE d.entry_id = c.entry_id AND d.verdict <> 'counts')) AS lost_at
        FROM transfer_credits tc JOIN credits c ON c.id = tc.credit_id
    ) AS x WHERE x.lost_at IS NOT NULL AND (x.stood_at IS NULL OR x.lost_at > x.stood_at);
