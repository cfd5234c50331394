-- +goose Up
-- A school's own pack of rules while it is written.
CREATE TABLE drafts (
    id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    code text NOT NULL, -- of the program
    title text NOT NULL,
    body text NOT NULL, -- YAML with cases, valid or not yet
    published_id TEXT REFERENCES program_versions (id), -- what it became; it is frozen then
    created_at DATETIME NOT NULL,
    created_by TEXT NOT NULL REFERENCES accounts (id),
    updated_at DATETIME NOT NULL,
    updated_by TEXT NOT NULL REFERENCES accounts (id),
    version INTEGER NOT NULL DEFAULT 1
);
CREATE INDEX drafts_organization ON drafts (organization_id, id);
