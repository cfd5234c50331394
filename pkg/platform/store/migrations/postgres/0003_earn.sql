-- +goose Up
-- How hours are earned: programs and their rules, who is enrolled, sessions and
-- the credits that they become, classes, and what students ask the office for.

-- What a school teaches.
CREATE TABLE programs (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    code text NOT NULL,
    title text NOT NULL,
    created_at timestamptz NOT NULL,
    UNIQUE (organization_id, code)
);

-- Packs of rules, as a school published them.
CREATE TABLE standards (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    name text NOT NULL,
    number bigint NOT NULL,
    title text NOT NULL,
    body text NOT NULL,
    digest text NOT NULL,
    published_at timestamptz NOT NULL,
    UNIQUE (organization_id, name, number)
);
COMMENT ON COLUMN standards.body IS 'the rules as JSON, exactly as published';
COMMENT ON COLUMN standards.digest IS 'SHA-256 of body in hexadecimal';

-- By which rules a program is judged, for anyone who enrolls from then on.
CREATE TABLE program_versions (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    program_id uuid NOT NULL REFERENCES programs (id),
    number bigint NOT NULL,
    standard_id uuid NOT NULL REFERENCES standards (id),
    published_at timestamptz NOT NULL,
    UNIQUE (program_id, number)
);

-- A school's own pack of rules while it is written.
CREATE TABLE drafts (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    code text NOT NULL,
    title text NOT NULL,
    body text NOT NULL,
    published_id uuid REFERENCES program_versions (id),
    created_at timestamptz NOT NULL,
    created_by uuid NOT NULL REFERENCES accounts (id),
    updated_at timestamptz NOT NULL,
    updated_by uuid NOT NULL REFERENCES accounts (id),
    version bigint NOT NULL DEFAULT 1
);
COMMENT ON COLUMN drafts.code IS 'of the program';
COMMENT ON COLUMN drafts.body IS 'YAML with cases, valid or not yet';
COMMENT ON COLUMN drafts.published_id IS 'what it became; it is frozen then';
CREATE INDEX drafts_organization ON drafts (organization_id, id);

-- Who is in which program.
CREATE TABLE enrollments (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    therapist_id uuid NOT NULL REFERENCES therapists (id),
    program_id uuid NOT NULL REFERENCES programs (id),
    program_version_id uuid NOT NULL REFERENCES program_versions (id),
    state text NOT NULL CHECK (state IN ('active', 'completed', 'withdrawn')),
    enrolled_on date NOT NULL,
    completed_on date,
    ledger_seq bigint NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL,
    version bigint NOT NULL DEFAULT 1
);
COMMENT ON COLUMN enrollments.ledger_seq IS 'grows with every posting';
CREATE UNIQUE INDEX enrollments_once ON enrollments (program_id, therapist_id) WHERE state <> 'withdrawn';
CREATE INDEX enrollments_organization ON enrollments (organization_id, id);
CREATE INDEX enrollments_therapist ON enrollments (therapist_id);

-- Attendance files: what was read, and what a second person decided.
CREATE TABLE imports (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    program_version_id uuid NOT NULL REFERENCES program_versions (id),
    state text NOT NULL CHECK (state IN ('proposed', 'approved', 'rejected')),
    filename text NOT NULL,
    digest text NOT NULL,
    as_of date NOT NULL,
    records bigint NOT NULL,
    accepted bigint NOT NULL,
    unchanged bigint NOT NULL,
    refused bigint NOT NULL,
    report text NOT NULL,
    reason text NOT NULL DEFAULT '',
    proposed_at timestamptz NOT NULL,
    proposed_by uuid NOT NULL REFERENCES accounts (id),
    decided_at timestamptz,
    decided_by uuid REFERENCES accounts (id),
    version bigint NOT NULL DEFAULT 1,
    CHECK (state <> 'approved' OR decided_by <> proposed_by)
);
COMMENT ON COLUMN imports.digest IS 'SHA-256 of the file in hexadecimal';
COMMENT ON COLUMN imports.unchanged IS 'accepted, and recorded before';
COMMENT ON COLUMN imports.report IS 'JSON: tally and refused records';
CREATE UNIQUE INDEX imports_once ON imports (program_version_id, digest) WHERE state <> 'rejected';
CREATE INDEX imports_organization ON imports (organization_id, id);

-- Sessions, as a student logs them and a supervisor signs them.
CREATE TABLE entries (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    enrollment_id uuid NOT NULL REFERENCES enrollments (id),
    therapist_id uuid NOT NULL REFERENCES therapists (id),
    supervisor_id uuid NOT NULL REFERENCES members (id),
    state text NOT NULL CHECK (state IN ('draft', 'submitted', 'returned', 'signed', 'superseded', 'withdrawn')),
    local_date date NOT NULL,
    zone text NOT NULL,
    starts_at timestamptz,
    ends_at timestamptz,
    break_minutes bigint NOT NULL DEFAULT 0 CHECK (break_minutes >= 0),
    minutes bigint NOT NULL CHECK (minutes BETWEEN 1 AND 720),
    subject text NOT NULL,
    setting text NOT NULL CHECK (setting IN ('classroom', 'lab', 'clinic', 'externship')),
    delivery text NOT NULL CHECK (delivery IN ('in-person', 'distance')),
    mode text NOT NULL DEFAULT '',
    make_up boolean NOT NULL DEFAULT false,
    grade bigint CHECK (grade BETWEEN 0 AND 100),
    note text NOT NULL DEFAULT '',
    return_reason text NOT NULL DEFAULT '',
    corrects_id uuid REFERENCES entries (id),
    correction_reason text NOT NULL DEFAULT '',
    superseded_by_id uuid REFERENCES entries (id),
    import_id uuid REFERENCES imports (id),
    created_at timestamptz NOT NULL,
    created_by uuid NOT NULL REFERENCES accounts (id),
    submitted_at timestamptz,
    signed_at timestamptz,
    signed_by uuid REFERENCES members (id),
    version bigint NOT NULL DEFAULT 1,
    CHECK ((starts_at IS NULL) = (ends_at IS NULL)),
    CHECK (ends_at > starts_at),
    CHECK ((corrects_id IS NULL) = (correction_reason = '')),
    CHECK (state NOT IN ('signed', 'superseded') OR (signed_at IS NOT NULL AND signed_by IS NOT NULL)),
    -- Of one student no two live sessions share time. A correction that waits
    -- overlaps what it corrects, so it is live only once it is signed.
    CONSTRAINT entries_no_overlap EXCLUDE USING gist (therapist_id WITH =, tstzrange(starts_at, ends_at) WITH &&)
        WHERE (starts_at IS NOT NULL AND (state = 'signed' OR (state = 'submitted' AND corrects_id IS NULL)))
);
COMMENT ON COLUMN entries.minutes IS 'instruction: elapsed less break';
COMMENT ON COLUMN entries.mode IS 'where the supervisor was; empty: not written down';
COMMENT ON COLUMN entries.grade IS 'percent; NULL: not graded';
CREATE INDEX entries_enrollment ON entries (enrollment_id, local_date DESC, id DESC);
CREATE INDEX entries_import ON entries (import_id) WHERE import_id IS NOT NULL;
CREATE UNIQUE INDEX entries_one_correction ON entries (corrects_id) WHERE corrects_id IS NOT NULL AND state <> 'withdrawn';
-- What else a supervisor signed at a time.
CREATE INDEX entries_supervised ON entries (supervisor_id, starts_at) WHERE state = 'signed' AND starts_at IS NOT NULL;
-- Corrections and minutes without times that wait may overlap another session.
CREATE INDEX entries_doubtful ON entries (supervisor_id)
    WHERE state = 'submitted' AND import_id IS NULL AND (corrects_id IS NOT NULL OR starts_at IS NULL);
-- Of a signed entry only the state changes, to superseded, with the correction
-- that did it; a superseded or withdrawn one does not change at all.
-- +goose StatementBegin
CREATE FUNCTION entries_locked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'entry_locked: an entry is never deleted' USING ERRCODE = 'PA001';
    END IF;
    IF OLD.state <> 'signed' OR NEW.state NOT IN ('signed', 'superseded')
       OR (NEW.state = 'superseded') <> (NEW.superseded_by_id IS NOT NULL)
       OR NEW.superseded_by_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM entries c WHERE c.id = NEW.superseded_by_id AND c.corrects_id = OLD.id)
       OR to_jsonb(OLD) - ARRAY['state', 'superseded_by_id', 'version'] <> to_jsonb(NEW) - ARRAY['state', 'superseded_by_id', 'version'] THEN
        RAISE EXCEPTION 'entry_locked: a signed entry does not change' USING ERRCODE = 'PA001';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER entries_locked BEFORE UPDATE ON entries FOR EACH ROW
    WHEN (OLD.state IN ('signed', 'superseded', 'withdrawn')) EXECUTE FUNCTION entries_locked();
CREATE TRIGGER entries_kept BEFORE DELETE ON entries FOR EACH ROW EXECUTE FUNCTION entries_locked();

-- Hours earned at another school. Once accepted they are credits; a transfer
-- that was accepted may be reversed, and is never changed.
CREATE TABLE transfers (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    enrollment_id uuid NOT NULL REFERENCES enrollments (id),
    therapist_id uuid NOT NULL REFERENCES therapists (id),
    state text NOT NULL CHECK (state IN ('proposed', 'accepted', 'declined', 'reversed')),
    school text NOT NULL,
    school_license text NOT NULL,
    transcript text NOT NULL,
    completed_on date NOT NULL,
    lines text NOT NULL,
    document_id uuid REFERENCES documents (id),
    reason text NOT NULL DEFAULT '',
    proposed_at timestamptz NOT NULL,
    proposed_by uuid NOT NULL REFERENCES accounts (id),
    decided_at timestamptz,
    decided_by uuid REFERENCES accounts (id),
    version bigint NOT NULL DEFAULT 1,
    CHECK (state <> 'accepted' OR (decided_by <> proposed_by AND document_id IS NOT NULL))
);
COMMENT ON COLUMN transfers.transcript IS 'the transcript''s reference';
COMMENT ON COLUMN transfers.completed_on IS 'the last day of attendance there';
COMMENT ON COLUMN transfers.lines IS 'JSON: subject, setting, minutes, grade';
CREATE INDEX transfers_organization ON transfers (organization_id, id);
CREATE INDEX transfers_enrollment ON transfers (enrollment_id, id);
CREATE INDEX transfers_document ON transfers (document_id) WHERE document_id IS NOT NULL;
-- A transfer is what was proposed, with its transcript once it is decided.
CREATE TRIGGER transfers_frozen BEFORE UPDATE ON transfers FOR EACH ROW
    WHEN (OLD.state = 'proposed') EXECUTE FUNCTION locked_but('state', 'document_id', 'decided_by', 'decided_at', 'reason', 'version');
CREATE TRIGGER transfers_accepted BEFORE UPDATE ON transfers FOR EACH ROW
    WHEN (OLD.state = 'accepted') EXECUTE FUNCTION locked_but('state', 'decided_by', 'decided_at', 'reason', 'version');
CREATE TRIGGER transfers_over BEFORE UPDATE ON transfers FOR EACH ROW
    WHEN (OLD.state IN ('declined', 'reversed')) EXECUTE FUNCTION frozen();
CREATE TRIGGER transfers_kept BEFORE DELETE ON transfers FOR EACH ROW EXECUTE FUNCTION frozen();

-- The ledger: minutes that count, and reversals of them.
CREATE TABLE credits (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    enrollment_id uuid NOT NULL REFERENCES enrollments (id),
    therapist_id uuid NOT NULL REFERENCES therapists (id),
    kind text NOT NULL CHECK (kind IN ('instruction', 'transfer', 'course', 'ce')),
    local_date date NOT NULL,
    starts_at timestamptz,
    minutes bigint NOT NULL CHECK (minutes <> 0 AND (minutes > 0) = (reverses_id IS NULL)),
    elapsed_minutes bigint NOT NULL DEFAULT 0,
    break_minutes bigint NOT NULL DEFAULT 0,
    subject text NOT NULL,
    setting text NOT NULL,
    delivery text NOT NULL,
    mode text NOT NULL DEFAULT '',
    supervised boolean NOT NULL,
    make_up boolean NOT NULL DEFAULT false,
    grade bigint CHECK (grade BETWEEN 0 AND 100),
    entry_id uuid REFERENCES entries (id),
    entry_seal bytea,
    transfer_id uuid REFERENCES transfers (id),
    school text NOT NULL DEFAULT '',
    school_license text NOT NULL DEFAULT '',
    transcript text NOT NULL DEFAULT '',
    accepted_by text NOT NULL DEFAULT '',
    reverses_id uuid UNIQUE REFERENCES credits (id),
    posted_at timestamptz NOT NULL,
    posted_by uuid NOT NULL REFERENCES accounts (id),
    CHECK (kind <> 'instruction' OR entry_id IS NOT NULL)
);
COMMENT ON COLUMN credits.minutes IS 'negative in a reversal';
COMMENT ON COLUMN credits.elapsed_minutes IS 'from start to end; 0: not known';
COMMENT ON COLUMN credits.break_minutes IS 'pauses between lessons, without meals';
COMMENT ON COLUMN credits.entry_seal IS 'SHA-256 of what the entry said that earned it, so that a change around the lock is found; NULL: of no entry, or a reversal';
COMMENT ON COLUMN credits.school IS 'of a transfer, where it was earned';
COMMENT ON COLUMN credits.reverses_id IS 'a credit is reversed once';
CREATE UNIQUE INDEX credits_entry_once ON credits (entry_id) WHERE reverses_id IS NULL;
CREATE UNIQUE INDEX credits_transfer_once ON credits (transfer_id, subject, setting) WHERE reverses_id IS NULL AND transfer_id IS NOT NULL;
CREATE INDEX credits_enrollment ON credits (enrollment_id, id);
-- The credits of a day, for the public log.
CREATE INDEX credits_posted ON credits (organization_id, posted_at);
CREATE TRIGGER credits_school_closed BEFORE INSERT ON credits FOR EACH ROW EXECUTE FUNCTION school_closed();

-- The credits of an import that is being applied. They count for nothing until
-- all of them are posted at once. The columns are those of credits.
CREATE TABLE staged_credits (
    id uuid PRIMARY KEY,
    import_id uuid NOT NULL REFERENCES imports (id),
    organization_id uuid NOT NULL,
    enrollment_id uuid NOT NULL,
    therapist_id uuid NOT NULL,
    kind text NOT NULL,
    local_date date NOT NULL,
    starts_at timestamptz,
    minutes bigint NOT NULL,
    elapsed_minutes bigint NOT NULL,
    break_minutes bigint NOT NULL,
    subject text NOT NULL,
    setting text NOT NULL,
    delivery text NOT NULL,
    mode text NOT NULL,
    supervised boolean NOT NULL,
    make_up boolean NOT NULL,
    grade bigint,
    entry_id uuid,
    entry_seal bytea,
    transfer_id uuid,
    school text NOT NULL,
    school_license text NOT NULL,
    transcript text NOT NULL,
    accepted_by text NOT NULL,
    reverses_id uuid,
    posted_at timestamptz NOT NULL,
    posted_by uuid NOT NULL
);
CREATE UNIQUE INDEX staged_credits_import ON staged_credits (import_id, entry_id);

-- What an enrollment has and waits for, kept in the transaction that changes it.
CREATE TABLE totals (
    enrollment_id uuid NOT NULL REFERENCES enrollments (id),
    subject text NOT NULL,
    setting text NOT NULL,
    delivery text NOT NULL,
    waiting_minutes bigint NOT NULL DEFAULT 0 CHECK (waiting_minutes >= 0),
    waiting_entries bigint NOT NULL DEFAULT 0 CHECK (waiting_entries >= 0),
    signed_minutes bigint NOT NULL DEFAULT 0 CHECK (signed_minutes >= 0),
    signed_entries bigint NOT NULL DEFAULT 0 CHECK (signed_entries >= 0),
    PRIMARY KEY (enrollment_id, subject, setting, delivery)
);
COMMENT ON COLUMN totals.waiting_minutes IS 'submitted, not yet signed';
COMMENT ON COLUMN totals.signed_minutes IS 'the ledger''s sum';

-- How an enrollment stands by its rules, as it was last evaluated.
CREATE TABLE standings (
    enrollment_id uuid PRIMARY KEY REFERENCES enrollments (id),
    standard_id uuid NOT NULL REFERENCES standards (id),
    ledger_seq bigint NOT NULL,
    body text NOT NULL,
    evaluated_at timestamptz NOT NULL
);
COMMENT ON COLUMN standings.ledger_seq IS 'the enrollment''s when this was evaluated';
COMMENT ON COLUMN standings.body IS 'the standing as JSON';

-- What waits for a supervisor by student and week, kept in the transaction that
-- moves an entry, so that an inbox reads its page and counts without reading
-- what waits. What an import waits for is not in it. A week of which nothing
-- waits any more is cleaned away later.
CREATE TABLE waiting_weeks (
    supervisor_id uuid NOT NULL REFERENCES members (id),
    enrollment_id uuid NOT NULL REFERENCES enrollments (id),
    week date NOT NULL,
    entries bigint NOT NULL CHECK (entries >= 0),
    minutes bigint NOT NULL CHECK (minutes >= 0),
    exceptions bigint NOT NULL CHECK (exceptions BETWEEN 0 AND entries),
    PRIMARY KEY (supervisor_id, enrollment_id, week)
);
COMMENT ON COLUMN waiting_weeks.week IS 'its Monday';
COMMENT ON COLUMN waiting_weeks.exceptions IS 'that are long, or were submitted late';

-- Which monthly statement was mailed to whom: each once.
CREATE TABLE statements (
    enrollment_id uuid NOT NULL REFERENCES enrollments (id),
    month text NOT NULL,
    mailed_at timestamptz NOT NULL,
    PRIMARY KEY (enrollment_id, month)
);
COMMENT ON COLUMN statements.month IS 'such as 2026-10';

-- A class session with a roster, which its instructor signs as one.
CREATE TABLE classes (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    program_id uuid NOT NULL REFERENCES programs (id),
    instructor_id uuid NOT NULL REFERENCES members (id),
    state text NOT NULL CHECK (state IN ('planned', 'signed', 'canceled')),
    check_in text NOT NULL CHECK (check_in IN ('roster', 'clock', 'qr')),
    local_date date NOT NULL,
    zone text NOT NULL,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    break_minutes bigint NOT NULL CHECK (break_minutes >= 0),
    minutes bigint NOT NULL CHECK (minutes > 0),
    subject text NOT NULL,
    setting text NOT NULL,
    delivery text NOT NULL,
    mode text NOT NULL,
    make_up boolean NOT NULL,
    secret bytea NOT NULL,
    created_at timestamptz NOT NULL,
    created_by uuid NOT NULL REFERENCES accounts (id),
    signed_at timestamptz,
    version bigint NOT NULL DEFAULT 1,
    CHECK (ends_at > starts_at),
    CHECK ((state = 'signed') = (signed_at IS NOT NULL))
);
COMMENT ON COLUMN classes.starts_at IS 'as planned';
COMMENT ON COLUMN classes.minutes IS 'elapsed less break';
COMMENT ON COLUMN classes.mode IS 'where the supervisor is';
COMMENT ON COLUMN classes.secret IS 'makes the codes on the instructor''s screen';
CREATE INDEX classes_organization ON classes (organization_id, local_date DESC, id DESC);

-- Who is expected in a class, and who came.
CREATE TABLE attendances (
    class_id uuid NOT NULL REFERENCES classes (id),
    enrollment_id uuid NOT NULL REFERENCES enrollments (id),
    therapist_id uuid NOT NULL REFERENCES therapists (id),
    mark text NOT NULL CHECK (mark IN ('expected', 'present', 'absent', 'excused')),
    in_at timestamptz,
    in_by text NOT NULL DEFAULT '',
    out_at timestamptz,
    out_by text NOT NULL DEFAULT '',
    grade bigint CHECK (grade BETWEEN 0 AND 100),
    entry_id uuid REFERENCES entries (id),
    version bigint NOT NULL DEFAULT 1,
    PRIMARY KEY (class_id, enrollment_id),
    CHECK (out_at IS NULL OR in_at IS NULL OR out_at >= in_at)
);
COMMENT ON COLUMN attendances.in_at IS 'the server''s time, or the instructor''s word';
COMMENT ON COLUMN attendances.grade IS 'percent; NULL: not graded';
COMMENT ON COLUMN attendances.entry_id IS 'what it became once signed';
CREATE INDEX attendances_therapist ON attendances (therapist_id, class_id);

-- Days on which a school is closed.
CREATE TABLE closed_days (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    first_day date NOT NULL,
    last_day date NOT NULL,
    reason text NOT NULL,
    created_at timestamptz NOT NULL,
    created_by uuid NOT NULL REFERENCES accounts (id),
    CHECK (last_day >= first_day)
);
COMMENT ON COLUMN closed_days.last_day IS 'the last of them, first_day where it is one';
CREATE INDEX closed_days_organization ON closed_days (organization_id, first_day);

-- A student's leave or withdrawal; it is over when someone ends it.
CREATE TABLE pauses (
    id uuid PRIMARY KEY,
    enrollment_id uuid NOT NULL REFERENCES enrollments (id),
    kind text NOT NULL CHECK (kind IN ('leave', 'withdrawal')),
    first_day date NOT NULL,
    last_day date,
    reason text NOT NULL,
    created_at timestamptz NOT NULL,
    created_by uuid NOT NULL REFERENCES accounts (id),
    ended_on date,
    ended_by uuid REFERENCES accounts (id),
    CHECK (last_day >= first_day),
    CHECK ((ended_on IS NULL) = (ended_by IS NULL))
);
COMMENT ON COLUMN pauses.last_day IS 'of a leave, the last day as it was agreed';
CREATE UNIQUE INDEX pauses_one_open ON pauses (enrollment_id) WHERE ended_on IS NULL;

-- What a student asks the office for, and the answer.
CREATE TABLE requests (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    enrollment_id uuid NOT NULL REFERENCES enrollments (id),
    therapist_id uuid NOT NULL REFERENCES therapists (id),
    kind text NOT NULL CHECK (kind IN ('missed_punch', 'dispute')),
    state text NOT NULL CHECK (state IN ('open', 'granted', 'declined', 'withdrawn')),
    class_id uuid REFERENCES classes (id),
    entry_id uuid REFERENCES entries (id),
    in_at timestamptz,
    out_at timestamptz,
    body text NOT NULL,
    due_on date NOT NULL,
    answer text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL,
    decided_at timestamptz,
    decided_by uuid REFERENCES accounts (id),
    version bigint NOT NULL DEFAULT 1,
    CHECK ((kind = 'missed_punch') = (class_id IS NOT NULL)),
    CHECK (out_at > in_at),
    CHECK (state NOT IN ('granted', 'declined') OR (decided_by IS NOT NULL AND answer <> ''))
);
COMMENT ON COLUMN requests.in_at IS 'of a missed punch, when the student says to have come';
COMMENT ON COLUMN requests.due_on IS 'the last day to answer';
CREATE INDEX requests_open ON requests (organization_id, due_on, id) WHERE state = 'open';
CREATE INDEX requests_organization ON requests (organization_id, id);
CREATE INDEX requests_enrollment ON requests (enrollment_id, id);
CREATE UNIQUE INDEX requests_one_punch ON requests (class_id, enrollment_id) WHERE state = 'open';

-- Days on which a student was excused. They never raise the hours.
CREATE TABLE absences (
    id uuid PRIMARY KEY,
    enrollment_id uuid NOT NULL REFERENCES enrollments (id),
    first_day date NOT NULL,
    last_day date NOT NULL,
    reason text NOT NULL,
    created_at timestamptz NOT NULL,
    created_by uuid NOT NULL REFERENCES accounts (id),
    CHECK (last_day >= first_day)
);
CREATE INDEX absences_enrollment ON absences (enrollment_id, first_day);

-- What never changes.
CREATE TRIGGER standards_frozen BEFORE UPDATE OR DELETE ON standards FOR EACH ROW EXECUTE FUNCTION frozen();
CREATE TRIGGER program_versions_frozen BEFORE UPDATE OR DELETE ON program_versions FOR EACH ROW EXECUTE FUNCTION frozen();
CREATE TRIGGER credits_frozen BEFORE UPDATE OR DELETE ON credits FOR EACH ROW EXECUTE FUNCTION frozen();
