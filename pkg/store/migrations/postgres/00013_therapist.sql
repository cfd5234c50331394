-- +goose Up
-- What the licence asks of the person: cycles that end on a birthday, rosters
-- that are matched by the year of birth, reminders that heed the local night.
ALTER TABLE therapists ADD COLUMN birth_date date; -- NULL: not told
ALTER TABLE therapists ADD COLUMN zone text NOT NULL DEFAULT ''; -- IANA; empty: not told
