-- +goose Up
-- Orders about a license have an identity: whose they are, and which one is lifted.
ALTER TABLE license_events ADD COLUMN authority TEXT NOT NULL DEFAULT ''; -- whose order it is, or who lifts; empty: the board that issued the license
ALTER TABLE license_events ADD COLUMN lifts_id TEXT REFERENCES license_events (id); -- the order that it lifts; NULL: each of its authority that it can
