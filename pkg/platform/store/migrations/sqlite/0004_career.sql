-- +goose Up
-- What comes with and after school: licenses and what authorities say of them,
-- courses and who teaches and takes them, continuing education, the directory,
-- and what ends when. Who is trained for what is in 0006, since it names the
-- certificates that it comes from.

-- Licenses to practice.
CREATE TABLE licenses (
    id TEXT PRIMARY KEY,
    therapist_id TEXT NOT NULL REFERENCES therapists (id),
    organization_id TEXT REFERENCES organizations (id), -- whose member recorded it; NULL: the therapist
    jurisdiction TEXT NOT NULL,
    title TEXT NOT NULL,
    number TEXT NOT NULL,
    issued_on DATE,
    expires_on DATE, -- the last good day of all terms that are recorded
    created_at DATETIME NOT NULL,
    created_by TEXT NOT NULL REFERENCES accounts (id),
    version INTEGER NOT NULL DEFAULT 1,
    UNIQUE (jurisdiction, title, number)
);
CREATE INDEX licenses_therapist ON licenses (therapist_id, id);
CREATE INDEX licenses_expiry ON licenses (expires_on, id);

-- What became of a license: what was true when, apart from what was known when.
-- Terms have a history of their own, a status may end, and a record may be
-- withdrawn.
CREATE TABLE license_events (
    id TEXT PRIMARY KEY,
    license_id TEXT NOT NULL REFERENCES licenses (id),
    axis TEXT NOT NULL CHECK (axis IN ('lifecycle', 'discipline', 'term')),
    status TEXT NOT NULL,
    effective_on DATE NOT NULL,
    until DATE CHECK (until >= effective_on), -- the last day of it; NULL: no end
    method TEXT NOT NULL CHECK (method IN ('primary_source', 'document', 'self_report')),
    source TEXT NOT NULL,
    checked_on DATE NOT NULL,
    note TEXT NOT NULL DEFAULT '',
    withdraws_id TEXT UNIQUE REFERENCES license_events (id), -- the record that was an error
    recorded_at DATETIME NOT NULL,
    recorded_by TEXT NOT NULL REFERENCES accounts (id),
    CHECK ((withdraws_id IS NOT NULL) = (status = 'withdrawn'))
);
CREATE INDEX license_events_license ON license_events (license_id, id);

-- That a primary source was asked about a license.
CREATE TABLE license_checks (
    id TEXT PRIMARY KEY,
    license_id TEXT NOT NULL REFERENCES licenses (id),
    checked_on DATE NOT NULL, -- the day of which the source speaks
    source TEXT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('same', 'changed', 'not_found', 'could_not_check')),
    detail TEXT NOT NULL DEFAULT '',
    at DATETIME NOT NULL,
    recorded_by TEXT NOT NULL REFERENCES accounts (id)
);
CREATE INDEX license_checks_license ON license_checks (license_id, outcome, id);
-- What a list says of one day is kept once.
CREATE UNIQUE INDEX license_checks_day ON license_checks (license_id, source, checked_on) WHERE outcome IN ('same', 'changed') AND detail = '';

-- How a school reads the lists of one board.
CREATE TABLE roster_sources (
    id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    name TEXT NOT NULL,
    jurisdiction TEXT NOT NULL,
    title TEXT NOT NULL, -- of lines that name none
    mapping TEXT NOT NULL, -- JSON: columns, the form of dates, words
    created_at DATETIME NOT NULL,
    created_by TEXT NOT NULL REFERENCES accounts (id),
    version INTEGER NOT NULL DEFAULT 1,
    UNIQUE (organization_id, name)
);

-- Boards' lists that were read, or are being read.
CREATE TABLE rosters (
    id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    source_id TEXT NOT NULL REFERENCES roster_sources (id),
    state TEXT NOT NULL CHECK (state IN ('running', 'done', 'failed')),
    filename TEXT NOT NULL,
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
CREATE INDEX rosters_organization ON rosters (organization_id, id);

-- Lines that a person has to decide, each once.
CREATE TABLE roster_matches (
    id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
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
CREATE INDEX roster_matches_state ON roster_matches (organization_id, state, id);

-- What therapists hold beside licenses.
CREATE TABLE holdings (
    id TEXT PRIMARY KEY,
    therapist_id TEXT NOT NULL REFERENCES therapists (id),
    organization_id TEXT REFERENCES organizations (id), -- whose member recorded it; NULL: the therapist
    kind TEXT NOT NULL CHECK (kind IN ('exam', 'endorsement', 'board_certification', 'cpr', 'liability_insurance', 'npi', 'immunization')),
    name TEXT NOT NULL,
    issuer TEXT NOT NULL,
    number TEXT NOT NULL,
    jurisdiction TEXT NOT NULL,
    obtained_on DATE,
    expires_on DATE, -- the last good day; NULL: it does not end
    passed BOOLEAN NOT NULL,
    attempt INTEGER NOT NULL,
    each_claim INTEGER NOT NULL, -- whole dollars
    aggregate INTEGER NOT NULL,
    taxonomy TEXT NOT NULL,
    method TEXT NOT NULL CHECK (method IN ('primary_source', 'document', 'self_report')),
    source TEXT NOT NULL,
    checked_on DATE NOT NULL,
    checked_by TEXT NOT NULL REFERENCES accounts (id),
    next_check DATE, -- NULL: never
    document_id TEXT REFERENCES documents (id),
    note TEXT NOT NULL,
    recorded_at DATETIME NOT NULL,
    recorded_by TEXT NOT NULL REFERENCES accounts (id),
    ended_at DATETIME, -- taken back
    version INTEGER NOT NULL DEFAULT 1
);
CREATE INDEX holdings_therapist ON holdings (therapist_id, id);
CREATE INDEX holdings_due ON holdings (next_check, id) WHERE ended_at IS NULL;
CREATE INDEX holdings_document ON holdings (document_id) WHERE document_id IS NOT NULL;
CREATE UNIQUE INDEX holdings_npi_once ON holdings (number) WHERE kind = 'npi' AND ended_at IS NULL;

-- What authorities did about licenses. An action is never changed, only its
-- document may be added; the discipline that it caused is an event of its own.
CREATE TABLE adverse_actions (
    id TEXT PRIMARY KEY,
    license_id TEXT NOT NULL REFERENCES licenses (id),
    organization_id TEXT NOT NULL REFERENCES organizations (id), -- whose member recorded it
    kind TEXT NOT NULL CHECK (kind IN ('revocation', 'suspension', 'probation', 'surrender_in_lieu', 'monitoring', 'practice_limitation', 'cease_and_desist', 'other_encumbrance')),
    authority TEXT NOT NULL,
    order_number TEXT NOT NULL,
    starts_on DATE NOT NULL,
    ends_on DATE CHECK (ends_on >= starts_on), -- NULL: no end
    event_id TEXT REFERENCES license_events (id),
    document_id TEXT REFERENCES documents (id),
    note TEXT NOT NULL,
    recorded_at DATETIME NOT NULL,
    recorded_by TEXT NOT NULL REFERENCES accounts (id),
    UNIQUE (license_id, authority, order_number, kind)
);
CREATE INDEX adverse_actions_document ON adverse_actions (document_id) WHERE document_id IS NOT NULL;
-- +goose StatementBegin
CREATE TRIGGER adverse_actions_no_update BEFORE UPDATE ON adverse_actions
WHEN (NEW.id, NEW.license_id, NEW.organization_id, NEW.kind, NEW.authority, NEW.order_number, NEW.starts_on, NEW.ends_on, NEW.event_id, NEW.note,
     NEW.recorded_at, NEW.recorded_by)
 IS NOT (OLD.id, OLD.license_id, OLD.organization_id, OLD.kind, OLD.authority, OLD.order_number, OLD.starts_on, OLD.ends_on, OLD.event_id, OLD.note,
     OLD.recorded_at, OLD.recorded_by)
BEGIN
    SELECT RAISE(ABORT, 'frozen: a settled row of adverse_actions does not change');
END;
CREATE TRIGGER adverse_actions_attached BEFORE UPDATE ON adverse_actions
WHEN OLD.document_id IS NOT NULL
BEGIN
    SELECT RAISE(ABORT, 'frozen: a settled row of adverse_actions does not change');
END;
CREATE TRIGGER adverse_actions_no_delete BEFORE DELETE ON adverse_actions
BEGIN
    SELECT RAISE(ABORT, 'frozen: a row of adverse_actions never changes');
END;
-- +goose StatementEnd

-- What a school offers beside its programs; how long what a course attests is good.
CREATE TABLE courses (
    id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    code TEXT NOT NULL,
    title TEXT NOT NULL,
    specialty TEXT NOT NULL,
    description TEXT NOT NULL DEFAULT '',
    minutes INTEGER NOT NULL CHECK (minutes > 0), -- set by the school
    prerequisites TEXT NOT NULL, -- JSON array
    valid_months INTEGER NOT NULL DEFAULT 0 CHECK (valid_months BETWEEN 0 AND 240), -- 0: without end
    year_end BOOLEAN NOT NULL DEFAULT false, -- until 31 December of that year
    refreshes TEXT NOT NULL DEFAULT '', -- code of the course that it refreshes
    standard TEXT NOT NULL DEFAULT '', -- key of the specialty's standard; empty: the school's own hours
    created_at DATETIME NOT NULL,
    version INTEGER NOT NULL DEFAULT 1,
    UNIQUE (organization_id, code)
);

-- What a school's courses are about. The shipped topics are in the program; here
-- are a school's own, and the shipped ones that it hides.
CREATE TABLE topics (
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    kind TEXT NOT NULL CHECK (kind IN ('technique', 'modality', 'condition', 'setting')),
    code TEXT NOT NULL,
    title TEXT NOT NULL, -- empty: a shipped one
    hidden BOOLEAN NOT NULL,
    created_at DATETIME NOT NULL,
    PRIMARY KEY (organization_id, kind, code)
);

-- Which course is about what.
CREATE TABLE course_topics (
    course_id TEXT NOT NULL REFERENCES courses (id),
    kind TEXT NOT NULL CHECK (kind IN ('technique', 'modality', 'condition', 'setting')),
    code TEXT NOT NULL,
    PRIMARY KEY (course_id, kind, code)
);

-- Who completed which course.
CREATE TABLE course_completions (
    id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    course_id TEXT NOT NULL REFERENCES courses (id),
    therapist_id TEXT NOT NULL REFERENCES therapists (id),
    completed_on DATE NOT NULL,
    minutes INTEGER NOT NULL CHECK (minutes > 0),
    instructor TEXT NOT NULL,
    note TEXT NOT NULL DEFAULT '',
    recorded_at DATETIME NOT NULL,
    recorded_by TEXT NOT NULL REFERENCES accounts (id),
    UNIQUE (course_id, therapist_id, completed_on)
);
CREATE INDEX course_completions_organization ON course_completions (organization_id, id);
CREATE INDEX course_completions_therapist ON course_completions (therapist_id);

-- Successions of courses.
CREATE TABLE pathways (
    id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    course_id TEXT NOT NULL UNIQUE REFERENCES courses (id), -- that is completed with the last step; its certificate is the pathway's
    created_at DATETIME NOT NULL,
    created_by TEXT NOT NULL REFERENCES accounts (id),
    version INTEGER NOT NULL DEFAULT 1
);
CREATE INDEX pathways_organization ON pathways (organization_id, id);

-- The courses of a pathway, in their order.
CREATE TABLE pathway_steps (
    pathway_id TEXT NOT NULL REFERENCES pathways (id),
    number INTEGER NOT NULL CHECK (number > 0),
    course_id TEXT NOT NULL REFERENCES courses (id),
    level TEXT NOT NULL CHECK (level IN ('foundation', 'advanced', 'master')),
    PRIMARY KEY (pathway_id, number),
    UNIQUE (pathway_id, course_id)
);

-- When and where a course is held.
CREATE TABLE sections (
    id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    course_id TEXT NOT NULL REFERENCES courses (id),
    instructor_id TEXT NOT NULL REFERENCES members (id),
    state TEXT NOT NULL CHECK (state IN ('open', 'finished', 'canceled')),
    starts_on DATE NOT NULL,
    ends_on DATE NOT NULL,
    place TEXT NOT NULL,
    seats INTEGER NOT NULL CHECK (seats > 0),
    taken INTEGER NOT NULL DEFAULT 0, -- kept by the triggers of section_places
    exam BOOLEAN NOT NULL, -- who completes it has passed a practical examination
    created_at DATETIME NOT NULL,
    created_by TEXT NOT NULL REFERENCES accounts (id),
    version INTEGER NOT NULL DEFAULT 1,
    CHECK (ends_on >= starts_on),
    CONSTRAINT sections_seats CHECK (taken BETWEEN 0 AND seats)
);
CREATE INDEX sections_organization ON sections (organization_id, starts_on DESC, id DESC);

-- Who has a seat in a section, or waits for one.
CREATE TABLE section_places (
    section_id TEXT NOT NULL REFERENCES sections (id),
    therapist_id TEXT NOT NULL REFERENCES therapists (id),
    state TEXT NOT NULL CHECK (state IN ('seated', 'waiting', 'withdrawn', 'completed', 'not_completed')),
    queued INTEGER NOT NULL, -- who came first has the lower number
    completion_id TEXT REFERENCES course_completions (id),
    reason TEXT NOT NULL DEFAULT '', -- of not_completed
    since DATETIME NOT NULL,
    PRIMARY KEY (section_id, therapist_id),
    UNIQUE (section_id, queued),
    CHECK ((state = 'completed') = (completion_id IS NOT NULL))
);
CREATE INDEX section_places_therapist ON section_places (therapist_id, section_id);
-- A place that is held counts; the check of the section refuses one too many, by
-- whichever way it comes.
-- +goose StatementBegin
CREATE TRIGGER section_places_inserted AFTER INSERT ON section_places WHEN NEW.state IN ('seated', 'completed', 'not_completed') BEGIN UPDATE sections SET taken = taken + 1 WHERE id = NEW.section_id; END;
CREATE TRIGGER section_places_taken AFTER UPDATE OF state ON section_places WHEN NEW.state IN ('seated', 'completed', 'not_completed') AND OLD.state NOT IN ('seated', 'completed', 'not_completed') BEGIN UPDATE sections SET taken = taken + 1 WHERE id = NEW.section_id; END;
CREATE TRIGGER section_places_freed AFTER UPDATE OF state ON section_places WHEN NEW.state NOT IN ('seated', 'completed', 'not_completed') AND OLD.state IN ('seated', 'completed', 'not_completed') BEGIN UPDATE sections SET taken = taken - 1 WHERE id = NEW.section_id; END;
CREATE TRIGGER section_places_deleted AFTER DELETE ON section_places WHEN OLD.state IN ('seated', 'completed', 'not_completed') BEGIN UPDATE sections SET taken = taken - 1 WHERE id = OLD.section_id; END;
-- +goose StatementEnd

-- The days of a section.
CREATE TABLE section_sessions (
    id TEXT PRIMARY KEY,
    section_id TEXT NOT NULL REFERENCES sections (id),
    local_date DATE NOT NULL,
    minutes INTEGER NOT NULL CHECK (minutes > 0),
    part TEXT NOT NULL, -- subject of the specialty's standard, such as theory or lab
    setting TEXT NOT NULL,
    delivery TEXT NOT NULL
);
CREATE INDEX section_sessions_section ON section_sessions (section_id, local_date, id);

-- Who was there on them.
CREATE TABLE section_marks (
    session_id TEXT NOT NULL REFERENCES section_sessions (id),
    therapist_id TEXT NOT NULL REFERENCES therapists (id),
    mark TEXT NOT NULL CHECK (mark IN ('present', 'absent')),
    minutes INTEGER NOT NULL CHECK (minutes >= 0),
    marked_at DATETIME NOT NULL,
    marked_by TEXT NOT NULL REFERENCES accounts (id),
    PRIMARY KEY (session_id, therapist_id),
    CHECK ((mark = 'absent') = (minutes = 0))
);
CREATE INDEX section_marks_therapist ON section_marks (therapist_id, session_id);

-- Practical examinations.
CREATE TABLE exam_results (
    section_id TEXT NOT NULL REFERENCES sections (id),
    therapist_id TEXT NOT NULL REFERENCES therapists (id),
    attempt INTEGER NOT NULL CHECK (attempt > 0),
    passed BOOLEAN NOT NULL,
    score INTEGER CHECK (score BETWEEN 0 AND 100), -- percent; NULL: pass or fail alone
    taken_on DATE NOT NULL,
    note TEXT NOT NULL,
    recorded_at DATETIME NOT NULL,
    recorded_by TEXT NOT NULL REFERENCES accounts (id),
    PRIMARY KEY (section_id, therapist_id, attempt)
);
CREATE INDEX exam_results_therapist ON exam_results (therapist_id);

-- What a school assesses skills by.
CREATE TABLE assessment_forms (
    id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    title TEXT NOT NULL,
    scale INTEGER NOT NULL CHECK (scale BETWEEN 2 AND 10), -- from 1 to this
    competencies TEXT NOT NULL, -- JSON array
    created_at DATETIME NOT NULL
);
CREATE INDEX assessment_forms_organization ON assessment_forms (organization_id, id);

-- How someone was assessed in a section.
CREATE TABLE assessments (
    id TEXT PRIMARY KEY,
    form_id TEXT NOT NULL REFERENCES assessment_forms (id),
    section_id TEXT NOT NULL REFERENCES sections (id),
    therapist_id TEXT NOT NULL REFERENCES therapists (id),
    scores TEXT NOT NULL, -- JSON array, one for each competency
    remark TEXT NOT NULL,
    recorded_at DATETIME NOT NULL,
    recorded_by TEXT NOT NULL REFERENCES accounts (id)
);
CREATE INDEX assessments_section ON assessments (section_id, id);

-- What a therapist lets the public find. Nothing is found of whom listed is false.
CREATE TABLE directory_profiles (
    therapist_id TEXT PRIMARY KEY REFERENCES therapists (id),
    listed BOOLEAN NOT NULL,
    name TEXT NOT NULL,
    area TEXT NOT NULL, -- two letters of the state
    place TEXT NOT NULL,
    contact TEXT NOT NULL,
    languages TEXT NOT NULL, -- JSON array, as are the next
    insurances TEXT NOT NULL,
    mentor BOOLEAN NOT NULL,
    shown TEXT NOT NULL, -- the chosen fields, separated by a space
    updated_at DATETIME NOT NULL,
    version INTEGER NOT NULL DEFAULT 1
);

-- What the search looks into: only of the listed, only of chosen fields.
CREATE TABLE directory_facets (
    facet TEXT NOT NULL CHECK (facet IN ('listed', 'area', 'language', 'insurance', 'mentor', 'conditions')),
    value TEXT NOT NULL,
    therapist_id TEXT NOT NULL REFERENCES directory_profiles (therapist_id),
    PRIMARY KEY (facet, value, therapist_id)
);
CREATE INDEX directory_facets_therapist ON directory_facets (therapist_id);

-- Who gives continuing education. Its amounts are whole minutes of instruction.
CREATE TABLE ce_providers (
    id TEXT PRIMARY KEY,
    organization_id TEXT REFERENCES organizations (id), -- NULL: known to every school
    name TEXT NOT NULL,
    contact TEXT NOT NULL,
    hands_on_percent INTEGER NOT NULL CHECK (hands_on_percent BETWEEN 0 AND 100), -- the provider's own rule; 0: none
    created_at DATETIME NOT NULL,
    version INTEGER NOT NULL DEFAULT 1
);
CREATE INDEX ce_providers_organization ON ce_providers (organization_id, id);

-- Who approved a provider.
CREATE TABLE ce_approvals (
    provider_id TEXT NOT NULL REFERENCES ce_providers (id),
    body TEXT NOT NULL, -- two letters of a state, or a body such as NCBTMB
    number TEXT NOT NULL,
    valid_from DATE,
    valid_to DATE,
    PRIMARY KEY (provider_id, body, number)
);
CREATE INDEX ce_approvals_number ON ce_approvals (number, body);

-- What a school's course counts for. A course without a row is live, and all of
-- it about massage.
CREATE TABLE ce_courses (
    course_id TEXT PRIMARY KEY REFERENCES courses (id),
    type TEXT NOT NULL CHECK (type IN ('live', 'home_study', 'webinar')),
    hands_on INTEGER NOT NULL CHECK (hands_on >= 0), -- minutes
    lines TEXT NOT NULL, -- JSON: subject, minutes
    version INTEGER NOT NULL DEFAULT 1
);

-- Who took what. A reported activity does not change any more, and stays.
CREATE TABLE ce_activities (
    id TEXT PRIMARY KEY,
    therapist_id TEXT NOT NULL REFERENCES therapists (id),
    organization_id TEXT NOT NULL REFERENCES organizations (id), -- the school that decides and keeps the certificate
    state TEXT NOT NULL CHECK (state IN ('planned', 'completed', 'reported', 'accepted', 'rejected', 'audited')),
    title TEXT NOT NULL,
    course TEXT NOT NULL, -- the same for the same course
    type TEXT NOT NULL CHECK (type IN ('live', 'home_study', 'webinar')),
    held_on DATE NOT NULL, -- completed, or planned for
    minutes INTEGER NOT NULL CHECK (minutes > 0),
    amount TEXT NOT NULL, -- as the certificate says it
    unit TEXT NOT NULL,
    hour INTEGER NOT NULL CHECK (hour IN (50, 60)), -- minutes of a contact hour
    approved INTEGER NOT NULL CHECK (approved >= 0), -- minutes that the provider may give; 0: not told yet
    hands_on INTEGER NOT NULL CHECK (hands_on >= 0 AND hands_on <= minutes),
    lines TEXT NOT NULL, -- JSON: subject, minutes
    participant TEXT NOT NULL,
    provider_id TEXT REFERENCES ce_providers (id), -- NULL: the registry does not know the provider
    provider_name TEXT NOT NULL,
    provider_body TEXT NOT NULL,
    provider_number TEXT NOT NULL,
    provider_contact TEXT NOT NULL,
    signed BOOLEAN NOT NULL,
    license_number TEXT NOT NULL,
    program_number TEXT NOT NULL,
    document_id TEXT REFERENCES documents (id),
    reason TEXT NOT NULL DEFAULT '',
    created_at DATETIME NOT NULL,
    created_by TEXT NOT NULL REFERENCES accounts (id),
    reported_at DATETIME,
    decided_at DATETIME,
    decided_by TEXT REFERENCES accounts (id),
    version INTEGER NOT NULL DEFAULT 1,
    CHECK (state IN ('planned', 'completed', 'rejected') OR (approved = minutes AND document_id IS NOT NULL AND reported_at IS NOT NULL)),
    CHECK (state NOT IN ('accepted', 'audited') OR decided_by IS NOT NULL)
);
CREATE INDEX ce_activities_therapist ON ce_activities (therapist_id, id);
CREATE INDEX ce_activities_organization ON ce_activities (organization_id, state, id);
CREATE INDEX ce_activities_document ON ce_activities (document_id) WHERE document_id IS NOT NULL;
CREATE UNIQUE INDEX ce_activities_once ON ce_activities (therapist_id, course, held_on) WHERE state NOT IN ('planned', 'rejected');
-- +goose StatementBegin
CREATE TRIGGER ce_activities_frozen BEFORE UPDATE ON ce_activities
WHEN OLD.state IN ('reported', 'accepted', 'audited')
 AND (NEW.id, NEW.therapist_id, NEW.organization_id, NEW.title, NEW.course, NEW.type, NEW.held_on, NEW.minutes, NEW.amount, NEW.unit, NEW.hour,
     NEW.approved, NEW.hands_on, NEW.lines, NEW.participant, NEW.provider_id, NEW.provider_name, NEW.provider_body, NEW.provider_number,
     NEW.provider_contact, NEW.signed, NEW.license_number, NEW.program_number, NEW.document_id, NEW.created_at, NEW.created_by, NEW.reported_at)
 IS NOT (OLD.id, OLD.therapist_id, OLD.organization_id, OLD.title, OLD.course, OLD.type, OLD.held_on, OLD.minutes, OLD.amount, OLD.unit, OLD.hour,
     OLD.approved, OLD.hands_on, OLD.lines, OLD.participant, OLD.provider_id, OLD.provider_name, OLD.provider_body, OLD.provider_number,
     OLD.provider_contact, OLD.signed, OLD.license_number, OLD.program_number, OLD.document_id, OLD.created_at, OLD.created_by, OLD.reported_at)
BEGIN
    SELECT RAISE(ABORT, 'frozen: a reported activity does not change');
END;
CREATE TRIGGER ce_activities_kept BEFORE DELETE ON ce_activities
WHEN OLD.state NOT IN ('planned', 'completed')
BEGIN
    SELECT RAISE(ABORT, 'frozen: a reported activity stays');
END;
-- +goose StatementEnd

-- What an activity was rejected with is evidence and stays, whatever it is
-- reported with later.
CREATE TABLE ce_rejected_proofs (
    activity_id TEXT NOT NULL, -- which may be dropped once it was fixed
    document_id TEXT NOT NULL REFERENCES documents (id),
    PRIMARY KEY (activity_id, document_id)
);
CREATE INDEX ce_rejected_proofs_document ON ce_rejected_proofs (document_id);
-- +goose StatementBegin
CREATE TRIGGER ce_activities_rejected AFTER UPDATE OF state ON ce_activities
WHEN NEW.state = 'rejected' AND OLD.state <> 'rejected' AND NEW.document_id IS NOT NULL
BEGIN
    INSERT INTO ce_rejected_proofs (activity_id, document_id) VALUES (NEW.id, NEW.document_id) ON CONFLICT DO NOTHING;
END;
-- +goose StatementEnd

-- Waivers and extensions: less that someone owes in a cycle, or longer that they
-- have for it.
CREATE TABLE ce_leaves (
    id TEXT PRIMARY KEY,
    license_id TEXT NOT NULL REFERENCES licenses (id),
    therapist_id TEXT NOT NULL REFERENCES therapists (id),
    kind TEXT NOT NULL CHECK (kind IN ('waiver', 'extension')),
    cycle_from DATE NOT NULL,
    cycle_to DATE NOT NULL,
    minutes INTEGER NOT NULL CHECK (minutes >= 0), -- that are waived; 0: all
    until DATE, -- of an extension
    reason TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('requested', 'approved', 'declined')),
    authority TEXT NOT NULL DEFAULT '', -- who granted it
    granted_on DATE,
    note TEXT NOT NULL DEFAULT '',
    requested_at DATETIME NOT NULL,
    requested_by TEXT NOT NULL REFERENCES accounts (id),
    decided_at DATETIME,
    decided_by TEXT REFERENCES accounts (id),
    version INTEGER NOT NULL DEFAULT 1,
    CHECK (state <> 'approved' OR (decided_by IS NOT NULL AND decided_by <> requested_by AND granted_on IS NOT NULL)),
    CHECK (kind <> 'extension' OR until IS NOT NULL)
);
CREATE INDEX ce_leaves_license ON ce_leaves (license_id, id);
CREATE UNIQUE INDEX ce_leaves_open ON ce_leaves (license_id, kind, cycle_to) WHERE state <> 'declined';

-- Audits of continuing education. The seed's digest is told before the public
-- word is known, and both together draw the sample; see docs/continuing.md.
CREATE TABLE ce_audits (
    id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    jurisdiction TEXT NOT NULL,
    ends_from DATE NOT NULL, -- the cycles that end on these days
    ends_to DATE NOT NULL,
    percent INTEGER NOT NULL CHECK (percent BETWEEN 1 AND 100),
    commitment TEXT NOT NULL, -- SHA-256 of the seed in hexadecimal
    seed TEXT NOT NULL, -- hexadecimal; told to nobody before the draw
    population INTEGER NOT NULL CHECK (population > 0),
    population_digest TEXT NOT NULL, -- SHA-256 of the sorted identifiers, one a line
    word TEXT NOT NULL DEFAULT '', -- public, and not known before the commitment
    created_at DATETIME NOT NULL,
    created_by TEXT NOT NULL REFERENCES accounts (id),
    drawn_at DATETIME,
    version INTEGER NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX ce_audits_once ON ce_audits (organization_id, jurisdiction, ends_from, ends_to);

-- Who can be drawn, who was, and what came of it.
CREATE TABLE ce_audit_people (
    audit_id TEXT NOT NULL REFERENCES ce_audits (id),
    license_id TEXT NOT NULL REFERENCES licenses (id),
    therapist_id TEXT NOT NULL REFERENCES therapists (id),
    cycle_from DATE NOT NULL,
    cycle_to DATE NOT NULL,
    place INTEGER NOT NULL DEFAULT 0, -- in the sample, from 1; 0: not drawn
    outcome TEXT NOT NULL DEFAULT '' CHECK (outcome IN ('', 'accepted', 'rejected')),
    reason TEXT NOT NULL DEFAULT '',
    decided_at DATETIME,
    decided_by TEXT REFERENCES accounts (id),
    PRIMARY KEY (audit_id, license_id),
    CHECK (outcome = '' OR (place > 0 AND decided_by IS NOT NULL))
);
CREATE INDEX ce_audit_people_place ON ce_audit_people (audit_id, place, license_id);
-- +goose StatementBegin
CREATE TRIGGER ce_audits_frozen BEFORE UPDATE ON ce_audits
WHEN (NEW.id, NEW.organization_id, NEW.jurisdiction, NEW.ends_from, NEW.ends_to, NEW.percent, NEW.commitment, NEW.seed, NEW.population,
     NEW.population_digest, NEW.created_at, NEW.created_by)
 IS NOT (OLD.id, OLD.organization_id, OLD.jurisdiction, OLD.ends_from, OLD.ends_to, OLD.percent, OLD.commitment, OLD.seed, OLD.population,
     OLD.population_digest, OLD.created_at, OLD.created_by)
BEGIN
    SELECT RAISE(ABORT, 'frozen: what an audit was begun with does not change');
END;
CREATE TRIGGER ce_audits_drawn BEFORE UPDATE ON ce_audits
WHEN OLD.drawn_at IS NOT NULL
BEGIN
    SELECT RAISE(ABORT, 'frozen: a sample is drawn once');
END;
CREATE TRIGGER ce_audits_kept BEFORE DELETE ON ce_audits
BEGIN
    SELECT RAISE(ABORT, 'frozen: an audit stays');
END;
CREATE TRIGGER ce_audit_people_frozen BEFORE UPDATE ON ce_audit_people
WHEN OLD.place = 0
 AND (NEW.audit_id, NEW.license_id, NEW.therapist_id, NEW.cycle_from, NEW.cycle_to, NEW.outcome, NEW.reason, NEW.decided_at, NEW.decided_by)
 IS NOT (OLD.audit_id, OLD.license_id, OLD.therapist_id, OLD.cycle_from, OLD.cycle_to, OLD.outcome, OLD.reason, OLD.decided_at, OLD.decided_by)
BEGIN
    SELECT RAISE(ABORT, 'frozen: who was not drawn does not change');
END;
CREATE TRIGGER ce_audit_people_drawn BEFORE UPDATE ON ce_audit_people
WHEN OLD.place > 0 AND OLD.outcome = ''
 AND (NEW.audit_id, NEW.license_id, NEW.therapist_id, NEW.cycle_from, NEW.cycle_to, NEW.place)
 IS NOT (OLD.audit_id, OLD.license_id, OLD.therapist_id, OLD.cycle_from, OLD.cycle_to, OLD.place)
BEGIN
    SELECT RAISE(ABORT, 'frozen: who was drawn does not change');
END;
CREATE TRIGGER ce_audit_people_decided BEFORE UPDATE ON ce_audit_people
WHEN OLD.outcome <> ''
BEGIN
    SELECT RAISE(ABORT, 'frozen: what was decided stays');
END;
CREATE TRIGGER ce_audit_people_kept BEFORE DELETE ON ce_audit_people
BEGIN
    SELECT RAISE(ABORT, 'frozen: who was there to be drawn stays');
END;
-- +goose StatementEnd

-- What is good until a day. Anyone who records such a thing does not have to know of
-- it: a trigger of its own table keeps the row. That of credentials is in 0006.
CREATE TABLE due_things (
    subject_id TEXT PRIMARY KEY, -- of the license or the credential
    kind TEXT NOT NULL, -- license, credential; a further kind comes with a trigger of its own
    therapist_id TEXT NOT NULL REFERENCES therapists (id),
    organization_id TEXT REFERENCES organizations (id), -- whose zone counts where the therapist told none
    jurisdiction TEXT NOT NULL DEFAULT '', -- whose zone counts where nobody told one
    label TEXT NOT NULL, -- what it is called in a mail
    expires_on DATE, -- the last good day; NULL: it does not end any more
    revision INTEGER NOT NULL DEFAULT 1,
    planned_revision INTEGER NOT NULL DEFAULT 0, -- for which the reminders were made
    planned_at DATETIME
);
CREATE INDEX due_things_unplanned ON due_things (subject_id) WHERE revision <> planned_revision;
CREATE INDEX due_things_therapist ON due_things (therapist_id, expires_on);
-- +goose StatementBegin
CREATE TRIGGER licenses_due_new AFTER INSERT ON licenses BEGIN
    INSERT INTO due_things (subject_id, kind, therapist_id, organization_id, jurisdiction, label, expires_on)
    VALUES (NEW.id, 'license', NEW.therapist_id, NEW.organization_id, NEW.jurisdiction, NEW.jurisdiction || ' ' || NEW.title || ' ' || NEW.number, NEW.expires_on);
END;
CREATE TRIGGER licenses_due_changed AFTER UPDATE OF therapist_id, jurisdiction, title, number, expires_on ON licenses BEGIN
    UPDATE due_things SET therapist_id = NEW.therapist_id, label = NEW.jurisdiction || ' ' || NEW.title || ' ' || NEW.number, expires_on = NEW.expires_on,
        revision = revision + 1 WHERE subject_id = NEW.id;
END;
-- The zone says when it is morning.
CREATE TRIGGER therapists_due AFTER UPDATE OF zone ON therapists WHEN OLD.zone <> NEW.zone BEGIN
    UPDATE due_things SET revision = revision + 1 WHERE therapist_id = NEW.id;
END;
-- +goose StatementEnd

-- Each reminder once: by what it is about, the last day and the days before it.
CREATE TABLE reminders (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    subject_id TEXT NOT NULL REFERENCES due_things (subject_id),
    therapist_id TEXT NOT NULL REFERENCES therapists (id),
    expires_on DATE NOT NULL,
    days INTEGER NOT NULL, -- before expires_on; negative: after it
    due_at DATETIME NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'silenced')),
    settled_at DATETIME, -- when it was sent or silenced
    UNIQUE (subject_id, expires_on, days),
    CHECK ((state = 'waiting') = (settled_at IS NULL))
);
CREATE INDEX reminders_due ON reminders (due_at, id) WHERE state = 'waiting';
CREATE INDEX reminders_waiting ON reminders (subject_id) WHERE state = 'waiting';

-- How someone wants to be reminded; no row: the default.
CREATE TABLE reminder_settings (
    therapist_id TEXT PRIMARY KEY REFERENCES therapists (id),
    switched_off BOOLEAN NOT NULL,
    days TEXT NOT NULL, -- a JSON array
    quiet_from INTEGER NOT NULL CHECK (quiet_from BETWEEN 0 AND 1439), -- minutes after midnight, by the local clock
    quiet_until INTEGER NOT NULL CHECK (quiet_until BETWEEN 0 AND 1439),
    updated_at DATETIME NOT NULL,
    version INTEGER NOT NULL
);

-- The secret address of someone's calendar; a new one takes the place of the old.
CREATE TABLE calendar_feeds (
    therapist_id TEXT PRIMARY KEY REFERENCES therapists (id),
    secret_hash BLOB NOT NULL UNIQUE, -- SHA-256; the secret itself is never kept
    created_at DATETIME NOT NULL
);

-- What a therapist says to have done for the renewal that ends on a day.
CREATE TABLE renewal_ticks (
    license_id TEXT NOT NULL REFERENCES licenses (id),
    expires_on DATE NOT NULL,
    step TEXT NOT NULL,
    done_on DATE NOT NULL,
    note TEXT NOT NULL DEFAULT '',
    recorded_at DATETIME NOT NULL,
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
CREATE TRIGGER transfers_document_replaced AFTER UPDATE OF document_id ON transfers
WHEN OLD.document_id IS NOT NEW.document_id
BEGIN
    DELETE FROM documents WHERE id = OLD.document_id AND NOT EXISTS (SELECT 1 FROM document_uses u WHERE u.document_id = OLD.document_id);
END;
CREATE TRIGGER transfers_document_dropped AFTER DELETE ON transfers
BEGIN
    DELETE FROM documents WHERE id = OLD.document_id AND NOT EXISTS (SELECT 1 FROM document_uses u WHERE u.document_id = OLD.document_id);
END;
CREATE TRIGGER ce_activities_document_replaced AFTER UPDATE OF document_id ON ce_activities
WHEN OLD.document_id IS NOT NEW.document_id
BEGIN
    DELETE FROM documents WHERE id = OLD.document_id AND NOT EXISTS (SELECT 1 FROM document_uses u WHERE u.document_id = OLD.document_id);
END;
CREATE TRIGGER ce_activities_document_dropped AFTER DELETE ON ce_activities
BEGIN
    DELETE FROM documents WHERE id = OLD.document_id AND NOT EXISTS (SELECT 1 FROM document_uses u WHERE u.document_id = OLD.document_id);
END;
CREATE TRIGGER ce_rejected_proofs_document_replaced AFTER UPDATE OF document_id ON ce_rejected_proofs
WHEN OLD.document_id IS NOT NEW.document_id
BEGIN
    DELETE FROM documents WHERE id = OLD.document_id AND NOT EXISTS (SELECT 1 FROM document_uses u WHERE u.document_id = OLD.document_id);
END;
CREATE TRIGGER ce_rejected_proofs_document_dropped AFTER DELETE ON ce_rejected_proofs
BEGIN
    DELETE FROM documents WHERE id = OLD.document_id AND NOT EXISTS (SELECT 1 FROM document_uses u WHERE u.document_id = OLD.document_id);
END;
CREATE TRIGGER holdings_document_replaced AFTER UPDATE OF document_id ON holdings
WHEN OLD.document_id IS NOT NEW.document_id
BEGIN
    DELETE FROM documents WHERE id = OLD.document_id AND NOT EXISTS (SELECT 1 FROM document_uses u WHERE u.document_id = OLD.document_id);
END;
CREATE TRIGGER holdings_document_dropped AFTER DELETE ON holdings
BEGIN
    DELETE FROM documents WHERE id = OLD.document_id AND NOT EXISTS (SELECT 1 FROM document_uses u WHERE u.document_id = OLD.document_id);
END;
CREATE TRIGGER adverse_actions_document_replaced AFTER UPDATE OF document_id ON adverse_actions
WHEN OLD.document_id IS NOT NEW.document_id
BEGIN
    DELETE FROM documents WHERE id = OLD.document_id AND NOT EXISTS (SELECT 1 FROM document_uses u WHERE u.document_id = OLD.document_id);
END;
CREATE TRIGGER adverse_actions_document_dropped AFTER DELETE ON adverse_actions
BEGIN
    DELETE FROM documents WHERE id = OLD.document_id AND NOT EXISTS (SELECT 1 FROM document_uses u WHERE u.document_id = OLD.document_id);
END;
-- +goose StatementEnd

-- What never changes.
-- +goose StatementBegin
CREATE TRIGGER license_events_no_update BEFORE UPDATE ON license_events BEGIN SELECT RAISE(ABORT, 'frozen: a row of license_events never changes'); END;
CREATE TRIGGER license_events_no_delete BEFORE DELETE ON license_events BEGIN SELECT RAISE(ABORT, 'frozen: a row of license_events never changes'); END;
CREATE TRIGGER license_checks_no_update BEFORE UPDATE ON license_checks BEGIN SELECT RAISE(ABORT, 'frozen: a row of license_checks never changes'); END;
CREATE TRIGGER license_checks_no_delete BEFORE DELETE ON license_checks BEGIN SELECT RAISE(ABORT, 'frozen: a row of license_checks never changes'); END;
CREATE TRIGGER course_completions_no_update BEFORE UPDATE ON course_completions BEGIN SELECT RAISE(ABORT, 'frozen: a row of course_completions never changes'); END;
CREATE TRIGGER course_completions_no_delete BEFORE DELETE ON course_completions BEGIN SELECT RAISE(ABORT, 'frozen: a row of course_completions never changes'); END;
CREATE TRIGGER exam_results_no_update BEFORE UPDATE ON exam_results BEGIN SELECT RAISE(ABORT, 'frozen: a row of exam_results never changes'); END;
CREATE TRIGGER exam_results_no_delete BEFORE DELETE ON exam_results BEGIN SELECT RAISE(ABORT, 'frozen: a row of exam_results never changes'); END;
CREATE TRIGGER assessment_forms_no_update BEFORE UPDATE ON assessment_forms BEGIN SELECT RAISE(ABORT, 'frozen: a row of assessment_forms never changes'); END;
CREATE TRIGGER assessment_forms_no_delete BEFORE DELETE ON assessment_forms BEGIN SELECT RAISE(ABORT, 'frozen: a row of assessment_forms never changes'); END;
CREATE TRIGGER assessments_no_update BEFORE UPDATE ON assessments BEGIN SELECT RAISE(ABORT, 'frozen: a row of assessments never changes'); END;
CREATE TRIGGER assessments_no_delete BEFORE DELETE ON assessments BEGIN SELECT RAISE(ABORT, 'frozen: a row of assessments never changes'); END;
-- +goose StatementEnd
