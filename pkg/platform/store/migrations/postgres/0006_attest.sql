-- +goose Up
-- What schools attest: keys, proposals that a second person decides, credentials
-- and their signed forms, status lists, paper, and the certificates of schools
-- that have closed elsewhere. Who is trained for what, by which certificate, is
-- at the end.

-- A school's keys.
CREATE TABLE signing_keys (
    id text PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    algorithm text NOT NULL DEFAULT 'Ed25519' CHECK (algorithm IN ('Ed25519', 'P-256')),
    did text NOT NULL,
    public bytea NOT NULL,
    sealed bytea NOT NULL,
    cause text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL,
    retired_at timestamptz,
    revoked_at timestamptz,
    lost_since timestamptz
);
COMMENT ON COLUMN signing_keys.id IS 'the public key as multibase';
COMMENT ON COLUMN signing_keys.sealed IS 'the private part, encrypted with the installation''s secret';
COMMENT ON COLUMN signing_keys.lost_since IS 'from when someone else may have had it';
CREATE UNIQUE INDEX signing_keys_current ON signing_keys (organization_id, algorithm) WHERE retired_at IS NULL;

-- Bitstring status lists of 131,072 entries. One is given up, never emptied. A
-- second list beside each says which credentials are suspended, by the same
-- entries.
CREATE TABLE status_lists (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    issuer_did text NOT NULL,
    address text NOT NULL,
    used bigint NOT NULL DEFAULT 0,
    document bytea,
    suspensions bytea,
    created_at timestamptz NOT NULL,
    signed_at timestamptz,
    valid_until timestamptz
);
COMMENT ON COLUMN status_lists.address IS 'where credentials say that it is';
COMMENT ON COLUMN status_lists.used IS 'entries given out';
COMMENT ON COLUMN status_lists.document IS 'as it was last signed; NULL: to be signed';
COMMENT ON COLUMN status_lists.suspensions IS 'as it was signed with document';
CREATE INDEX status_lists_organization ON status_lists (organization_id, id);

-- What someone wants attested or changed, and what a second person decided.
CREATE TABLE proposals (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    therapist_id uuid NOT NULL REFERENCES therapists (id),
    action text NOT NULL DEFAULT 'certify' CHECK (action IN ('certify', 'reissue', 'supersede', 'revoke', 'suspend', 'reinstate')),
    kind text NOT NULL CHECK (kind IN ('completion', 'specialty', 'license', 'transcript')),
    title text NOT NULL,
    enrollment_id uuid REFERENCES enrollments (id),
    course_completion_id uuid REFERENCES course_completions (id),
    license_id uuid REFERENCES licenses (id),
    target_id uuid,
    holder_name text NOT NULL DEFAULT '',
    cause text NOT NULL DEFAULT '',
    standing text NOT NULL,
    state text NOT NULL CHECK (state IN ('proposed', 'certified', 'declined')),
    reason text NOT NULL DEFAULT '',
    proposed_at timestamptz NOT NULL,
    proposed_by uuid NOT NULL REFERENCES accounts (id),
    decided_at timestamptz,
    decided_by uuid REFERENCES accounts (id),
    version bigint NOT NULL DEFAULT 1,
    CHECK ((kind IN ('completion', 'transcript')) = (enrollment_id IS NOT NULL)),
    CHECK ((kind = 'specialty') = (course_completion_id IS NOT NULL)),
    CHECK ((kind = 'license') = (license_id IS NOT NULL)),
    CHECK ((action = 'certify') = (target_id IS NULL)),
    CHECK (state <> 'certified' OR (decided_by IS NOT NULL AND decided_by <> proposed_by))
);
COMMENT ON COLUMN proposals.kind IS 'of the credential';
COMMENT ON COLUMN proposals.target_id IS 'the credential that is to change';
COMMENT ON COLUMN proposals.holder_name IS 'of a reissue: the new name';
COMMENT ON COLUMN proposals.cause IS 'why it is to change, as it is told to everybody';
COMMENT ON COLUMN proposals.standing IS 'JSON, as seen when proposed';
COMMENT ON COLUMN proposals.reason IS 'of a decline';
CREATE UNIQUE INDEX proposals_enrollment_once ON proposals (enrollment_id) WHERE state <> 'declined' AND kind = 'completion' AND action = 'certify';
CREATE UNIQUE INDEX proposals_course_once ON proposals (course_completion_id) WHERE state <> 'declined' AND action = 'certify';
CREATE UNIQUE INDEX proposals_transcript_open ON proposals (enrollment_id) WHERE state = 'proposed' AND kind = 'transcript' AND action = 'certify';
CREATE UNIQUE INDEX proposals_license_open ON proposals (license_id) WHERE state = 'proposed' AND action = 'certify';
CREATE UNIQUE INDEX proposals_target_open ON proposals (target_id) WHERE state = 'proposed';
CREATE INDEX proposals_organization ON proposals (organization_id, id);

-- What a person has to look at before a completion is certified. A flag is
-- raised with its proposal and never removed: someone clears it, with a reason.
CREATE TABLE proposal_flags (
    proposal_id uuid NOT NULL REFERENCES proposals (id),
    code text NOT NULL,
    text text NOT NULL,
    dates text NOT NULL,
    occurrences bigint NOT NULL CHECK (occurrences > 0),
    reason text NOT NULL DEFAULT '',
    cleared_at timestamptz,
    cleared_by uuid REFERENCES accounts (id),
    PRIMARY KEY (proposal_id, code),
    CHECK ((cleared_by IS NULL) = (cleared_at IS NULL)),
    CHECK ((cleared_by IS NULL) = (reason = ''))
);
COMMENT ON COLUMN proposal_flags.text IS 'the sentence that people read';
COMMENT ON COLUMN proposal_flags.dates IS 'the first local dates concerned, with spaces between them';

-- What was attested, of four kinds.
CREATE TABLE credentials (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    therapist_id uuid NOT NULL REFERENCES therapists (id),
    kind text NOT NULL CHECK (kind IN ('completion', 'specialty', 'license', 'transcript')),
    code text NOT NULL UNIQUE,
    title text NOT NULL,
    subject_name text NOT NULL,
    minutes bigint NOT NULL,
    enrollment_id uuid REFERENCES enrollments (id),
    course_completion_id uuid REFERENCES course_completions (id),
    license_id uuid REFERENCES licenses (id),
    proposal_id uuid NOT NULL UNIQUE REFERENCES proposals (id),
    status_list_id uuid REFERENCES status_lists (id),
    status_index bigint,
    issued_at timestamptz NOT NULL,
    valid_until timestamptz,
    CHECK ((status_list_id IS NULL) = (status_index IS NULL)),
    UNIQUE (status_list_id, status_index)
);
COMMENT ON COLUMN credentials.code IS 'at least 128 random bits';
COMMENT ON COLUMN credentials.minutes IS 'certified valid minutes';
COMMENT ON COLUMN credentials.status_list_id IS 'NULL: in no list';
CREATE INDEX credentials_therapist ON credentials (therapist_id, id);
CREATE INDEX credentials_organization ON credentials (organization_id, id);
ALTER TABLE proposals ADD FOREIGN KEY (target_id) REFERENCES credentials (id); -- each of the two refers to the other
-- A license's attestation ends with the license, which is a due thing itself.
-- +goose StatementBegin
CREATE FUNCTION due_credential() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO due_things (subject_id, kind, therapist_id, organization_id, label, expires_on)
    VALUES (NEW.id, 'credential', NEW.therapist_id, NEW.organization_id, NEW.title, ((NEW.valid_until - interval '1 microsecond') AT TIME ZONE 'UTC')::date);
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER credentials_due AFTER INSERT ON credentials
    FOR EACH ROW WHEN (NEW.kind <> 'license' AND NEW.valid_until IS NOT NULL) EXECUTE FUNCTION due_credential();

-- The signed forms of a credential. The newest is given away; a new one is added
-- when a key was lost.
CREATE TABLE credential_documents (
    credential_id uuid NOT NULL REFERENCES credentials (id),
    number bigint NOT NULL CHECK (number > 0),
    issuer_did text NOT NULL,
    key_id text NOT NULL,
    document bytea NOT NULL,
    jwt_key_id text NOT NULL,
    jwt text NOT NULL,
    signed_at timestamptz NOT NULL,
    PRIMARY KEY (credential_id, number)
);
COMMENT ON COLUMN credential_documents.key_id IS 'that signed document';
COMMENT ON COLUMN credential_documents.document IS 'the signed bytes';
COMMENT ON COLUMN credential_documents.jwt_key_id IS 'that signed jwt; empty like it';
COMMENT ON COLUMN credential_documents.jwt IS 'the same as vc+jwt; empty: there is none';
CREATE INDEX credential_documents_key ON credential_documents (key_id);
CREATE INDEX credential_documents_jwt_key ON credential_documents (jwt_key_id);

-- What stands in the way of a credential; no row: nothing.
CREATE TABLE credential_states (
    credential_id uuid PRIMARY KEY REFERENCES credentials (id),
    state text NOT NULL CHECK (state IN ('suspended', 'revoked', 'replaced')),
    cause text NOT NULL,
    proposal_id uuid NOT NULL REFERENCES proposals (id),
    replaced_by uuid REFERENCES credentials (id),
    since timestamptz NOT NULL,
    CHECK ((state = 'replaced') = (replaced_by IS NOT NULL))
);

-- The secret behind a credential's commitment to its record. Without it the
-- lines cannot be shown any more; the commitment stays.
CREATE TABLE credential_records (
    credential_id uuid PRIMARY KEY REFERENCES credentials (id),
    seed bytea NOT NULL,
    credits bytea NOT NULL,
    lines bigint NOT NULL,
    root bytea NOT NULL
);
COMMENT ON COLUMN credential_records.credits IS 'the ids of the credits behind it, 16 bytes each';

-- How far the certificates of a lost key were signed again.
CREATE TABLE key_losses (
    key_id text PRIMARY KEY REFERENCES signing_keys (id),
    organization_id uuid NOT NULL REFERENCES organizations (id),
    total bigint NOT NULL,
    resigned bigint NOT NULL DEFAULT 0,
    doubtful bigint NOT NULL DEFAULT 0,
    after_id uuid,
    begun_at timestamptz NOT NULL,
    finished_at timestamptz
);
COMMENT ON COLUMN key_losses.total IS 'certificates that the key had signed';
COMMENT ON COLUMN key_losses.after_id IS 'the last certificate that was looked at';
COMMENT ON COLUMN key_losses.finished_at IS 'NULL: it goes on';
CREATE INDEX key_losses_running ON key_losses (begun_at) WHERE finished_at IS NULL;

-- Certificates that were not signed again, and so are not valid any more.
CREATE TABLE key_doubts (
    key_id text NOT NULL REFERENCES key_losses (key_id),
    credential_id uuid NOT NULL REFERENCES credentials (id),
    reason text NOT NULL,
    message text NOT NULL,
    PRIMARY KEY (key_id, credential_id)
);
COMMENT ON COLUMN key_doubts.reason IS 'a code';

-- The certification of a cohort, worked off in the background.
CREATE TABLE certify_runs (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    account_id uuid NOT NULL REFERENCES accounts (id),
    total bigint NOT NULL,
    begun_at timestamptz NOT NULL,
    finished_at timestamptz
);
COMMENT ON COLUMN certify_runs.account_id IS 'the second person';
COMMENT ON COLUMN certify_runs.finished_at IS 'NULL: it goes on';
CREATE INDEX certify_runs_organization ON certify_runs (organization_id, id);
CREATE INDEX certify_runs_running ON certify_runs (begun_at) WHERE finished_at IS NULL;

-- The proposals of a cohort.
CREATE TABLE certify_run_items (
    run_id uuid NOT NULL REFERENCES certify_runs (id),
    position bigint NOT NULL,
    proposal_id uuid NOT NULL,
    version bigint NOT NULL,
    code text NOT NULL DEFAULT '',
    message text NOT NULL DEFAULT '',
    credential_id uuid REFERENCES credentials (id),
    done_at timestamptz,
    PRIMARY KEY (run_id, position)
);
COMMENT ON COLUMN certify_run_items.proposal_id IS 'as it was chosen; it need not exist';
COMMENT ON COLUMN certify_run_items.version IS 'that was read';
COMMENT ON COLUMN certify_run_items.code IS 'why it was not certified; empty: it was';
COMMENT ON COLUMN certify_run_items.done_at IS 'NULL: it waits';
CREATE INDEX certify_run_items_waiting ON certify_run_items (run_id, position) WHERE done_at IS NULL;

-- How a school's certificates look on paper: the style in use, and the one that
-- is being tried. It changes nothing of what a certificate says.
CREATE TABLE paper_styles (
    organization_id uuid NOT NULL REFERENCES organizations (id),
    stage text NOT NULL CHECK (stage IN ('draft', 'used')),
    layout text NOT NULL CHECK (layout IN ('classic', 'modern')),
    size text NOT NULL CHECK (size IN ('letter', 'a4')),
    accent text NOT NULL,
    preamble text NOT NULL,
    footer text NOT NULL,
    signatories text NOT NULL,
    logo bytea,
    logo_type text NOT NULL CHECK (logo_type IN ('', 'image/png', 'image/jpeg')),
    changed_at timestamptz NOT NULL,
    changed_by uuid NOT NULL REFERENCES accounts (id),
    version bigint NOT NULL,
    PRIMARY KEY (organization_id, stage)
);
COMMENT ON COLUMN paper_styles.accent IS '#rrggbb';
COMMENT ON COLUMN paper_styles.signatories IS 'JSON: name and role of each';
COMMENT ON COLUMN paper_styles.logo IS 'NULL: none';
COMMENT ON COLUMN paper_styles.logo_type IS 'by content';

-- Schools that have closed elsewhere, whose certificates this installation goes on
-- showing. Nobody changes them any more. A school in escrow is known by the address
-- that its DID names, and its packages prove their place in the log of the
-- installation that it comes from.
CREATE TABLE escrows (
    origin text NOT NULL,
    slug text NOT NULL,
    name text NOT NULL,
    log_key text NOT NULL DEFAULT '',
    exported_at timestamptz NOT NULL,
    imported_at timestamptz NOT NULL,
    PRIMARY KEY (origin, slug)
);
COMMENT ON COLUMN escrows.origin IS 'the address of the installation that they come from';
COMMENT ON COLUMN escrows.log_key IS 'empty: it kept no log';

-- The keys of a school in escrow, which its did.json is made of.
CREATE TABLE escrow_keys (
    id text PRIMARY KEY,
    origin text NOT NULL,
    slug text NOT NULL,
    did text NOT NULL,
    revoked_at timestamptz,
    FOREIGN KEY (origin, slug) REFERENCES escrows (origin, slug)
);
COMMENT ON COLUMN escrow_keys.id IS 'the public key as Multikey';
CREATE INDEX escrow_keys_did ON escrow_keys (did);
CREATE INDEX escrow_keys_slug ON escrow_keys (slug);

-- The certificates of a school in escrow.
CREATE TABLE escrow_credentials (
    code text PRIMARY KEY,
    origin text NOT NULL,
    slug text NOT NULL,
    body text NOT NULL,
    FOREIGN KEY (origin, slug) REFERENCES escrows (origin, slug)
);
COMMENT ON COLUMN escrow_credentials.body IS 'JSON: what is shown, and the package';
CREATE TRIGGER escrow_credentials_frozen BEFORE UPDATE ON escrow_credentials FOR EACH ROW EXECUTE FUNCTION frozen();

-- The status lists of a school in escrow.
CREATE TABLE escrow_lists (
    id uuid PRIMARY KEY,
    origin text NOT NULL,
    slug text NOT NULL,
    document bytea NOT NULL,
    suspensions bytea,
    FOREIGN KEY (origin, slug) REFERENCES escrows (origin, slug)
);
COMMENT ON COLUMN escrow_lists.document IS 'the status list as it was signed last';
COMMENT ON COLUMN escrow_lists.suspensions IS 'signed with document; NULL: exported before there were any';

-- Who is trained for what, by which certificate: made again in each transaction
-- that issues or changes a specialty certificate, or changes what a course is
-- about. One row for each condition with each technique or modality ("means") of
-- one course; '' stands for any.
CREATE TABLE abilities (
    organization_id uuid NOT NULL REFERENCES organizations (id),
    condition text NOT NULL,
    means text NOT NULL,
    therapist_id uuid NOT NULL REFERENCES therapists (id),
    area text NOT NULL,
    credential_id uuid NOT NULL REFERENCES credentials (id),
    valid_until timestamptz,
    PRIMARY KEY (organization_id, condition, means, therapist_id)
);
COMMENT ON COLUMN abilities.organization_id IS 'that issued the certificate';
COMMENT ON COLUMN abilities.area IS 'where the therapist says to work; empty: not told';
COMMENT ON COLUMN abilities.credential_id IS 'of several the one that is good for longest';
COMMENT ON COLUMN abilities.valid_until IS 'NULL: without end';
CREATE INDEX abilities_area ON abilities (organization_id, condition, means, area, therapist_id);
CREATE INDEX abilities_therapist ON abilities (therapist_id, condition, means);

-- A school that has closed proposes, certifies and changes nothing any more, and
-- has no new key. It may close while certificates of a lost key wait to be signed
-- again. They are signed all the same, since that attests nothing that was not
-- attested before: its keys are retired when the last of them is done, and not
-- before.
-- +goose StatementBegin
CREATE FUNCTION school_of_credential_closed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE kept credential_states.credential_id%TYPE;
BEGIN
    IF TG_OP = 'DELETE' THEN kept := OLD.credential_id; ELSE kept := NEW.credential_id; END IF;
    PERFORM refuse_closed((SELECT organization_id FROM credentials WHERE id = kept));
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$;
-- Of the keys of a closed school nothing changes but that they are retired.
CREATE FUNCTION key_of_closed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.retired_at IS NULL AND NEW.retired_at IS NOT NULL
        AND to_jsonb(NEW) - 'retired_at' = to_jsonb(OLD) - 'retired_at' THEN
        RETURN NEW;
    END IF;
    PERFORM refuse_closed(NEW.organization_id);
    RETURN NEW;
END $$;
-- Of a closed school a certificate is signed again in the place of a form that a
-- lost key signed, by another key, while that loss is worked off.
CREATE FUNCTION document_of_closed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    school credentials.organization_id%TYPE;
    closed timestamptz;
BEGIN
    SELECT organization_id INTO school FROM credentials WHERE id = NEW.credential_id;
    SELECT closed_at INTO closed FROM organizations WHERE id = school FOR KEY SHARE;
    IF closed IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM key_losses l JOIN credential_documents d ON l.key_id IN (d.key_id, d.jwt_key_id)
        WHERE l.organization_id = school AND l.finished_at IS NULL AND l.key_id NOT IN (NEW.key_id, NEW.jwt_key_id)
            AND d.credential_id = NEW.credential_id AND d.number = NEW.number - 1
    ) THEN
        RAISE EXCEPTION 'school_closed' USING ERRCODE = 'PA003';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER signing_keys_school_closed BEFORE INSERT OR UPDATE ON signing_keys FOR EACH ROW EXECUTE FUNCTION key_of_closed();
CREATE TRIGGER proposals_school_closed BEFORE INSERT ON proposals FOR EACH ROW EXECUTE FUNCTION school_closed();
CREATE TRIGGER credentials_school_closed BEFORE INSERT ON credentials FOR EACH ROW EXECUTE FUNCTION school_closed();
CREATE TRIGGER credential_documents_school_closed BEFORE INSERT ON credential_documents FOR EACH ROW EXECUTE FUNCTION document_of_closed();
CREATE TRIGGER credential_states_school_closed BEFORE INSERT OR UPDATE OR DELETE ON credential_states FOR EACH ROW EXECUTE FUNCTION school_of_credential_closed();
-- No loss is told of a closed school, and none that was worked off is begun again.
CREATE TRIGGER key_losses_school_closed BEFORE INSERT ON key_losses FOR EACH ROW EXECUTE FUNCTION school_closed();
CREATE TRIGGER key_losses_school_closed_update BEFORE UPDATE ON key_losses FOR EACH ROW
    WHEN (OLD.finished_at IS NOT NULL AND NEW.finished_at IS NULL) EXECUTE FUNCTION school_closed();

-- What never changes.
CREATE TRIGGER credentials_frozen BEFORE UPDATE OR DELETE ON credentials FOR EACH ROW EXECUTE FUNCTION frozen();
CREATE TRIGGER credential_documents_frozen BEFORE UPDATE OR DELETE ON credential_documents FOR EACH ROW EXECUTE FUNCTION frozen();
