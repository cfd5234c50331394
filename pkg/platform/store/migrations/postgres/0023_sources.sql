-- +goose Up
-- Sources are the authorities whose word counts for everybody: the operator approves
-- them. Numbers are compared as their state has them, and two people may claim one
-- until someone has decided whose it is.
ALTER TABLE licenses DROP CONSTRAINT licenses_jurisdiction_title_number_key;
ALTER TABLE licenses ADD UNIQUE (therapist_id, jurisdiction, title, number);
ALTER TABLE licenses ADD COLUMN canonical text;
-- license.Canonical in SQL: in upper case, without spaces, hyphens, dots and slashes; of
-- Florida without the letters MA or MT and the zeros before digits.
UPDATE licenses SET canonical = CASE WHEN p.plain = '' THEN p.number
        WHEN p.jurisdiction = 'FL' AND p.digits ~ '^[0-9]+$' THEN COALESCE(NULLIF(ltrim(p.digits, '0'), ''), p.digits)
        ELSE p.plain END
    FROM (SELECT *, CASE WHEN substr(plain, 1, 2) IN ('MA', 'MT') THEN substr(plain, 3) ELSE plain END AS digits
        FROM (SELECT id, jurisdiction, number, translate(number, 'abcdefghijklmnopqrstuvwxyz -./', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ') AS plain FROM licenses) n) p
    WHERE p.id = licenses.id;
ALTER TABLE licenses ALTER COLUMN canonical SET NOT NULL;
COMMENT ON COLUMN licenses.number IS 'as it was written';
COMMENT ON COLUMN licenses.canonical IS 'the number as it is compared';
-- Not unique: whose it is, when two people claim it, a person decides.
CREATE INDEX licenses_canonical ON licenses (jurisdiction, canonical);
CREATE INDEX licenses_organization ON licenses (organization_id, id);

-- Licenses that are not of whom they were recorded for.
CREATE TABLE license_set_asides (
    id uuid PRIMARY KEY,
    license_id uuid NOT NULL REFERENCES licenses (id),
    organization_id uuid REFERENCES organizations (id),
    reason text NOT NULL,
    set_by uuid NOT NULL REFERENCES accounts (id),
    set_at timestamptz NOT NULL,
    lifted_by uuid REFERENCES accounts (id),
    lifted_at timestamptz,
    version bigint NOT NULL DEFAULT 1
);
COMMENT ON COLUMN license_set_asides.organization_id IS 'whose member said so of its own record; NULL: the operator did';
COMMENT ON COLUMN license_set_asides.lifted_at IS 'NULL: it is set aside';
CREATE UNIQUE INDEX license_set_asides_license ON license_set_asides (license_id) WHERE lifted_at IS NULL;
CREATE TRIGGER license_set_asides_open_locked BEFORE UPDATE ON license_set_asides FOR EACH ROW
    WHEN (OLD.lifted_at IS NULL) EXECUTE FUNCTION locked_but('lifted_by', 'lifted_at', 'version');
CREATE TRIGGER license_set_asides_lifted_locked BEFORE UPDATE ON license_set_asides FOR EACH ROW
    WHEN (OLD.lifted_at IS NOT NULL) EXECUTE FUNCTION frozen();
CREATE TRIGGER license_set_asides_kept BEFORE DELETE ON license_set_asides FOR EACH ROW EXECUTE FUNCTION frozen();

-- How the lists of one board are read: by a school, or, as an approved source, by the
-- operator.
ALTER TABLE roster_sources ALTER COLUMN organization_id DROP NOT NULL;
ALTER TABLE roster_sources ADD COLUMN authority text NOT NULL DEFAULT '';
ALTER TABLE roster_sources ADD COLUMN addresses text NOT NULL DEFAULT '[]';
ALTER TABLE roster_sources ADD COLUMN answers_status boolean NOT NULL DEFAULT TRUE;
ALTER TABLE roster_sources ADD COLUMN answers_expiration boolean NOT NULL DEFAULT TRUE;
ALTER TABLE roster_sources ADD COLUMN answers_discipline boolean NOT NULL DEFAULT TRUE;
ALTER TABLE roster_sources ADD COLUMN active_is_clear boolean NOT NULL DEFAULT FALSE;
ALTER TABLE roster_sources ADD COLUMN approved_at timestamptz;
ALTER TABLE roster_sources ADD COLUMN approved_by uuid REFERENCES accounts (id);
ALTER TABLE roster_sources ADD COLUMN withdrawn_at timestamptz;
ALTER TABLE roster_sources ADD COLUMN withdrawn_by uuid REFERENCES accounts (id);
ALTER TABLE roster_sources ADD CHECK ((organization_id IS NULL) = (approved_at IS NOT NULL));
ALTER TABLE roster_sources ADD CHECK (organization_id IS NULL OR withdrawn_at IS NULL);
COMMENT ON COLUMN roster_sources.organization_id IS 'NULL: a source that the operator approved';
COMMENT ON COLUMN roster_sources.authority IS 'whose register it is; empty of a school''s';
COMMENT ON COLUMN roster_sources.addresses IS 'JSON: where the operator has its list fetched';
COMMENT ON COLUMN roster_sources.active_is_clear IS 'the board says that active means no discipline';
COMMENT ON COLUMN roster_sources.approved_at IS 'as it stands now; NULL of a school''s';
COMMENT ON COLUMN roster_sources.withdrawn_at IS 'NULL: its lists are taken in';
CREATE UNIQUE INDEX roster_sources_approved ON roster_sources (jurisdiction, name) WHERE organization_id IS NULL;

ALTER TABLE rosters ALTER COLUMN organization_id DROP NOT NULL;
ALTER TABLE rosters ADD COLUMN address text NOT NULL DEFAULT '';
COMMENT ON COLUMN rosters.organization_id IS 'NULL: the operator took it in';
COMMENT ON COLUMN rosters.address IS 'from which it was fetched; empty: it was uploaded';
CREATE INDEX rosters_source ON rosters (source_id, state, id);

-- The lists themselves, as evidence: parts of a file that gzip reads after each other.
CREATE TABLE roster_parts (
    roster_id uuid NOT NULL REFERENCES rosters (id),
    part bigint NOT NULL,
    body bytea NOT NULL,
    PRIMARY KEY (roster_id, part)
);
CREATE TRIGGER roster_parts_no_update BEFORE UPDATE ON roster_parts FOR EACH ROW EXECUTE FUNCTION frozen();
CREATE TRIGGER roster_parts_no_delete BEFORE DELETE ON roster_parts FOR EACH ROW EXECUTE FUNCTION frozen();

ALTER TABLE roster_matches ALTER COLUMN organization_id DROP NOT NULL;
COMMENT ON COLUMN roster_matches.organization_id IS 'NULL: the operator decides';
CREATE UNIQUE INDEX roster_matches_operator ON roster_matches (jurisdiction, title, number, doubt) WHERE organization_id IS NULL;

-- What the operator's list says of one day is kept once, too.
CREATE UNIQUE INDEX license_checks_register_day ON license_checks (license_id, source, checked_on) WHERE organization_id IS NULL AND register AND outcome IN ('same', 'changed') AND detail = '';
