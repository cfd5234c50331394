-- +goose Up
-- A second list beside each status list says which credentials are suspended, by
-- the same entries. Every list is signed anew with it when it is next asked for.
ALTER TABLE status_lists ADD COLUMN suspensions bytea; -- as it was signed with document
UPDATE status_lists SET valid_until = NULL;
ALTER TABLE escrow_lists ADD COLUMN suspensions bytea; -- NULL: exported before there were any
