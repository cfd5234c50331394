-- +goose Up
-- The language that someone, or an organization, has chosen, by its tag (BCP 47),
-- such as en-US; empty: none.
ALTER TABLE accounts ADD COLUMN language TEXT NOT NULL DEFAULT '';
ALTER TABLE organizations ADD COLUMN language TEXT NOT NULL DEFAULT '';
