-- +goose Up
-- What was true when is kept apart from what was known when: terms have a
-- history of their own, a status may end, and a record may be withdrawn.
CREATE TABLE license_events_new (
    id TEXT PRIMARY KEY,
    license_id TEXT NOT NULL REFERENCES licenses (id),
    axis TEXT NOT NULL CHECK (axis IN ('lifecycle', 'discipline', 'term')),
    status TEXT NOT NULL,
    effective_on DATE NOT NULL,
    until DATE CHECK (until >= effective_on), -- the last day of it; NULL: no end
    method TEXT NOT NULL CHECK (method IN ('primary_source', 'document', 'self_report')),
    source TEXT NOT NULL,
    checked_on DATE NOT NULL,
    note TEXT NOT NULL DEFAULT '',
    withdraws_id TEXT UNIQUE REFERENCES license_events_new (id), -- the record that was an error
    recorded_at DATETIME NOT NULL,
    recorded_by TEXT NOT NULL REFERENCES accounts (id),
    CHECK ((withdraws_id IS NOT NULL) = (status = 'withdrawn'))
);
INSERT INTO license_events_new (id, license_id, axis, status, effective_on, method, source, checked_on, note, recorded_at, recorded_by)
SELECT id, license_id, axis, status, effective_on, method, source, checked_on, note, recorded_at, recorded_by FROM license_events;
DROP TABLE license_events;
ALTER TABLE license_events_new RENAME TO license_events;
CREATE INDEX license_events_license ON license_events (license_id, id);
-- +goose StatementBegin
CREATE TRIGGER license_events_no_update BEFORE UPDATE ON license_events BEGIN SELECT RAISE(ABORT, 'frozen: a row of license_events never changes'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER license_events_no_delete BEFORE DELETE ON license_events BEGIN SELECT RAISE(ABORT, 'frozen: a row of license_events never changes'); END;
-- +goose StatementEnd

-- The term that was recorded with the licence; expires_on is from now on the
-- last day of all terms that are recorded.
INSERT INTO license_events (id, license_id, axis, status, effective_on, until, method, source, checked_on, recorded_at, recorded_by)
SELECT l.id, l.id, 'term', 'issued', min(COALESCE(l.issued_on, e.effective_on), l.expires_on), l.expires_on, e.method, e.source, e.checked_on, l.created_at, l.created_by
FROM licenses l JOIN license_events e ON e.license_id = l.id AND e.axis = 'lifecycle'
WHERE l.expires_on IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM license_events o WHERE o.license_id = l.id AND o.axis = 'lifecycle' AND o.id < e.id);
CREATE INDEX licenses_expiry ON licenses (expires_on, id);
