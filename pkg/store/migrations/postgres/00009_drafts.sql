-- +goose Up
-- A school's own pack of rules while it is written.
CREATE TABLE drafts (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    code text NOT NULL, -- of the program
    title text NOT NULL,
    body text NOT NULL, -- YAML with cases, valid or not yet
    published_id uuid REFERENCES program_versions (id), -- what it became; it is frozen then
    created_at timestamptz NOT NULL,
    created_by uuid NOT NULL REFERENCES accounts (id),
    updated_at timestamptz NOT NULL,
    updated_by uuid NOT NULL REFERENCES accounts (id),
    version bigint NOT NULL DEFAULT 1
);
CREATE INDEX drafts_organization ON drafts (organization_id, id);
