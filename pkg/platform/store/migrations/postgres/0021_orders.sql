-- +goose Up
-- Orders about a license have an identity: whose they are, and which one is lifted.
ALTER TABLE license_events ADD COLUMN authority text NOT NULL DEFAULT '';
ALTER TABLE license_events ADD COLUMN lifts_id uuid REFERENCES license_events (id);
COMMENT ON COLUMN license_events.authority IS 'whose order it is, or who lifts; empty: the board that issued the license';
COMMENT ON COLUMN license_events.lifts_id IS 'the order that it lifts; NULL: each of its authority that it can';
