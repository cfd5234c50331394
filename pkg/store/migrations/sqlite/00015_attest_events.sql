-- +goose Up
-- What the log tells, by event: revocations that no status list may forget, and
-- the days of each school.
CREATE INDEX log_openings_event ON log_openings (event, subject, number);
