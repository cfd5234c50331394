-- +goose Up
-- How a school's certificates look on paper: the style in use, and the one that
-- is being tried. It changes nothing of what a certificate says.
CREATE TABLE paper_styles (
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    stage TEXT NOT NULL CHECK (stage IN ('draft', 'used')),
    layout TEXT NOT NULL CHECK (layout IN ('classic', 'modern')),
    size TEXT NOT NULL CHECK (size IN ('letter', 'a4')),
    accent TEXT NOT NULL, -- #rrggbb
    preamble TEXT NOT NULL,
    footer TEXT NOT NULL,
    signatories TEXT NOT NULL, -- JSON: name and role of each
    logo BLOB, -- NULL: none
    logo_type TEXT NOT NULL CHECK (logo_type IN ('', 'image/png', 'image/jpeg')), -- by content
    version INTEGER NOT NULL,
    changed_at DATETIME NOT NULL,
    changed_by TEXT NOT NULL REFERENCES accounts (id),
    PRIMARY KEY (organization_id, stage)
);
