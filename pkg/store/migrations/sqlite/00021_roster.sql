-- +goose Up
-- That a primary source was asked about a licence.
CREATE TABLE license_checks (
    id TEXT PRIMARY KEY,
    license_id TEXT NOT NULL REFERENCES licenses (id),
    at DATETIME NOT NULL,
    checked_on DATE NOT NULL, -- the day of which the source speaks
    source text NOT NULL,
    outcome text NOT NULL CHECK (outcome IN ('same', 'changed', 'not_found', 'could_not_check')),
    detail text NOT NULL DEFAULT '',
    recorded_by TEXT NOT NULL REFERENCES accounts (id)
);
CREATE INDEX license_checks_license ON license_checks (license_id, outcome, id);
-- What a list says of one day is kept once.
CREATE UNIQUE INDEX license_checks_day ON license_checks (license_id, source, checked_on) WHERE outcome IN ('same', 'changed') AND detail = '';
-- +goose StatementBegin
CREATE TRIGGER license_checks_no_update BEFORE UPDATE ON license_checks BEGIN SELECT RAISE(ABORT, 'frozen: a row of license_checks never changes'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER license_checks_no_delete BEFORE DELETE ON license_checks BEGIN SELECT RAISE(ABORT, 'frozen: a row of license_checks never changes'); END;
-- +goose StatementEnd

-- How a school reads the lists of one board.
CREATE TABLE roster_sources (
    id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    name text NOT NULL,
    jurisdiction text NOT NULL,
    title text NOT NULL, -- of lines that name none
    mapping text NOT NULL, -- JSON: columns, the form of dates, words
    created_at DATETIME NOT NULL,
    created_by TEXT NOT NULL REFERENCES accounts (id),
    version INTEGER NOT NULL DEFAULT 1,
    UNIQUE (organization_id, name)
);

CREATE TABLE rosters (
    id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    source_id TEXT NOT NULL REFERENCES roster_sources (id),
    state text NOT NULL CHECK (state IN ('running', 'done', 'failed')),
    filename text NOT NULL,
    digest text NOT NULL, -- SHA-256 of what was read, in hexadecimal; empty while it runs
    as_of DATE NOT NULL, -- the day of which the list speaks
    records INTEGER NOT NULL,
    matched INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    doubtful INTEGER NOT NULL,
    unknown INTEGER NOT NULL,
    refused INTEGER NOT NULL,
    refusals text NOT NULL, -- JSON: the first of them
    failure text NOT NULL DEFAULT '',
    started_by TEXT NOT NULL REFERENCES accounts (id),
    started_at DATETIME NOT NULL,
    finished_at DATETIME,
    version INTEGER NOT NULL DEFAULT 1
);
CREATE INDEX rosters_organization ON rosters (organization_id, id);

-- Lines that a person has to decide, each once.
CREATE TABLE roster_matches (
    id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    roster_id TEXT NOT NULL REFERENCES rosters (id),
    source_id TEXT NOT NULL REFERENCES roster_sources (id),
    as_of DATE NOT NULL,
    jurisdiction text NOT NULL,
    title text NOT NULL,
    number text NOT NULL,
    line text NOT NULL, -- JSON: what the list says
    doubt text NOT NULL CHECK (doubt IN ('other_name', 'no_birth_year', 'several', 'other_number', 'earlier_end', 'own_record')),
    candidates text NOT NULL, -- JSON: therapists
    state text NOT NULL CHECK (state IN ('open', 'linked', 'dismissed')),
    license_id TEXT REFERENCES licenses (id),
    decided_by TEXT REFERENCES accounts (id),
    decided_at DATETIME,
    created_at DATETIME NOT NULL,
    version INTEGER NOT NULL DEFAULT 1,
    UNIQUE (organization_id, jurisdiction, title, number, doubt)
);
CREATE INDEX roster_matches_state ON roster_matches (organization_id, state, id);
