-- +goose Up
-- One-time links that were mailed to whoever owns an account: to another address
-- that it is to have, or to set a forgotten password anew.
CREATE TABLE account_links (
    token_hash bytea PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES accounts (id),
    purpose text NOT NULL CHECK (purpose IN ('address', 'password')),
    email text NOT NULL, -- where the link was sent
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    UNIQUE (account_id, purpose) -- a newer link makes the older worthless
);
