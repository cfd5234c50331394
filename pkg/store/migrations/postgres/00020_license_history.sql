-- +goose Up
-- What was true when is kept apart from what was known when: terms have a
-- history of their own, a status may end, and a record may be withdrawn.
ALTER TABLE license_events DROP CONSTRAINT license_events_axis_check;
ALTER TABLE license_events ADD CONSTRAINT license_events_axis_check CHECK (axis IN ('lifecycle', 'discipline', 'term'));
ALTER TABLE license_events ADD COLUMN until date; -- the last day of it; NULL: no end
ALTER TABLE license_events ADD COLUMN withdraws_id uuid UNIQUE REFERENCES license_events (id); -- the record that was an error
ALTER TABLE license_events ADD CHECK (until >= effective_on);
ALTER TABLE license_events ADD CHECK ((withdraws_id IS NOT NULL) = (status = 'withdrawn'));

-- The term that was recorded with the licence; expires_on is from now on the
-- last day of all terms that are recorded.
INSERT INTO license_events (id, license_id, axis, status, effective_on, until, method, source, checked_on, recorded_at, recorded_by)
SELECT l.id, l.id, 'term', 'issued', LEAST(COALESCE(l.issued_on, e.effective_on), l.expires_on), l.expires_on, e.method, e.source, e.checked_on, l.created_at, l.created_by
FROM licenses l JOIN license_events e ON e.license_id = l.id AND e.axis = 'lifecycle'
WHERE l.expires_on IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM license_events o WHERE o.license_id = l.id AND o.axis = 'lifecycle' AND o.id < e.id);
CREATE INDEX licenses_expiry ON licenses (expires_on, id);
