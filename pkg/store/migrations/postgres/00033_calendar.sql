-- +goose Up
-- The secret address of somebody's calendar; a new one takes the place of the old.
CREATE TABLE calendar_feeds (
    therapist_id uuid PRIMARY KEY REFERENCES therapists (id),
    secret_hash bytea NOT NULL UNIQUE, -- SHA-256; the secret itself is never kept
    created_at timestamptz NOT NULL
);
