-- +goose Up
-- What belongs to nobody and refers to nothing, and what the files after this one
-- share. The files follow the floors of the record, and a table refers only to
-- tables above it. The audit is in 0002, since its rows name accounts,
-- organizations and therapists.

-- What is settled is locked by what may still change, not by what may not. A
-- trigger of SQLite has to name the columns that are locked; a test holds each
-- list against the columns that the table has, so that none is forgotten.

-- The answers to requests with an Idempotency-Key, for anyone who sends one again.
CREATE TABLE idempotency_keys (
    actor TEXT NOT NULL, -- account or token
    key TEXT NOT NULL,
    hash BLOB NOT NULL, -- SHA-256 of method, path and body
    status INTEGER NOT NULL,
    header TEXT NOT NULL, -- JSON
    body BLOB NOT NULL,
    created_at DATETIME NOT NULL,
    PRIMARY KEY (actor, key)
);
CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at);

-- Items of background work that were given up. They are not tried again until
-- someone has looked at them.
CREATE TABLE parked_items (
    work TEXT NOT NULL, -- which work, such as sign-again
    id TEXT NOT NULL, -- of the thing that was to be worked on
    code TEXT NOT NULL, -- of the fault; internal: a failure of the program's own
    message TEXT NOT NULL, -- what the fault says
    tries INTEGER NOT NULL, -- how often it was tried
    parked_at DATETIME NOT NULL,
    dismissed_at DATETIME, -- when someone decided that it stays undone; NULL: nobody has looked at it
    PRIMARY KEY (work, id)
);
