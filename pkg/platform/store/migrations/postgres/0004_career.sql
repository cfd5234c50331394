-- +goose Up
-- What comes with and after school: licenses and what authorities say of them,
-- courses and who teaches and takes them, continuing education, the directory,
-- and what ends when. Who is trained for what is in 0006, since it names the
-- certificates that it comes from.

-- Licenses to practice.
CREATE TABLE licenses (
    id uuid PRIMARY KEY,
    therapist_id uuid NOT NULL REFERENCES therapists (id),
    organization_id uuid REFERENCES organizations (id),
    jurisdiction text NOT NULL,
    title text NOT NULL,
    number text NOT NULL,
    issued_on date,
    expires_on date,
    created_at timestamptz NOT NULL,
    created_by uuid NOT NULL REFERENCES accounts (id),
    version bigint NOT NULL DEFAULT 1,
    UNIQUE (jurisdiction, title, number)
);
COMMENT ON COLUMN licenses.organization_id IS 'whose member recorded it; NULL: the therapist';
COMMENT ON COLUMN licenses.expires_on IS 'the last good day of all terms that are recorded';
CREATE INDEX licenses_therapist ON licenses (therapist_id, id);
CREATE INDEX licenses_expiry ON licenses (expires_on, id);

-- What became of a license: what was true when, apart from what was known when.
-- Terms have a history of their own, a status may end, and a record may be
-- withdrawn.
CREATE TABLE license_events (
    id uuid PRIMARY KEY,
    license_id uuid NOT NULL REFERENCES licenses (id),
    axis text NOT NULL CHECK (axis IN ('lifecycle', 'discipline', 'term')),
    status text NOT NULL,
    effective_on date NOT NULL,
    until date CHECK (until >= effective_on),
    method text NOT NULL CHECK (method IN ('primary_source', 'document', 'self_report')),
    source text NOT NULL,
    checked_on date NOT NULL,
    note text NOT NULL DEFAULT '',
    withdraws_id uuid UNIQUE REFERENCES license_events (id),
    recorded_at timestamptz NOT NULL,
    recorded_by uuid NOT NULL REFERENCES accounts (id),
    CHECK ((withdraws_id IS NOT NULL) = (status = 'withdrawn'))
);
COMMENT ON COLUMN license_events.until IS 'the last day of it; NULL: no end';
COMMENT ON COLUMN license_events.withdraws_id IS 'the record that was an error';
CREATE INDEX license_events_license ON license_events (license_id, id);

-- That a primary source was asked about a license.
CREATE TABLE license_checks (
    id uuid PRIMARY KEY,
    license_id uuid NOT NULL REFERENCES licenses (id),
    checked_on date NOT NULL,
    source text NOT NULL,
    outcome text NOT NULL CHECK (outcome IN ('same', 'changed', 'not_found', 'could_not_check')),
    detail text NOT NULL DEFAULT '',
    at timestamptz NOT NULL,
    recorded_by uuid NOT NULL REFERENCES accounts (id)
);
COMMENT ON COLUMN license_checks.checked_on IS 'the day of which the source speaks';
CREATE INDEX license_checks_license ON license_checks (license_id, outcome, id);
-- What a list says of one day is kept once.
CREATE UNIQUE INDEX license_checks_day ON license_checks (license_id, source, checked_on) WHERE outcome IN ('same', 'changed') AND detail = '';

-- How a school reads the lists of one board.
CREATE TABLE roster_sources (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    name text NOT NULL,
    jurisdiction text NOT NULL,
    title text NOT NULL,
    mapping text NOT NULL,
    created_at timestamptz NOT NULL,
    created_by uuid NOT NULL REFERENCES accounts (id),
    version bigint NOT NULL DEFAULT 1,
    UNIQUE (organization_id, name)
);
COMMENT ON COLUMN roster_sources.title IS 'of lines that name none';
COMMENT ON COLUMN roster_sources.mapping IS 'JSON: columns, the form of dates, words';

-- Boards' lists that were read, or are being read.
CREATE TABLE rosters (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    source_id uuid NOT NULL REFERENCES roster_sources (id),
    state text NOT NULL CHECK (state IN ('running', 'done', 'failed')),
    filename text NOT NULL,
    digest text NOT NULL,
    as_of date NOT NULL,
    records bigint NOT NULL,
    matched bigint NOT NULL,
    changed bigint NOT NULL,
    doubtful bigint NOT NULL,
    unknown bigint NOT NULL,
    refused bigint NOT NULL,
    refusals text NOT NULL,
    failure text NOT NULL DEFAULT '',
    started_at timestamptz NOT NULL,
    started_by uuid NOT NULL REFERENCES accounts (id),
    finished_at timestamptz,
    version bigint NOT NULL DEFAULT 1
);
COMMENT ON COLUMN rosters.digest IS 'SHA-256 of what was read, in hexadecimal; empty while it runs';
COMMENT ON COLUMN rosters.as_of IS 'the day of which the list speaks';
COMMENT ON COLUMN rosters.refusals IS 'JSON: the first of them';
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
    line text NOT NULL,
    doubt text NOT NULL CHECK (doubt IN ('other_name', 'no_birth_year', 'several', 'other_number', 'earlier_end', 'own_record')),
    candidates text NOT NULL,
    state text NOT NULL CHECK (state IN ('open', 'linked', 'dismissed')),
    license_id uuid REFERENCES licenses (id),
    created_at timestamptz NOT NULL,
    decided_at timestamptz,
    decided_by uuid REFERENCES accounts (id),
    version bigint NOT NULL DEFAULT 1,
    UNIQUE (organization_id, jurisdiction, title, number, doubt)
);
COMMENT ON COLUMN roster_matches.line IS 'JSON: what the list says';
COMMENT ON COLUMN roster_matches.candidates IS 'JSON: therapists';
CREATE INDEX roster_matches_state ON roster_matches (organization_id, state, id);

-- What therapists hold beside licenses.
CREATE TABLE holdings (
    id uuid PRIMARY KEY,
    therapist_id uuid NOT NULL REFERENCES therapists (id),
    organization_id uuid REFERENCES organizations (id),
    kind text NOT NULL CHECK (kind IN ('exam', 'endorsement', 'board_certification', 'cpr', 'liability_insurance', 'npi', 'immunization')),
    name text NOT NULL,
    issuer text NOT NULL,
    number text NOT NULL,
    jurisdiction text NOT NULL,
    obtained_on date,
    expires_on date,
    passed boolean NOT NULL,
    attempt bigint NOT NULL,
    each_claim bigint NOT NULL,
    aggregate bigint NOT NULL,
    taxonomy text NOT NULL,
    method text NOT NULL CHECK (method IN ('primary_source', 'document', 'self_report')),
    source text NOT NULL,
    checked_on date NOT NULL,
    checked_by uuid NOT NULL REFERENCES accounts (id),
    next_check date,
    document_id uuid REFERENCES documents (id),
    note text NOT NULL,
    recorded_at timestamptz NOT NULL,
    recorded_by uuid NOT NULL REFERENCES accounts (id),
    ended_at timestamptz,
    version bigint NOT NULL DEFAULT 1
);
COMMENT ON COLUMN holdings.organization_id IS 'whose member recorded it; NULL: the therapist';
COMMENT ON COLUMN holdings.expires_on IS 'the last good day; NULL: it does not end';
COMMENT ON COLUMN holdings.each_claim IS 'whole dollars';
COMMENT ON COLUMN holdings.next_check IS 'NULL: never';
COMMENT ON COLUMN holdings.ended_at IS 'taken back';
CREATE INDEX holdings_therapist ON holdings (therapist_id, id);
CREATE INDEX holdings_due ON holdings (next_check, id) WHERE ended_at IS NULL;
CREATE INDEX holdings_document ON holdings (document_id) WHERE document_id IS NOT NULL;
CREATE UNIQUE INDEX holdings_npi_once ON holdings (number) WHERE kind = 'npi' AND ended_at IS NULL;

-- What authorities did about licenses. An action is never changed, only its
-- document may be added; the discipline that it caused is an event of its own.
CREATE TABLE adverse_actions (
    id uuid PRIMARY KEY,
    license_id uuid NOT NULL REFERENCES licenses (id),
    organization_id uuid NOT NULL REFERENCES organizations (id),
    kind text NOT NULL CHECK (kind IN ('revocation', 'suspension', 'probation', 'surrender_in_lieu', 'monitoring', 'practice_limitation', 'cease_and_desist', 'other_encumbrance')),
    authority text NOT NULL,
    order_number text NOT NULL,
    starts_on date NOT NULL,
    ends_on date CHECK (ends_on >= starts_on),
    event_id uuid REFERENCES license_events (id),
    document_id uuid REFERENCES documents (id),
    note text NOT NULL,
    recorded_at timestamptz NOT NULL,
    recorded_by uuid NOT NULL REFERENCES accounts (id),
    UNIQUE (license_id, authority, order_number, kind)
);
COMMENT ON COLUMN adverse_actions.organization_id IS 'whose member recorded it';
COMMENT ON COLUMN adverse_actions.ends_on IS 'NULL: no end';
CREATE INDEX adverse_actions_document ON adverse_actions (document_id) WHERE document_id IS NOT NULL;
CREATE TRIGGER adverse_actions_frozen BEFORE UPDATE ON adverse_actions FOR EACH ROW
    WHEN (OLD.document_id IS NULL) EXECUTE FUNCTION locked_but('document_id');
CREATE TRIGGER adverse_actions_attached BEFORE UPDATE ON adverse_actions FOR EACH ROW
    WHEN (OLD.document_id IS NOT NULL) EXECUTE FUNCTION frozen();
CREATE TRIGGER adverse_actions_kept BEFORE DELETE ON adverse_actions FOR EACH ROW EXECUTE FUNCTION frozen();

-- What a school offers beside its programs; how long what a course attests is good.
CREATE TABLE courses (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    code text NOT NULL,
    title text NOT NULL,
    specialty text NOT NULL,
    description text NOT NULL DEFAULT '',
    minutes bigint NOT NULL CHECK (minutes > 0),
    prerequisites text NOT NULL,
    valid_months bigint NOT NULL DEFAULT 0 CHECK (valid_months BETWEEN 0 AND 240),
    year_end boolean NOT NULL DEFAULT false,
    refreshes text NOT NULL DEFAULT '',
    standard text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL,
    version bigint NOT NULL DEFAULT 1,
    UNIQUE (organization_id, code)
);
COMMENT ON COLUMN courses.minutes IS 'set by the school';
COMMENT ON COLUMN courses.prerequisites IS 'JSON array';
COMMENT ON COLUMN courses.valid_months IS '0: without end';
COMMENT ON COLUMN courses.year_end IS 'until 31 December of that year';
COMMENT ON COLUMN courses.refreshes IS 'code of the course that it refreshes';
COMMENT ON COLUMN courses.standard IS 'key of the specialty''s standard; empty: the school''s own hours';

-- What a school's courses are about. The shipped topics are in the program; here
-- are a school's own, and the shipped ones that it hides.
CREATE TABLE topics (
    organization_id uuid NOT NULL REFERENCES organizations (id),
    kind text NOT NULL CHECK (kind IN ('technique', 'modality', 'condition', 'setting')),
    code text NOT NULL,
    title text NOT NULL,
    hidden boolean NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (organization_id, kind, code)
);
COMMENT ON COLUMN topics.title IS 'empty: a shipped one';

-- Which course is about what.
CREATE TABLE course_topics (
    course_id uuid NOT NULL REFERENCES courses (id),
    kind text NOT NULL CHECK (kind IN ('technique', 'modality', 'condition', 'setting')),
    code text NOT NULL,
    PRIMARY KEY (course_id, kind, code)
);

-- Who completed which course.
CREATE TABLE course_completions (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    course_id uuid NOT NULL REFERENCES courses (id),
    therapist_id uuid NOT NULL REFERENCES therapists (id),
    completed_on date NOT NULL,
    minutes bigint NOT NULL CHECK (minutes > 0),
    instructor text NOT NULL,
    note text NOT NULL DEFAULT '',
    recorded_at timestamptz NOT NULL,
    recorded_by uuid NOT NULL REFERENCES accounts (id),
    UNIQUE (course_id, therapist_id, completed_on)
);
CREATE INDEX course_completions_organization ON course_completions (organization_id, id);
CREATE INDEX course_completions_therapist ON course_completions (therapist_id);

-- Successions of courses.
CREATE TABLE pathways (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    course_id uuid NOT NULL UNIQUE REFERENCES courses (id),
    created_at timestamptz NOT NULL,
    created_by uuid NOT NULL REFERENCES accounts (id),
    version bigint NOT NULL DEFAULT 1
);
COMMENT ON COLUMN pathways.course_id IS 'that is completed with the last step; its certificate is the pathway''s';
CREATE INDEX pathways_organization ON pathways (organization_id, id);

-- The courses of a pathway, in their order.
CREATE TABLE pathway_steps (
    pathway_id uuid NOT NULL REFERENCES pathways (id),
    number bigint NOT NULL CHECK (number > 0),
    course_id uuid NOT NULL REFERENCES courses (id),
    level text NOT NULL CHECK (level IN ('foundation', 'advanced', 'master')),
    PRIMARY KEY (pathway_id, number),
    UNIQUE (pathway_id, course_id)
);

-- When and where a course is held.
CREATE TABLE sections (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    course_id uuid NOT NULL REFERENCES courses (id),
    instructor_id uuid NOT NULL REFERENCES members (id),
    state text NOT NULL CHECK (state IN ('open', 'finished', 'canceled')),
    starts_on date NOT NULL,
    ends_on date NOT NULL,
    place text NOT NULL,
    seats bigint NOT NULL CHECK (seats > 0),
    taken bigint NOT NULL DEFAULT 0,
    exam boolean NOT NULL,
    created_at timestamptz NOT NULL,
    created_by uuid NOT NULL REFERENCES accounts (id),
    version bigint NOT NULL DEFAULT 1,
    CHECK (ends_on >= starts_on),
    CONSTRAINT sections_seats CHECK (taken BETWEEN 0 AND seats)
);
COMMENT ON COLUMN sections.taken IS 'kept by the triggers of section_places';
COMMENT ON COLUMN sections.exam IS 'who completes it has passed a practical examination';
CREATE INDEX sections_organization ON sections (organization_id, starts_on DESC, id DESC);

-- Who has a seat in a section, or waits for one.
CREATE TABLE section_places (
    section_id uuid NOT NULL REFERENCES sections (id),
    therapist_id uuid NOT NULL REFERENCES therapists (id),
    state text NOT NULL CHECK (state IN ('seated', 'waiting', 'withdrawn', 'completed', 'not_completed')),
    queued bigint NOT NULL,
    completion_id uuid REFERENCES course_completions (id),
    reason text NOT NULL DEFAULT '',
    since timestamptz NOT NULL,
    PRIMARY KEY (section_id, therapist_id),
    UNIQUE (section_id, queued),
    CHECK ((state = 'completed') = (completion_id IS NOT NULL))
);
COMMENT ON COLUMN section_places.queued IS 'who came first has the lower number';
COMMENT ON COLUMN section_places.reason IS 'of not_completed';
CREATE INDEX section_places_therapist ON section_places (therapist_id, section_id);
-- A place that is held counts; the check of the section refuses one too many, by
-- whichever way it comes.
-- +goose StatementBegin
CREATE FUNCTION count_places() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    held bigint := 0;
BEGIN
    IF TG_OP <> 'DELETE' AND NEW.state IN ('seated', 'completed', 'not_completed') THEN
        held := held + 1;
    END IF;
    IF TG_OP <> 'INSERT' AND OLD.state IN ('seated', 'completed', 'not_completed') THEN
        held := held - 1;
    END IF;
    IF held <> 0 THEN
        UPDATE sections SET taken = taken + held WHERE id = COALESCE(NEW.section_id, OLD.section_id);
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER section_places_counted AFTER INSERT OR UPDATE OF state OR DELETE ON section_places FOR EACH ROW EXECUTE FUNCTION count_places();

-- The days of a section.
CREATE TABLE section_sessions (
    id uuid PRIMARY KEY,
    section_id uuid NOT NULL REFERENCES sections (id),
    local_date date NOT NULL,
    minutes bigint NOT NULL CHECK (minutes > 0),
    part text NOT NULL,
    setting text NOT NULL,
    delivery text NOT NULL
);
COMMENT ON COLUMN section_sessions.part IS 'subject of the specialty''s standard, such as theory or lab';
CREATE INDEX section_sessions_section ON section_sessions (section_id, local_date, id);

-- Who was there on them.
CREATE TABLE section_marks (
    session_id uuid NOT NULL REFERENCES section_sessions (id),
    therapist_id uuid NOT NULL REFERENCES therapists (id),
    mark text NOT NULL CHECK (mark IN ('present', 'absent')),
    minutes bigint NOT NULL CHECK (minutes >= 0),
    marked_at timestamptz NOT NULL,
    marked_by uuid NOT NULL REFERENCES accounts (id),
    PRIMARY KEY (session_id, therapist_id),
    CHECK ((mark = 'absent') = (minutes = 0))
);
CREATE INDEX section_marks_therapist ON section_marks (therapist_id, session_id);

-- Practical examinations.
CREATE TABLE exam_results (
    section_id uuid NOT NULL REFERENCES sections (id),
    therapist_id uuid NOT NULL REFERENCES therapists (id),
    attempt bigint NOT NULL CHECK (attempt > 0),
    passed boolean NOT NULL,
    score bigint CHECK (score BETWEEN 0 AND 100),
    taken_on date NOT NULL,
    note text NOT NULL,
    recorded_at timestamptz NOT NULL,
    recorded_by uuid NOT NULL REFERENCES accounts (id),
    PRIMARY KEY (section_id, therapist_id, attempt)
);
COMMENT ON COLUMN exam_results.score IS 'percent; NULL: pass or fail alone';
CREATE INDEX exam_results_therapist ON exam_results (therapist_id);

-- What a school assesses skills by.
CREATE TABLE assessment_forms (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    title text NOT NULL,
    scale bigint NOT NULL CHECK (scale BETWEEN 2 AND 10),
    competencies text NOT NULL,
    created_at timestamptz NOT NULL
);
COMMENT ON COLUMN assessment_forms.scale IS 'from 1 to this';
COMMENT ON COLUMN assessment_forms.competencies IS 'JSON array';
CREATE INDEX assessment_forms_organization ON assessment_forms (organization_id, id);

-- How someone was assessed in a section.
CREATE TABLE assessments (
    id uuid PRIMARY KEY,
    form_id uuid NOT NULL REFERENCES assessment_forms (id),
    section_id uuid NOT NULL REFERENCES sections (id),
    therapist_id uuid NOT NULL REFERENCES therapists (id),
    scores text NOT NULL,
    remark text NOT NULL,
    recorded_at timestamptz NOT NULL,
    recorded_by uuid NOT NULL REFERENCES accounts (id)
);
COMMENT ON COLUMN assessments.scores IS 'JSON array, one for each competency';
CREATE INDEX assessments_section ON assessments (section_id, id);

-- What a therapist lets the public find. Nothing is found of whom listed is false.
CREATE TABLE directory_profiles (
    therapist_id uuid PRIMARY KEY REFERENCES therapists (id),
    listed boolean NOT NULL,
    name text NOT NULL,
    area text NOT NULL,
    place text NOT NULL,
    contact text NOT NULL,
    languages text NOT NULL,
    insurances text NOT NULL,
    mentor boolean NOT NULL,
    shown text NOT NULL,
    updated_at timestamptz NOT NULL,
    version bigint NOT NULL DEFAULT 1
);
COMMENT ON COLUMN directory_profiles.area IS 'two letters of the state';
COMMENT ON COLUMN directory_profiles.languages IS 'JSON array, as are the next';
COMMENT ON COLUMN directory_profiles.shown IS 'the chosen fields, separated by a space';

-- What the search looks into: only of the listed, only of chosen fields.
CREATE TABLE directory_facets (
    facet text NOT NULL CHECK (facet IN ('listed', 'area', 'language', 'insurance', 'mentor', 'conditions')),
    value text NOT NULL,
    therapist_id uuid NOT NULL REFERENCES directory_profiles (therapist_id),
    PRIMARY KEY (facet, value, therapist_id)
);
CREATE INDEX directory_facets_therapist ON directory_facets (therapist_id);

-- Who gives continuing education. Its amounts are whole minutes of instruction.
CREATE TABLE ce_providers (
    id uuid PRIMARY KEY,
    organization_id uuid REFERENCES organizations (id),
    name text NOT NULL,
    contact text NOT NULL,
    hands_on_percent bigint NOT NULL CHECK (hands_on_percent BETWEEN 0 AND 100),
    created_at timestamptz NOT NULL,
    version bigint NOT NULL DEFAULT 1
);
COMMENT ON COLUMN ce_providers.organization_id IS 'NULL: known to every school';
COMMENT ON COLUMN ce_providers.hands_on_percent IS 'the provider''s own rule; 0: none';
CREATE INDEX ce_providers_organization ON ce_providers (organization_id, id);

-- Who approved a provider.
CREATE TABLE ce_approvals (
    provider_id uuid NOT NULL REFERENCES ce_providers (id),
    body text NOT NULL,
    number text NOT NULL,
    valid_from date,
    valid_to date,
    PRIMARY KEY (provider_id, body, number)
);
COMMENT ON COLUMN ce_approvals.body IS 'two letters of a state, or a body such as NCBTMB';
CREATE INDEX ce_approvals_number ON ce_approvals (number, body);

-- What a school's course counts for. A course without a row is live, and all of
-- it about massage.
CREATE TABLE ce_courses (
    course_id uuid PRIMARY KEY REFERENCES courses (id),
    type text NOT NULL CHECK (type IN ('live', 'home_study', 'webinar')),
    hands_on bigint NOT NULL CHECK (hands_on >= 0),
    lines text NOT NULL,
    version bigint NOT NULL DEFAULT 1
);
COMMENT ON COLUMN ce_courses.hands_on IS 'minutes';
COMMENT ON COLUMN ce_courses.lines IS 'JSON: subject, minutes';

-- Who took what. A reported activity does not change any more, and stays.
CREATE TABLE ce_activities (
    id uuid PRIMARY KEY,
    therapist_id uuid NOT NULL REFERENCES therapists (id),
    organization_id uuid NOT NULL REFERENCES organizations (id),
    state text NOT NULL CHECK (state IN ('planned', 'completed', 'reported', 'accepted', 'rejected', 'audited')),
    title text NOT NULL,
    course text NOT NULL,
    type text NOT NULL CHECK (type IN ('live', 'home_study', 'webinar')),
    held_on date NOT NULL,
    minutes bigint NOT NULL CHECK (minutes > 0),
    amount text NOT NULL,
    unit text NOT NULL,
    hour bigint NOT NULL CHECK (hour IN (50, 60)),
    approved bigint NOT NULL CHECK (approved >= 0),
    hands_on bigint NOT NULL CHECK (hands_on >= 0 AND hands_on <= minutes),
    lines text NOT NULL,
    participant text NOT NULL,
    provider_id uuid REFERENCES ce_providers (id),
    provider_name text NOT NULL,
    provider_body text NOT NULL,
    provider_number text NOT NULL,
    provider_contact text NOT NULL,
    signed boolean NOT NULL,
    license_number text NOT NULL,
    program_number text NOT NULL,
    document_id uuid REFERENCES documents (id),
    reason text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL,
    created_by uuid NOT NULL REFERENCES accounts (id),
    reported_at timestamptz,
    decided_at timestamptz,
    decided_by uuid REFERENCES accounts (id),
    version bigint NOT NULL DEFAULT 1,
    CHECK (state IN ('planned', 'completed', 'rejected') OR (approved = minutes AND document_id IS NOT NULL AND reported_at IS NOT NULL)),
    CHECK (state NOT IN ('accepted', 'audited') OR decided_by IS NOT NULL)
);
COMMENT ON COLUMN ce_activities.organization_id IS 'the school that decides and keeps the certificate';
COMMENT ON COLUMN ce_activities.course IS 'the same for the same course';
COMMENT ON COLUMN ce_activities.held_on IS 'completed, or planned for';
COMMENT ON COLUMN ce_activities.amount IS 'as the certificate says it';
COMMENT ON COLUMN ce_activities.hour IS 'minutes of a contact hour';
COMMENT ON COLUMN ce_activities.approved IS 'minutes that the provider may give; 0: not told yet';
COMMENT ON COLUMN ce_activities.lines IS 'JSON: subject, minutes';
COMMENT ON COLUMN ce_activities.provider_id IS 'NULL: the registry does not know the provider';
CREATE INDEX ce_activities_therapist ON ce_activities (therapist_id, id);
CREATE INDEX ce_activities_organization ON ce_activities (organization_id, state, id);
CREATE INDEX ce_activities_document ON ce_activities (document_id) WHERE document_id IS NOT NULL;
CREATE UNIQUE INDEX ce_activities_once ON ce_activities (therapist_id, course, held_on) WHERE state NOT IN ('planned', 'rejected');
CREATE TRIGGER ce_activities_frozen BEFORE UPDATE ON ce_activities FOR EACH ROW
    WHEN (OLD.state IN ('reported', 'accepted', 'audited')) EXECUTE FUNCTION locked_but('state', 'decided_by', 'decided_at', 'reason', 'version');
CREATE TRIGGER ce_activities_kept BEFORE DELETE ON ce_activities FOR EACH ROW
    WHEN (OLD.state NOT IN ('planned', 'completed')) EXECUTE FUNCTION frozen();

-- What an activity was rejected with is evidence and stays, whatever it is
-- reported with later.
CREATE TABLE ce_rejected_proofs (
    activity_id uuid NOT NULL,
    document_id uuid NOT NULL REFERENCES documents (id),
    PRIMARY KEY (activity_id, document_id)
);
COMMENT ON COLUMN ce_rejected_proofs.activity_id IS 'which may be dropped once it was fixed';
CREATE INDEX ce_rejected_proofs_document ON ce_rejected_proofs (document_id);
-- +goose StatementBegin
CREATE FUNCTION keep_rejected_proof() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO ce_rejected_proofs (activity_id, document_id) VALUES (NEW.id, NEW.document_id) ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER ce_activities_rejected AFTER UPDATE OF state ON ce_activities FOR EACH ROW
    WHEN (NEW.state = 'rejected' AND OLD.state <> 'rejected' AND NEW.document_id IS NOT NULL) EXECUTE FUNCTION keep_rejected_proof();

-- Waivers and extensions: less that someone owes in a cycle, or longer that they
-- have for it.
CREATE TABLE ce_leaves (
    id uuid PRIMARY KEY,
    license_id uuid NOT NULL REFERENCES licenses (id),
    therapist_id uuid NOT NULL REFERENCES therapists (id),
    kind text NOT NULL CHECK (kind IN ('waiver', 'extension')),
    cycle_from date NOT NULL,
    cycle_to date NOT NULL,
    minutes bigint NOT NULL CHECK (minutes >= 0),
    until date,
    reason text NOT NULL,
    state text NOT NULL CHECK (state IN ('requested', 'approved', 'declined')),
    authority text NOT NULL DEFAULT '',
    granted_on date,
    note text NOT NULL DEFAULT '',
    requested_at timestamptz NOT NULL,
    requested_by uuid NOT NULL REFERENCES accounts (id),
    decided_at timestamptz,
    decided_by uuid REFERENCES accounts (id),
    version bigint NOT NULL DEFAULT 1,
    CHECK (state <> 'approved' OR (decided_by IS NOT NULL AND decided_by <> requested_by AND granted_on IS NOT NULL)),
    CHECK (kind <> 'extension' OR until IS NOT NULL)
);
COMMENT ON COLUMN ce_leaves.minutes IS 'that are waived; 0: all';
COMMENT ON COLUMN ce_leaves.until IS 'of an extension';
COMMENT ON COLUMN ce_leaves.authority IS 'who granted it';
CREATE INDEX ce_leaves_license ON ce_leaves (license_id, id);
CREATE UNIQUE INDEX ce_leaves_open ON ce_leaves (license_id, kind, cycle_to) WHERE state <> 'declined';

-- Audits of continuing education. The seed's digest is told before the public
-- word is known, and both together draw the sample; see docs/continuing.md.
CREATE TABLE ce_audits (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    jurisdiction text NOT NULL,
    ends_from date NOT NULL,
    ends_to date NOT NULL,
    percent bigint NOT NULL CHECK (percent BETWEEN 1 AND 100),
    commitment text NOT NULL,
    seed text NOT NULL,
    population bigint NOT NULL CHECK (population > 0),
    population_digest text NOT NULL,
    word text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL,
    created_by uuid NOT NULL REFERENCES accounts (id),
    drawn_at timestamptz,
    version bigint NOT NULL DEFAULT 1
);
COMMENT ON COLUMN ce_audits.ends_from IS 'the cycles that end on these days';
COMMENT ON COLUMN ce_audits.commitment IS 'SHA-256 of the seed in hexadecimal';
COMMENT ON COLUMN ce_audits.seed IS 'hexadecimal; told to nobody before the draw';
COMMENT ON COLUMN ce_audits.population_digest IS 'SHA-256 of the sorted identifiers, one a line';
COMMENT ON COLUMN ce_audits.word IS 'public, and not known before the commitment';
CREATE UNIQUE INDEX ce_audits_once ON ce_audits (organization_id, jurisdiction, ends_from, ends_to);

-- Who can be drawn, who was, and what came of it.
CREATE TABLE ce_audit_people (
    audit_id uuid NOT NULL REFERENCES ce_audits (id),
    license_id uuid NOT NULL REFERENCES licenses (id),
    therapist_id uuid NOT NULL REFERENCES therapists (id),
    cycle_from date NOT NULL,
    cycle_to date NOT NULL,
    place bigint NOT NULL DEFAULT 0,
    outcome text NOT NULL DEFAULT '' CHECK (outcome IN ('', 'accepted', 'rejected')),
    reason text NOT NULL DEFAULT '',
    decided_at timestamptz,
    decided_by uuid REFERENCES accounts (id),
    PRIMARY KEY (audit_id, license_id),
    CHECK (outcome = '' OR (place > 0 AND decided_by IS NOT NULL))
);
COMMENT ON COLUMN ce_audit_people.place IS 'in the sample, from 1; 0: not drawn';
CREATE INDEX ce_audit_people_place ON ce_audit_people (audit_id, place, license_id);
CREATE TRIGGER ce_audits_frozen BEFORE UPDATE ON ce_audits FOR EACH ROW
    WHEN (OLD.drawn_at IS NULL) EXECUTE FUNCTION locked_but('word', 'drawn_at', 'version');
CREATE TRIGGER ce_audits_drawn BEFORE UPDATE ON ce_audits FOR EACH ROW
    WHEN (OLD.drawn_at IS NOT NULL) EXECUTE FUNCTION frozen();
CREATE TRIGGER ce_audits_kept BEFORE DELETE ON ce_audits FOR EACH ROW EXECUTE FUNCTION frozen();
CREATE TRIGGER ce_audit_people_frozen BEFORE UPDATE ON ce_audit_people FOR EACH ROW
    WHEN (OLD.place = 0) EXECUTE FUNCTION locked_but('place');
CREATE TRIGGER ce_audit_people_drawn BEFORE UPDATE ON ce_audit_people FOR EACH ROW
    WHEN (OLD.place > 0 AND OLD.outcome = '') EXECUTE FUNCTION locked_but('outcome', 'reason', 'decided_by', 'decided_at');
CREATE TRIGGER ce_audit_people_decided BEFORE UPDATE ON ce_audit_people FOR EACH ROW
    WHEN (OLD.outcome <> '') EXECUTE FUNCTION frozen();
CREATE TRIGGER ce_audit_people_kept BEFORE DELETE ON ce_audit_people FOR EACH ROW EXECUTE FUNCTION frozen();

-- What is good until a day. Anyone who records such a thing does not have to know of
-- it: a trigger of its own table keeps the row. That of credentials is in 0006.
CREATE TABLE due_things (
    subject_id uuid PRIMARY KEY,
    kind text NOT NULL,
    therapist_id uuid NOT NULL REFERENCES therapists (id),
    organization_id uuid REFERENCES organizations (id),
    jurisdiction text NOT NULL DEFAULT '',
    label text NOT NULL,
    expires_on date,
    revision bigint NOT NULL DEFAULT 1,
    planned_revision bigint NOT NULL DEFAULT 0,
    planned_at timestamptz
);
COMMENT ON COLUMN due_things.subject_id IS 'of the license or the credential';
COMMENT ON COLUMN due_things.kind IS 'license, credential; a further kind comes with a trigger of its own';
COMMENT ON COLUMN due_things.organization_id IS 'whose zone counts where the therapist told none';
COMMENT ON COLUMN due_things.jurisdiction IS 'whose zone counts where nobody told one';
COMMENT ON COLUMN due_things.label IS 'what it is called in a mail';
COMMENT ON COLUMN due_things.expires_on IS 'the last good day; NULL: it does not end any more';
COMMENT ON COLUMN due_things.planned_revision IS 'for which the reminders were made';
CREATE INDEX due_things_unplanned ON due_things (subject_id) WHERE revision <> planned_revision;
CREATE INDEX due_things_therapist ON due_things (therapist_id, expires_on);
-- +goose StatementBegin
CREATE FUNCTION due_license() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO due_things (subject_id, kind, therapist_id, organization_id, jurisdiction, label, expires_on)
    VALUES (NEW.id, 'license', NEW.therapist_id, NEW.organization_id, NEW.jurisdiction, NEW.jurisdiction || ' ' || NEW.title || ' ' || NEW.number, NEW.expires_on)
    ON CONFLICT (subject_id) DO UPDATE SET therapist_id = excluded.therapist_id, label = excluded.label, expires_on = excluded.expires_on,
        revision = due_things.revision + 1;
    RETURN NULL;
END $$;
-- The zone says when it is morning.
CREATE FUNCTION due_zone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE due_things SET revision = revision + 1 WHERE therapist_id = NEW.id;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER licenses_due AFTER INSERT OR UPDATE OF therapist_id, jurisdiction, title, number, expires_on ON licenses
    FOR EACH ROW EXECUTE FUNCTION due_license();
CREATE TRIGGER therapists_due AFTER UPDATE OF zone ON therapists
    FOR EACH ROW WHEN (OLD.zone <> NEW.zone) EXECUTE FUNCTION due_zone();

-- Each reminder once: by what it is about, the last day and the days before it.
CREATE TABLE reminders (
    id uuid PRIMARY KEY,
    kind text NOT NULL,
    subject_id uuid NOT NULL REFERENCES due_things (subject_id),
    therapist_id uuid NOT NULL REFERENCES therapists (id),
    expires_on date NOT NULL,
    days bigint NOT NULL,
    due_at timestamptz NOT NULL,
    state text NOT NULL CHECK (state IN ('waiting', 'sent', 'silenced')),
    settled_at timestamptz,
    UNIQUE (subject_id, expires_on, days),
    CHECK ((state = 'waiting') = (settled_at IS NULL))
);
COMMENT ON COLUMN reminders.days IS 'before expires_on; negative: after it';
COMMENT ON COLUMN reminders.settled_at IS 'when it was sent or silenced';
CREATE INDEX reminders_due ON reminders (due_at, id) WHERE state = 'waiting';
CREATE INDEX reminders_waiting ON reminders (subject_id) WHERE state = 'waiting';

-- How someone wants to be reminded; no row: the default.
CREATE TABLE reminder_settings (
    therapist_id uuid PRIMARY KEY REFERENCES therapists (id),
    switched_off boolean NOT NULL,
    days text NOT NULL,
    quiet_from bigint NOT NULL CHECK (quiet_from BETWEEN 0 AND 1439),
    quiet_until bigint NOT NULL CHECK (quiet_until BETWEEN 0 AND 1439),
    updated_at timestamptz NOT NULL,
    version bigint NOT NULL
);
COMMENT ON COLUMN reminder_settings.days IS 'a JSON array';
COMMENT ON COLUMN reminder_settings.quiet_from IS 'minutes after midnight, by the local clock';

-- The secret address of someone's calendar; a new one takes the place of the old.
CREATE TABLE calendar_feeds (
    therapist_id uuid PRIMARY KEY REFERENCES therapists (id),
    secret_hash bytea NOT NULL UNIQUE,
    created_at timestamptz NOT NULL
);
COMMENT ON COLUMN calendar_feeds.secret_hash IS 'SHA-256; the secret itself is never kept';

-- What a therapist says to have done for the renewal that ends on a day.
CREATE TABLE renewal_ticks (
    license_id uuid NOT NULL REFERENCES licenses (id),
    expires_on date NOT NULL,
    step text NOT NULL,
    done_on date NOT NULL,
    note text NOT NULL DEFAULT '',
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (license_id, expires_on, step)
);

-- All that may refer to a document. A document is kept as long as something does,
-- and goes in the transaction that takes the last reference away.
CREATE VIEW document_uses AS
    SELECT document_id FROM transfers WHERE document_id IS NOT NULL
    UNION ALL SELECT document_id FROM ce_activities WHERE document_id IS NOT NULL
    UNION ALL SELECT document_id FROM ce_rejected_proofs
    UNION ALL SELECT document_id FROM holdings WHERE document_id IS NOT NULL
    UNION ALL SELECT document_id FROM adverse_actions WHERE document_id IS NOT NULL;
-- +goose StatementBegin
CREATE FUNCTION drop_document() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM documents WHERE id = OLD.document_id AND NOT EXISTS (SELECT 1 FROM document_uses u WHERE u.document_id = OLD.document_id);
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER transfers_document_replaced AFTER UPDATE OF document_id ON transfers FOR EACH ROW
    WHEN (OLD.document_id IS DISTINCT FROM NEW.document_id) EXECUTE FUNCTION drop_document();
CREATE TRIGGER transfers_document_dropped AFTER DELETE ON transfers FOR EACH ROW EXECUTE FUNCTION drop_document();
CREATE TRIGGER ce_activities_document_replaced AFTER UPDATE OF document_id ON ce_activities FOR EACH ROW
    WHEN (OLD.document_id IS DISTINCT FROM NEW.document_id) EXECUTE FUNCTION drop_document();
CREATE TRIGGER ce_activities_document_dropped AFTER DELETE ON ce_activities FOR EACH ROW EXECUTE FUNCTION drop_document();
CREATE TRIGGER ce_rejected_proofs_document_replaced AFTER UPDATE OF document_id ON ce_rejected_proofs FOR EACH ROW
    WHEN (OLD.document_id IS DISTINCT FROM NEW.document_id) EXECUTE FUNCTION drop_document();
CREATE TRIGGER ce_rejected_proofs_document_dropped AFTER DELETE ON ce_rejected_proofs FOR EACH ROW EXECUTE FUNCTION drop_document();
CREATE TRIGGER holdings_document_replaced AFTER UPDATE OF document_id ON holdings FOR EACH ROW
    WHEN (OLD.document_id IS DISTINCT FROM NEW.document_id) EXECUTE FUNCTION drop_document();
CREATE TRIGGER holdings_document_dropped AFTER DELETE ON holdings FOR EACH ROW EXECUTE FUNCTION drop_document();
CREATE TRIGGER adverse_actions_document_replaced AFTER UPDATE OF document_id ON adverse_actions FOR EACH ROW
    WHEN (OLD.document_id IS DISTINCT FROM NEW.document_id) EXECUTE FUNCTION drop_document();
CREATE TRIGGER adverse_actions_document_dropped AFTER DELETE ON adverse_actions FOR EACH ROW EXECUTE FUNCTION drop_document();

-- What never changes.
CREATE TRIGGER license_events_frozen BEFORE UPDATE OR DELETE ON license_events FOR EACH ROW EXECUTE FUNCTION frozen();
CREATE TRIGGER license_checks_frozen BEFORE UPDATE OR DELETE ON license_checks FOR EACH ROW EXECUTE FUNCTION frozen();
CREATE TRIGGER course_completions_frozen BEFORE UPDATE OR DELETE ON course_completions FOR EACH ROW EXECUTE FUNCTION frozen();
CREATE TRIGGER exam_results_frozen BEFORE UPDATE OR DELETE ON exam_results FOR EACH ROW EXECUTE FUNCTION frozen();
CREATE TRIGGER assessment_forms_frozen BEFORE UPDATE OR DELETE ON assessment_forms FOR EACH ROW EXECUTE FUNCTION frozen();
CREATE TRIGGER assessments_frozen BEFORE UPDATE OR DELETE ON assessments FOR EACH ROW EXECUTE FUNCTION frozen();
