-- +goose Up
-- How well a word about a license is known, and for whom a look counts.
ALTER TABLE license_events ADD COLUMN register BOOLEAN NOT NULL DEFAULT FALSE; -- a program looked, at a source that the operator vouches for

ALTER TABLE license_checks ADD COLUMN register BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE license_checks ADD COLUMN organization_id TEXT REFERENCES organizations (id); -- whose member looked; NULL: nobody knows
ALTER TABLE license_checks ADD COLUMN lifecycle TEXT NOT NULL DEFAULT ''; -- what was seen; empty: nothing of it
ALTER TABLE license_checks ADD COLUMN discipline TEXT NOT NULL DEFAULT '';
ALTER TABLE license_checks ADD COLUMN address TEXT NOT NULL DEFAULT ''; -- of the page that someone saw
ALTER TABLE license_checks ADD COLUMN document_id TEXT REFERENCES documents (id); -- a copy of it
ALTER TABLE license_checks ADD COLUMN expires_on DATE;
CREATE INDEX license_checks_document ON license_checks (document_id) WHERE document_id IS NOT NULL;
DROP VIEW document_uses;
CREATE VIEW document_uses AS
    SELECT document_id FROM transfers WHERE document_id IS NOT NULL
    UNION ALL SELECT document_id FROM ce_activities WHERE document_id IS NOT NULL
    UNION ALL SELECT document_id FROM ce_rejected_proofs
    UNION ALL SELECT document_id FROM holdings WHERE document_id IS NOT NULL
    UNION ALL SELECT document_id FROM adverse_actions WHERE document_id IS NOT NULL
    UNION ALL SELECT document_id FROM license_checks WHERE document_id IS NOT NULL;

DROP INDEX license_checks_license;
CREATE INDEX license_checks_license ON license_checks (license_id, outcome, register, organization_id, id);
DROP INDEX license_checks_day;
-- What an organization's list says of one day is kept once.
CREATE UNIQUE INDEX license_checks_day ON license_checks (license_id, source, checked_on, organization_id) WHERE outcome IN ('same', 'changed') AND detail = '';

ALTER TABLE organizations ADD COLUMN jurisdiction TEXT NOT NULL DEFAULT ''; -- its state; empty: none is chosen
ALTER TABLE organizations ADD COLUMN look_days INTEGER NOT NULL DEFAULT 0 CHECK (look_days BETWEEN 0 AND 90); -- 0: the house's own limit
ALTER TABLE organizations ADD COLUMN accepts_looks BOOLEAN NOT NULL DEFAULT FALSE; -- what other organizations saw counts
