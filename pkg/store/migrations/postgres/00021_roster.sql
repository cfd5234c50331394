-- +goose Up
-- That a primary source was asked about a licence.
CREATE TABLE license_checks (
    id uuid PRIMARY KEY,
    license_id uuid NOT NULL REFERENCES licenses (id),
    at timestamptz NOT NULL,
    checked_on date NOT NULL, -- the day of which the source speaks
    source text NOT NULL,
    outcome text NOT NULL CHECK (outcome IN ('same', 'changed', 'not_found', 'could_not_check')),
    detail text NOT NULL DEFAULT '',
    recorded_by uuid NOT NULL REFERENCES accounts (id)
);
CREATE INDEX license_checks_license ON license_checks (license_id, outcome, id);
-- What a list says of one day is kept once.
CREATE UNIQUE INDEX license_checks_day ON license_checks (license_id, source, checked_on) WHERE outcome IN ('same', 'changed') AND detail = '';
CREATE TRIGGER license_checks_frozen BEFORE UPDATE OR DELETE ON license_checks FOR EACH ROW EXECUTE FUNCTION frozen();

-- How a school reads the lists of one board.
CREATE TABLE roster_sources (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    name text NOT NULL,
    jurisdiction text NOT NULL,
    title text NOT NULL, -- of lines that name none
    mapping text NOT NULL, -- JSON: columns, the form of dates, words
    created_at timestamptz NOT NULL,
    created_by uuid NOT NULL REFERENCES accounts (id),
    version bigint NOT NULL DEFAULT 1,
    UNIQUE (organization_id, name)
);

CREATE TABLE rosters (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    source_id uuid NOT NULL REFERENCES roster_sources (id),
    state text NOT NULL CHECK (state IN ('running', 'done', 'failed')),
    filename text NOT NULL,
    digest text NOT NULL, -- SHA-256 of what was read, in hexadecimal; empty while it runs
    as_of date NOT NULL, -- the day of which the list speaks
    records bigint NOT NULL,
    matched bigint NOT NULL,
    changed bigint NOT NULL,
    doubtful bigint NOT NULL,
    unknown bigint NOT NULL,
    refused bigint NOT NULL,
    refusals text NOT NULL, -- JSON: the first of them
    failure text NOT NULL DEFAULT '',
    started_by uuid NOT NULL REFERENCES accounts (id),
    started_at timestamptz NOT NULL,
    finished_at timestamptz,
    version bigint NOT NULL DEFAULT 1
);
CREATE INDEX rosters_organization ON rosters (organization_id, id);

-- Lines that a person has to decide, each once.
CREATE TABLE roster_matches (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    roster_id uuid NOT NULL REFERENCES rosters (id),
    source_id uuid NOT NULL REFERENCES roster_sources (id),
    as_of date NOT NULL,
    jurisdiction text NOT NULL,
    title text NOT NULL,
    number text NOT NULL,
    line text NOT NULL, -- JSON: what the list says
    doubt text NOT NULL CHECK (doubt IN ('other_name', 'no_birth_year', 'several', 'other_number', 'earlier_end', 'own_record')),
    candidates text NOT NULL, -- JSON: therapists
    state text NOT NULL CHECK (state IN ('open', 'linked', 'dismissed')),
    license_id uuid REFERENCES licenses (id),
    decided_by uuid REFERENCES accounts (id),
    decided_at timestamptz,
    created_at timestamptz NOT NULL,
    version bigint NOT NULL DEFAULT 1,
    UNIQUE (organization_id, jurisdiction, title, number, doubt)
);
CREATE INDEX roster_matches_state ON roster_matches (organization_id, state, id);
