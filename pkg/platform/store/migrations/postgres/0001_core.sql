-- +goose Up
-- What belongs to nobody and refers to nothing, and what the files after this one
-- share. The files follow the floors of the record, and a table refers only to
-- tables above it. The audit is in 0002, since its rows name accounts,
-- organizations and therapists.

CREATE EXTENSION IF NOT EXISTS btree_gist;

-- +goose StatementBegin
-- Of rows that never change.
CREATE FUNCTION frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'frozen: a row of % never changes', TG_TABLE_NAME USING ERRCODE = 'PA002';
END $$;
-- Of settled rows: what is settled is locked by what may still change, not by what
-- may not, so that every column that is not an argument is locked, those that come
-- later included.
CREATE FUNCTION locked_but() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF to_jsonb(OLD) - TG_ARGV <> to_jsonb(NEW) - TG_ARGV THEN
        RAISE EXCEPTION 'frozen: a settled row of % does not change', TG_TABLE_NAME USING ERRCODE = 'PA002';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd

-- The answers to requests with an Idempotency-Key, for anyone who sends one again.
CREATE TABLE idempotency_keys (
    actor text NOT NULL,
    key text NOT NULL,
    hash bytea NOT NULL,
    status bigint NOT NULL,
    header text NOT NULL,
    body bytea NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (actor, key)
);
COMMENT ON COLUMN idempotency_keys.actor IS 'account or token';
COMMENT ON COLUMN idempotency_keys.hash IS 'SHA-256 of method, path and body';
COMMENT ON COLUMN idempotency_keys.header IS 'JSON';
CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at);

-- Items of background work that were given up. They are not tried again until
-- someone has looked at them.
CREATE TABLE parked_items (
    work text NOT NULL,
    id text NOT NULL,
    code text NOT NULL,
    message text NOT NULL,
    tries bigint NOT NULL,
    parked_at timestamptz NOT NULL,
    dismissed_at timestamptz,
    PRIMARY KEY (work, id)
);
COMMENT ON COLUMN parked_items.work IS 'which work, such as sign-again';
COMMENT ON COLUMN parked_items.id IS 'of the thing that was to be worked on';
COMMENT ON COLUMN parked_items.code IS 'of the fault; internal: a failure of the program''s own';
COMMENT ON COLUMN parked_items.message IS 'what the fault says';
COMMENT ON COLUMN parked_items.tries IS 'how often it was tried';
COMMENT ON COLUMN parked_items.dismissed_at IS 'when someone decided that it stays undone; NULL: nobody has looked at it';
