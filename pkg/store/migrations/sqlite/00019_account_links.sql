-- +goose Up
-- One-time links that were mailed to whoever owns an account: to another address
-- that it is to have, or to set a forgotten password anew.
CREATE TABLE account_links (
    token_hash BLOB PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    purpose TEXT NOT NULL CHECK (purpose IN ('address', 'password')),
    email TEXT NOT NULL, -- where the link was sent
    created_at DATETIME NOT NULL,
    expires_at DATETIME NOT NULL,
    UNIQUE (account_id, purpose) -- a newer link makes the older worthless
);
