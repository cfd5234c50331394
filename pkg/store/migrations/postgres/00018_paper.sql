-- +goose Up
-- How a school's certificates look on paper: the style in use, and the one that
-- is being tried. It changes nothing of what a certificate says.
CREATE TABLE paper_styles (
    organization_id uuid NOT NULL REFERENCES organizations (id),
    stage text NOT NULL CHECK (stage IN ('draft', 'used')),
    layout text NOT NULL CHECK (layout IN ('classic', 'modern')),
    size text NOT NULL CHECK (size IN ('letter', 'a4')),
    accent text NOT NULL, -- #rrggbb
    preamble text NOT NULL,
    footer text NOT NULL,
    signatories text NOT NULL, -- JSON: name and role of each
    logo bytea, -- NULL: none
    logo_type text NOT NULL CHECK (logo_type IN ('', 'image/png', 'image/jpeg')), -- by content
    version bigint NOT NULL,
    changed_at timestamptz NOT NULL,
    changed_by uuid NOT NULL REFERENCES accounts (id),
    PRIMARY KEY (organization_id, stage)
);
