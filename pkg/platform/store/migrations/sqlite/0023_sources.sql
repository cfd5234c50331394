-- +goose Up
-- Sources are the authorities whose word counts for everybody: the operator approves
-- them. Numbers are compared as their state has them, and two people may claim one
-- until someone has decided whose it is.
--
-- SQLite cannot take NOT NULL and UNIQUE back, so that tables are made again: what
-- refers to them is counted as broken when they go, and as whole when the rows are back.
PRAGMA defer_foreign_keys = ON;

CREATE TEMPORARY TABLE former_licenses AS SELECT * FROM licenses;
DROP TABLE licenses;
CREATE TABLE licenses (
    id TEXT PRIMARY KEY,
    therapist_id TEXT NOT NULL REFERENCES therapists (id),
    organization_id TEXT REFERENCES organizations (id), -- whose member recorded it; NULL: the therapist
    jurisdiction TEXT NOT NULL,
    title TEXT NOT NULL,
    number TEXT NOT NULL, -- as it was written
    canonical TEXT NOT NULL, -- the number as it is compared
    issued_on DATE,
    expires_on DATE, -- the last good day of all terms that are recorded
    created_at DATETIME NOT NULL,
    created_by TEXT NOT NULL REFERENCES accounts (id),
    version INTEGER NOT NULL DEFAULT 1,
    seal BLOB,
    UNIQUE (therapist_id, jurisdiction, title, number)
);
-- license.Canonical in SQL: in upper case, without spaces, hyphens, dots and slashes; of
-- Florida without the letters MA or MT and the zeros before digits.
INSERT INTO licenses (id, therapist_id, organization_id, jurisdiction, title, number, canonical, issued_on, expires_on, created_at, created_by, version, seal)
SELECT id, therapist_id, organization_id, jurisdiction, title, number,
    CASE WHEN plain = '' THEN number
         WHEN jurisdiction = 'FL' AND digits <> '' AND digits NOT GLOB '*[^0-9]*' THEN COALESCE(NULLIF(ltrim(digits, '0'), ''), digits)
         ELSE plain END,
    issued_on, expires_on, created_at, created_by, version, seal
FROM (SELECT *, CASE WHEN substr(plain, 1, 2) IN ('MA', 'MT') THEN substr(plain, 3) ELSE plain END AS digits
    FROM (SELECT *, upper(replace(replace(replace(replace(number, ' ', ''), '-', ''), '.', ''), '/', '')) AS plain FROM former_licenses));
DROP TABLE former_licenses;
CREATE INDEX licenses_therapist ON licenses (therapist_id, id);
CREATE INDEX licenses_expiry ON licenses (expires_on, id);
-- Not unique: whose it is, when two people claim it, a person decides.
CREATE INDEX licenses_canonical ON licenses (jurisdiction, canonical);
CREATE INDEX licenses_organization ON licenses (organization_id, id);
-- +goose StatementBegin
CREATE TRIGGER licenses_due_new AFTER INSERT ON licenses BEGIN
    INSERT INTO due_things (subject_id, kind, therapist_id, organization_id, jurisdiction, label, expires_on)
    VALUES (NEW.id, 'license', NEW.therapist_id, NEW.organization_id, NEW.jurisdiction, NEW.jurisdiction || ' ' || NEW.title || ' ' || NEW.number, NEW.expires_on);
END;
CREATE TRIGGER licenses_due_changed AFTER UPDATE OF therapist_id, jurisdiction, title, number, expires_on ON licenses BEGIN
    UPDATE due_things SET therapist_id = NEW.therapist_id, label = NEW.jurisdiction || ' ' || NEW.title || ' ' || NEW.number, expires_on = NEW.expires_on,
        revision = revision + 1 WHERE subject_id = NEW.id;
END;
-- +goose StatementEnd

-- Licenses that are not of whom they were recorded for.
CREATE TABLE license_set_asides (
    id TEXT PRIMARY KEY,
    license_id TEXT NOT NULL REFERENCES licenses (id),
    organization_id TEXT REFERENCES organizations (id), -- whose member said so of its own record; NULL: the operator did
    reason TEXT NOT NULL,
    set_by TEXT NOT NULL REFERENCES accounts (id),
    set_at DATETIME NOT NULL,
    lifted_by TEXT REFERENCES accounts (id),
    lifted_at DATETIME, -- NULL: it is set aside
    version INTEGER NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX license_set_asides_license ON license_set_asides (license_id) WHERE lifted_at IS NULL;
-- +goose StatementBegin
CREATE TRIGGER license_set_asides_open_locked BEFORE UPDATE ON license_set_asides WHEN OLD.lifted_at IS NULL AND
    (NEW.id, NEW.license_id, NEW.organization_id, NEW.reason, NEW.set_by, NEW.set_at)
    IS NOT (OLD.id, OLD.license_id, OLD.organization_id, OLD.reason, OLD.set_by, OLD.set_at)
BEGIN SELECT RAISE(ABORT, 'frozen: what was set aside is only ever lifted'); END;
CREATE TRIGGER license_set_asides_lifted_locked BEFORE UPDATE ON license_set_asides WHEN OLD.lifted_at IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'frozen: what was set aside is only ever lifted'); END;
CREATE TRIGGER license_set_asides_kept BEFORE DELETE ON license_set_asides BEGIN SELECT RAISE(ABORT, 'frozen: what was set aside is only ever lifted'); END;
-- +goose StatementEnd

CREATE TEMPORARY TABLE former_matches AS SELECT * FROM roster_matches;
CREATE TEMPORARY TABLE former_rosters AS SELECT * FROM rosters;
CREATE TEMPORARY TABLE former_sources AS SELECT * FROM roster_sources;
DROP TABLE roster_matches;
DROP TABLE rosters;
DROP TABLE roster_sources;

-- How the lists of one board are read: by a school, or, as an approved source, by the
-- operator.
CREATE TABLE roster_sources (
    id TEXT PRIMARY KEY,
    organization_id TEXT REFERENCES organizations (id), -- NULL: a source that the operator approved
    name TEXT NOT NULL,
    jurisdiction TEXT NOT NULL,
    title TEXT NOT NULL, -- of lines that name none
    mapping TEXT NOT NULL, -- JSON: columns, the form of dates, words
    authority TEXT NOT NULL DEFAULT '', -- whose register it is; empty of a school's
    addresses TEXT NOT NULL DEFAULT '[]', -- JSON: where the operator has its list fetched
    answers_status BOOLEAN NOT NULL DEFAULT TRUE,
    answers_expiration BOOLEAN NOT NULL DEFAULT TRUE,
    answers_discipline BOOLEAN NOT NULL DEFAULT TRUE,
    active_is_clear BOOLEAN NOT NULL DEFAULT FALSE, -- the board says that active means no discipline
    created_at DATETIME NOT NULL,
    created_by TEXT NOT NULL REFERENCES accounts (id),
    approved_at DATETIME, -- as it stands now; NULL of a school's
    approved_by TEXT REFERENCES accounts (id),
    withdrawn_at DATETIME, -- NULL: its lists are taken in
    withdrawn_by TEXT REFERENCES accounts (id),
    version INTEGER NOT NULL DEFAULT 1,
    UNIQUE (organization_id, name),
    CHECK ((organization_id IS NULL) = (approved_at IS NOT NULL)),
    CHECK (organization_id IS NULL OR withdrawn_at IS NULL)
);
INSERT INTO roster_sources (id, organization_id, name, jurisdiction, title, mapping, created_at, created_by, version)
SELECT id, organization_id, name, jurisdiction, title, mapping, created_at, created_by, version FROM former_sources;
CREATE UNIQUE INDEX roster_sources_approved ON roster_sources (jurisdiction, name) WHERE organization_id IS NULL;

-- Boards' lists that were read, or are being read.
CREATE TABLE rosters (
    id TEXT PRIMARY KEY,
    organization_id TEXT REFERENCES organizations (id), -- NULL: the operator took it in
    source_id TEXT NOT NULL REFERENCES roster_sources (id),
    state TEXT NOT NULL CHECK (state IN ('running', 'done', 'failed')),
    filename TEXT NOT NULL,
    address TEXT NOT NULL DEFAULT '', -- from which it was fetched; empty: it was uploaded
    digest TEXT NOT NULL, -- SHA-256 of what was read, in hexadecimal; empty while it runs
    as_of DATE NOT NULL, -- the day of which the list speaks
    records INTEGER NOT NULL,
    matched INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    doubtful INTEGER NOT NULL,
    unknown INTEGER NOT NULL,
    refused INTEGER NOT NULL,
    refusals TEXT NOT NULL, -- JSON: the first of them
    failure TEXT NOT NULL DEFAULT '',
    started_at DATETIME NOT NULL,
    started_by TEXT NOT NULL REFERENCES accounts (id),
    finished_at DATETIME,
    version INTEGER NOT NULL DEFAULT 1
);
INSERT INTO rosters (id, organization_id, source_id, state, filename, digest, as_of, records, matched, changed, doubtful, unknown, refused, refusals, failure,
    started_at, started_by, finished_at, version)
SELECT id, organization_id, source_id, state, filename, digest, as_of, records, matched, changed, doubtful, unknown, refused, refusals, failure,
    started_at, started_by, finished_at, version FROM former_rosters;
CREATE INDEX rosters_organization ON rosters (organization_id, id);
CREATE INDEX rosters_source ON rosters (source_id, state, id);

-- The lists themselves, as evidence: parts of a file that gzip reads after each other.
CREATE TABLE roster_parts (
    roster_id TEXT NOT NULL REFERENCES rosters (id),
    part INTEGER NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (roster_id, part)
);
-- +goose StatementBegin
CREATE TRIGGER roster_parts_no_update BEFORE UPDATE ON roster_parts BEGIN SELECT RAISE(ABORT, 'frozen: a row of roster_parts never changes'); END;
CREATE TRIGGER roster_parts_no_delete BEFORE DELETE ON roster_parts BEGIN SELECT RAISE(ABORT, 'frozen: a row of roster_parts never changes'); END;
-- +goose StatementEnd

-- Lines that a person has to decide, each once.
CREATE TABLE roster_matches (
    id TEXT PRIMARY KEY,
    organization_id TEXT REFERENCES organizations (id), -- NULL: the operator decides
    roster_id TEXT NOT NULL REFERENCES rosters (id),
    source_id TEXT NOT NULL REFERENCES roster_sources (id),
    as_of DATE NOT NULL,
    jurisdiction TEXT NOT NULL,
    title TEXT NOT NULL,
    number TEXT NOT NULL,
    line TEXT NOT NULL, -- JSON: what the list says
    doubt TEXT NOT NULL CHECK (doubt IN ('other_name', 'no_birth_year', 'several', 'other_number', 'earlier_end', 'own_record')),
    candidates TEXT NOT NULL, -- JSON: therapists
    state TEXT NOT NULL CHECK (state IN ('open', 'linked', 'dismissed')),
    license_id TEXT REFERENCES licenses (id),
    created_at DATETIME NOT NULL,
    decided_at DATETIME,
    decided_by TEXT REFERENCES accounts (id),
    version INTEGER NOT NULL DEFAULT 1,
    UNIQUE (organization_id, jurisdiction, title, number, doubt)
);
INSERT INTO roster_matches (id, organization_id, roster_id, source_id, as_of, jurisdiction, title, number, line, doubt, candidates, state, license_id,
    created_at, decided_at, decided_by, version)
SELECT id, organization_id, roster_id, source_id, as_of, jurisdiction, title, number, line, doubt, candidates, state, license_id,
    created_at, decided_at, decided_by, version FROM former_matches;
CREATE INDEX roster_matches_state ON roster_matches (organization_id, state, id);
CREATE UNIQUE INDEX roster_matches_operator ON roster_matches (jurisdiction, title, number, doubt) WHERE organization_id IS NULL;
DROP TABLE former_matches;
DROP TABLE former_rosters;
DROP TABLE former_sources;

-- What the operator's list says of one day is kept once, too.
CREATE UNIQUE INDEX license_checks_register_day ON license_checks (license_id, source, checked_on) WHERE organization_id IS NULL AND register AND outcome IN ('same', 'changed') AND detail = '';
