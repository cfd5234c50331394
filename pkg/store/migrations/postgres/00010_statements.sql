-- +goose Up
-- Which monthly statement was mailed to whom: each once.
CREATE TABLE statements (
    enrollment_id uuid NOT NULL REFERENCES enrollments (id),
    month text NOT NULL, -- such as 2026-10
    mailed_at timestamptz NOT NULL,
    PRIMARY KEY (enrollment_id, month)
);
