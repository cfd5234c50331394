-- +goose Up
-- How hours are earned: programs and their rules, who is enrolled, sessions and
-- the credits that they become, classes, and what students ask the office for.

-- What a school teaches.
CREATE TABLE programs (
    id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    code TEXT NOT NULL,
    title TEXT NOT NULL,
    created_at DATETIME NOT NULL,
    UNIQUE (organization_id, code)
);

-- Packs of rules, as a school published them.
CREATE TABLE standards (
    id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    name TEXT NOT NULL,
    number INTEGER NOT NULL,
    title TEXT NOT NULL,
    body TEXT NOT NULL, -- the rules as JSON, exactly as published
    digest TEXT NOT NULL, -- SHA-256 of body in hexadecimal
    published_at DATETIME NOT NULL,
    UNIQUE (organization_id, name, number)
);

-- By which rules a program is judged, for anyone who enrolls from then on.
CREATE TABLE program_versions (
    id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    program_id TEXT NOT NULL REFERENCES programs (id),
    number INTEGER NOT NULL,
    standard_id TEXT NOT NULL REFERENCES standards (id),
    published_at DATETIME NOT NULL,
    UNIQUE (program_id, number)
);

-- A school's own pack of rules while it is written.
CREATE TABLE drafts (
    id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    code TEXT NOT NULL, -- of the program
    title TEXT NOT NULL,
    body TEXT NOT NULL, -- YAML with cases, valid or not yet
    published_id TEXT REFERENCES program_versions (id), -- what it became; it is frozen then
    created_at DATETIME NOT NULL,
    created_by TEXT NOT NULL REFERENCES accounts (id),
    updated_at DATETIME NOT NULL,
    updated_by TEXT NOT NULL REFERENCES accounts (id),
    version INTEGER NOT NULL DEFAULT 1
);
CREATE INDEX drafts_organization ON drafts (organization_id, id);

-- Who is in which program.
CREATE TABLE enrollments (
    id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    therapist_id TEXT NOT NULL REFERENCES therapists (id),
    program_id TEXT NOT NULL REFERENCES programs (id),
    program_version_id TEXT NOT NULL REFERENCES program_versions (id),
    state TEXT NOT NULL CHECK (state IN ('active', 'completed', 'withdrawn')),
    enrolled_on DATE NOT NULL,
    completed_on DATE,
    ledger_seq INTEGER NOT NULL DEFAULT 0, -- grows with every posting
    created_at DATETIME NOT NULL,
    version INTEGER NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX enrollments_once ON enrollments (program_id, therapist_id) WHERE state <> 'withdrawn';
CREATE INDEX enrollments_organization ON enrollments (organization_id, id);
CREATE INDEX enrollments_therapist ON enrollments (therapist_id);

-- Attendance files: what was read, and what a second person decided.
CREATE TABLE imports (
    id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    program_version_id TEXT NOT NULL REFERENCES program_versions (id),
    state TEXT NOT NULL CHECK (state IN ('proposed', 'approved', 'rejected')),
    filename TEXT NOT NULL,
    digest TEXT NOT NULL, -- SHA-256 of the file in hexadecimal
    as_of DATE NOT NULL,
    records INTEGER NOT NULL,
    accepted INTEGER NOT NULL,
    unchanged INTEGER NOT NULL, -- accepted, and recorded before
    refused INTEGER NOT NULL,
    report TEXT NOT NULL, -- JSON: tally and refused records
    reason TEXT NOT NULL DEFAULT '',
    proposed_at DATETIME NOT NULL,
    proposed_by TEXT NOT NULL REFERENCES accounts (id),
    decided_at DATETIME,
    decided_by TEXT REFERENCES accounts (id),
    version INTEGER NOT NULL DEFAULT 1,
    CHECK (state <> 'approved' OR decided_by <> proposed_by)
);
CREATE UNIQUE INDEX imports_once ON imports (program_version_id, digest) WHERE state <> 'rejected';
CREATE INDEX imports_organization ON imports (organization_id, id);

-- Sessions, as a student logs them and a supervisor signs them.
CREATE TABLE entries (
    id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    enrollment_id TEXT NOT NULL REFERENCES enrollments (id),
    therapist_id TEXT NOT NULL REFERENCES therapists (id),
    supervisor_id TEXT NOT NULL REFERENCES members (id),
    state TEXT NOT NULL CHECK (state IN ('draft', 'submitted', 'returned', 'signed', 'superseded', 'withdrawn')),
    local_date DATE NOT NULL,
    zone TEXT NOT NULL,
    starts_at DATETIME,
    ends_at DATETIME,
    break_minutes INTEGER NOT NULL DEFAULT 0 CHECK (break_minutes >= 0),
    minutes INTEGER NOT NULL CHECK (minutes BETWEEN 1 AND 720), -- instruction: elapsed less break
    subject TEXT NOT NULL,
    setting TEXT NOT NULL CHECK (setting IN ('classroom', 'lab', 'clinic', 'externship')),
    delivery TEXT NOT NULL CHECK (delivery IN ('in-person', 'distance')),
    mode TEXT NOT NULL DEFAULT '', -- where the supervisor was; empty: not written down
    make_up BOOLEAN NOT NULL DEFAULT false,
    grade INTEGER CHECK (grade BETWEEN 0 AND 100), -- percent; NULL: not graded
    note TEXT NOT NULL DEFAULT '',
    return_reason TEXT NOT NULL DEFAULT '',
    corrects_id TEXT REFERENCES entries (id),
    correction_reason TEXT NOT NULL DEFAULT '',
    superseded_by_id TEXT REFERENCES entries (id),
    import_id TEXT REFERENCES imports (id),
    created_at DATETIME NOT NULL,
    created_by TEXT NOT NULL REFERENCES accounts (id),
    submitted_at DATETIME,
    signed_at DATETIME,
    signed_by TEXT REFERENCES members (id),
    version INTEGER NOT NULL DEFAULT 1,
    CHECK ((starts_at IS NULL) = (ends_at IS NULL)),
    CHECK (ends_at > starts_at),
    CHECK ((corrects_id IS NULL) = (correction_reason = '')),
    CHECK (state NOT IN ('signed', 'superseded') OR (signed_at IS NOT NULL AND signed_by IS NOT NULL))
);
CREATE INDEX entries_enrollment ON entries (enrollment_id, local_date DESC, id DESC);
CREATE INDEX entries_import ON entries (import_id) WHERE import_id IS NOT NULL;
CREATE UNIQUE INDEX entries_one_correction ON entries (corrects_id) WHERE corrects_id IS NOT NULL AND state <> 'withdrawn';
-- What else a supervisor signed at a time.
CREATE INDEX entries_supervised ON entries (supervisor_id, starts_at) WHERE state = 'signed' AND starts_at IS NOT NULL;
-- Corrections and minutes without times that wait may overlap another session.
CREATE INDEX entries_doubtful ON entries (supervisor_id)
    WHERE state = 'submitted' AND import_id IS NULL AND (corrects_id IS NOT NULL OR starts_at IS NULL);
-- Of one student no two live sessions share time. A correction that waits
-- overlaps what it corrects, so it is live only once it is signed.
CREATE INDEX entries_live ON entries (therapist_id, starts_at, ends_at) WHERE starts_at IS NOT NULL AND (state = 'signed' OR (state = 'submitted' AND corrects_id IS NULL));
-- +goose StatementBegin
CREATE TRIGGER entries_no_overlap_insert AFTER INSERT ON entries
WHEN NEW.starts_at IS NOT NULL AND (NEW.state = 'signed' OR (NEW.state = 'submitted' AND NEW.corrects_id IS NULL))
BEGIN
    SELECT RAISE(ABORT, 'entries_no_overlap') WHERE EXISTS (
        SELECT 1 FROM entries o
        WHERE o.therapist_id = NEW.therapist_id AND o.id <> NEW.id
          AND o.starts_at < NEW.ends_at AND o.ends_at > NEW.starts_at
          -- no session is longer than 12 hours: this bounds the scan
          AND o.starts_at > strftime('%Y-%m-%d %H:%M:%S', NEW.starts_at, '-13 hours')
          AND o.starts_at IS NOT NULL AND (o.state = 'signed' OR (o.state = 'submitted' AND o.corrects_id IS NULL)));
END;
CREATE TRIGGER entries_no_overlap_update AFTER UPDATE OF state, starts_at, ends_at, therapist_id ON entries
WHEN NEW.starts_at IS NOT NULL AND (NEW.state = 'signed' OR (NEW.state = 'submitted' AND NEW.corrects_id IS NULL))
BEGIN
    SELECT RAISE(ABORT, 'entries_no_overlap') WHERE EXISTS (
        SELECT 1 FROM entries o
        WHERE o.therapist_id = NEW.therapist_id AND o.id <> NEW.id
          AND o.starts_at < NEW.ends_at AND o.ends_at > NEW.starts_at
          -- no session is longer than 12 hours: this bounds the scan
          AND o.starts_at > strftime('%Y-%m-%d %H:%M:%S', NEW.starts_at, '-13 hours')
          AND o.starts_at IS NOT NULL AND (o.state = 'signed' OR (o.state = 'submitted' AND o.corrects_id IS NULL)));
END;
-- +goose StatementEnd
-- Of a signed entry only the state changes, to superseded, with the correction
-- that did it; a superseded or withdrawn one does not change at all.
-- +goose StatementBegin
CREATE TRIGGER entries_locked BEFORE UPDATE ON entries
WHEN OLD.state IN ('superseded', 'withdrawn')
  OR (OLD.state = 'signed' AND (NEW.state NOT IN ('signed', 'superseded')
      OR (NEW.state = 'superseded') <> (NEW.superseded_by_id IS NOT NULL)
      OR NEW.superseded_by_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM entries c WHERE c.id = NEW.superseded_by_id AND c.corrects_id = OLD.id)
      OR (NEW.id, NEW.organization_id, NEW.enrollment_id, NEW.therapist_id, NEW.supervisor_id, NEW.local_date, NEW.zone, NEW.starts_at, NEW.ends_at,
          NEW.break_minutes, NEW.minutes, NEW.subject, NEW.setting, NEW.delivery, NEW.mode, NEW.make_up, NEW.grade, NEW.note, NEW.return_reason,
          NEW.corrects_id, NEW.correction_reason, NEW.import_id, NEW.created_at, NEW.created_by, NEW.submitted_at, NEW.signed_at, NEW.signed_by)
      IS NOT (OLD.id, OLD.organization_id, OLD.enrollment_id, OLD.therapist_id, OLD.supervisor_id, OLD.local_date, OLD.zone, OLD.starts_at, OLD.ends_at,
          OLD.break_minutes, OLD.minutes, OLD.subject, OLD.setting, OLD.delivery, OLD.mode, OLD.make_up, OLD.grade, OLD.note, OLD.return_reason,
          OLD.corrects_id, OLD.correction_reason, OLD.import_id, OLD.created_at, OLD.created_by, OLD.submitted_at, OLD.signed_at, OLD.signed_by)))
BEGIN
    SELECT RAISE(ABORT, 'entry_locked: a signed entry does not change');
END;
CREATE TRIGGER entries_no_delete BEFORE DELETE ON entries BEGIN SELECT RAISE(ABORT, 'entry_locked: an entry is never deleted'); END;
-- +goose StatementEnd

-- Hours earned at another school. Once accepted they are credits; a transfer
-- that was accepted may be reversed, and is never changed.
CREATE TABLE transfers (
    id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    enrollment_id TEXT NOT NULL REFERENCES enrollments (id),
    therapist_id TEXT NOT NULL REFERENCES therapists (id),
    state TEXT NOT NULL CHECK (state IN ('proposed', 'accepted', 'declined', 'reversed')),
    school TEXT NOT NULL,
    school_license TEXT NOT NULL,
    transcript TEXT NOT NULL, -- the transcript's reference
    completed_on DATE NOT NULL, -- the last day of attendance there
    lines TEXT NOT NULL, -- JSON: subject, setting, minutes, grade
    document_id TEXT REFERENCES documents (id),
    reason TEXT NOT NULL DEFAULT '',
    proposed_at DATETIME NOT NULL,
    proposed_by TEXT NOT NULL REFERENCES accounts (id),
    decided_at DATETIME,
    decided_by TEXT REFERENCES accounts (id),
    version INTEGER NOT NULL DEFAULT 1,
    CHECK (state <> 'accepted' OR (decided_by <> proposed_by AND document_id IS NOT NULL))
);
CREATE INDEX transfers_organization ON transfers (organization_id, id);
CREATE INDEX transfers_enrollment ON transfers (enrollment_id, id);
CREATE INDEX transfers_document ON transfers (document_id) WHERE document_id IS NOT NULL;
-- A transfer is what was proposed, with its transcript once it is decided.
-- +goose StatementBegin
CREATE TRIGGER transfers_frozen BEFORE UPDATE ON transfers
WHEN OLD.state = 'proposed'
 AND (NEW.id, NEW.organization_id, NEW.enrollment_id, NEW.therapist_id, NEW.school, NEW.school_license, NEW.transcript, NEW.completed_on, NEW.lines,
     NEW.proposed_at, NEW.proposed_by)
 IS NOT (OLD.id, OLD.organization_id, OLD.enrollment_id, OLD.therapist_id, OLD.school, OLD.school_license, OLD.transcript, OLD.completed_on, OLD.lines,
     OLD.proposed_at, OLD.proposed_by)
BEGIN
    SELECT RAISE(ABORT, 'frozen: a settled row of transfers does not change');
END;
CREATE TRIGGER transfers_accepted BEFORE UPDATE ON transfers
WHEN OLD.state = 'accepted'
 AND (NEW.id, NEW.organization_id, NEW.enrollment_id, NEW.therapist_id, NEW.school, NEW.school_license, NEW.transcript, NEW.completed_on, NEW.lines,
     NEW.document_id, NEW.proposed_at, NEW.proposed_by)
 IS NOT (OLD.id, OLD.organization_id, OLD.enrollment_id, OLD.therapist_id, OLD.school, OLD.school_license, OLD.transcript, OLD.completed_on, OLD.lines,
     OLD.document_id, OLD.proposed_at, OLD.proposed_by)
BEGIN
    SELECT RAISE(ABORT, 'frozen: a settled row of transfers does not change');
END;
CREATE TRIGGER transfers_over BEFORE UPDATE ON transfers
WHEN OLD.state IN ('declined', 'reversed')
BEGIN
    SELECT RAISE(ABORT, 'frozen: a settled row of transfers does not change');
END;
CREATE TRIGGER transfers_kept BEFORE DELETE ON transfers
BEGIN
    SELECT RAISE(ABORT, 'frozen: a transfer stays');
END;
-- +goose StatementEnd

-- The ledger: minutes that count, and reversals of them.
CREATE TABLE credits (
    id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    enrollment_id TEXT NOT NULL REFERENCES enrollments (id),
    therapist_id TEXT NOT NULL REFERENCES therapists (id),
    kind TEXT NOT NULL CHECK (kind IN ('instruction', 'transfer', 'course', 'ce')),
    local_date DATE NOT NULL,
    starts_at DATETIME,
    minutes INTEGER NOT NULL CHECK (minutes <> 0 AND (minutes > 0) = (reverses_id IS NULL)), -- negative in a reversal
    elapsed_minutes INTEGER NOT NULL DEFAULT 0, -- from start to end; 0: not known
    break_minutes INTEGER NOT NULL DEFAULT 0, -- pauses between lessons, without meals
    subject TEXT NOT NULL,
    setting TEXT NOT NULL,
    delivery TEXT NOT NULL,
    mode TEXT NOT NULL DEFAULT '',
    supervised BOOLEAN NOT NULL,
    make_up BOOLEAN NOT NULL DEFAULT false,
    grade INTEGER CHECK (grade BETWEEN 0 AND 100),
    entry_id TEXT REFERENCES entries (id),
    entry_seal BLOB, -- SHA-256 of what the entry said that earned it, so that a change around the lock is found; NULL: of no entry, or a reversal
    transfer_id TEXT REFERENCES transfers (id),
    school TEXT NOT NULL DEFAULT '', -- of a transfer, where it was earned
    school_license TEXT NOT NULL DEFAULT '',
    transcript TEXT NOT NULL DEFAULT '',
    accepted_by TEXT NOT NULL DEFAULT '',
    reverses_id TEXT UNIQUE REFERENCES credits (id), -- a credit is reversed once
    posted_at DATETIME NOT NULL,
    posted_by TEXT NOT NULL REFERENCES accounts (id),
    CHECK (kind <> 'instruction' OR entry_id IS NOT NULL)
);
CREATE UNIQUE INDEX credits_entry_once ON credits (entry_id) WHERE reverses_id IS NULL;
CREATE UNIQUE INDEX credits_transfer_once ON credits (transfer_id, subject, setting) WHERE reverses_id IS NULL AND transfer_id IS NOT NULL;
CREATE INDEX credits_enrollment ON credits (enrollment_id, id);
-- The credits of a day, for the public log.
CREATE INDEX credits_posted ON credits (organization_id, posted_at);
-- +goose StatementBegin
CREATE TRIGGER credits_school_closed BEFORE INSERT ON credits
WHEN (SELECT closed_at FROM organizations WHERE id = NEW.organization_id) IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'school_closed'); END;
-- +goose StatementEnd

-- The credits of an import that is being applied. They count for nothing until
-- all of them are posted at once. The columns are those of credits.
CREATE TABLE staged_credits (
    id TEXT PRIMARY KEY,
    import_id TEXT NOT NULL REFERENCES imports (id),
    organization_id TEXT NOT NULL,
    enrollment_id TEXT NOT NULL,
    therapist_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    local_date DATE NOT NULL,
    starts_at DATETIME,
    minutes INTEGER NOT NULL,
    elapsed_minutes INTEGER NOT NULL,
    break_minutes INTEGER NOT NULL,
    subject TEXT NOT NULL,
    setting TEXT NOT NULL,
    delivery TEXT NOT NULL,
    mode TEXT NOT NULL,
    supervised BOOLEAN NOT NULL,
    make_up BOOLEAN NOT NULL,
    grade INTEGER,
    entry_id TEXT,
    entry_seal BLOB,
    transfer_id TEXT,
    school TEXT NOT NULL,
    school_license TEXT NOT NULL,
    transcript TEXT NOT NULL,
    accepted_by TEXT NOT NULL,
    reverses_id TEXT,
    posted_at DATETIME NOT NULL,
    posted_by TEXT NOT NULL
);
CREATE UNIQUE INDEX staged_credits_import ON staged_credits (import_id, entry_id);

-- What an enrollment has and waits for, kept in the transaction that changes it.
CREATE TABLE totals (
    enrollment_id TEXT NOT NULL REFERENCES enrollments (id),
    subject TEXT NOT NULL,
    setting TEXT NOT NULL,
    delivery TEXT NOT NULL,
    waiting_minutes INTEGER NOT NULL DEFAULT 0 CHECK (waiting_minutes >= 0), -- submitted, not yet signed
    waiting_entries INTEGER NOT NULL DEFAULT 0 CHECK (waiting_entries >= 0),
    signed_minutes INTEGER NOT NULL DEFAULT 0 CHECK (signed_minutes >= 0), -- the ledger's sum
    signed_entries INTEGER NOT NULL DEFAULT 0 CHECK (signed_entries >= 0),
    PRIMARY KEY (enrollment_id, subject, setting, delivery)
);

-- How an enrollment stands by its rules, as it was last evaluated.
CREATE TABLE standings (
    enrollment_id TEXT PRIMARY KEY REFERENCES enrollments (id),
    standard_id TEXT NOT NULL REFERENCES standards (id),
    ledger_seq INTEGER NOT NULL, -- the enrollment's when this was evaluated
    body TEXT NOT NULL, -- the standing as JSON
    evaluated_at DATETIME NOT NULL
);

-- What waits for a supervisor by student and week, kept in the transaction that
-- moves an entry, so that an inbox reads its page and counts without reading
-- what waits. What an import waits for is not in it. A week of which nothing
-- waits any more is cleaned away later.
CREATE TABLE waiting_weeks (
    supervisor_id TEXT NOT NULL REFERENCES members (id),
    enrollment_id TEXT NOT NULL REFERENCES enrollments (id),
    week DATE NOT NULL, -- its Monday
    entries INTEGER NOT NULL CHECK (entries >= 0),
    minutes INTEGER NOT NULL CHECK (minutes >= 0),
    exceptions INTEGER NOT NULL CHECK (exceptions BETWEEN 0 AND entries), -- that are long, or were submitted late
    PRIMARY KEY (supervisor_id, enrollment_id, week)
);

-- Which monthly statement was mailed to whom: each once.
CREATE TABLE statements (
    enrollment_id TEXT NOT NULL REFERENCES enrollments (id),
    month TEXT NOT NULL, -- such as 2026-10
    mailed_at DATETIME NOT NULL,
    PRIMARY KEY (enrollment_id, month)
);

-- A class session with a roster, which its instructor signs as one.
CREATE TABLE classes (
    id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    program_id TEXT NOT NULL REFERENCES programs (id),
    instructor_id TEXT NOT NULL REFERENCES members (id),
    state TEXT NOT NULL CHECK (state IN ('planned', 'signed', 'canceled')),
    check_in TEXT NOT NULL CHECK (check_in IN ('roster', 'clock', 'qr')),
    local_date DATE NOT NULL,
    zone TEXT NOT NULL,
    starts_at DATETIME NOT NULL, -- as planned
    ends_at DATETIME NOT NULL,
    break_minutes INTEGER NOT NULL CHECK (break_minutes >= 0),
    minutes INTEGER NOT NULL CHECK (minutes > 0), -- elapsed less break
    subject TEXT NOT NULL,
    setting TEXT NOT NULL,
    delivery TEXT NOT NULL,
    mode TEXT NOT NULL, -- where the supervisor is
    make_up BOOLEAN NOT NULL,
    secret BLOB NOT NULL, -- makes the codes on the instructor's screen
    created_at DATETIME NOT NULL,
    created_by TEXT NOT NULL REFERENCES accounts (id),
    signed_at DATETIME,
    version INTEGER NOT NULL DEFAULT 1,
    CHECK (ends_at > starts_at),
    CHECK ((state = 'signed') = (signed_at IS NOT NULL))
);
CREATE INDEX classes_organization ON classes (organization_id, local_date DESC, id DESC);

-- Who is expected in a class, and who came.
CREATE TABLE attendances (
    class_id TEXT NOT NULL REFERENCES classes (id),
    enrollment_id TEXT NOT NULL REFERENCES enrollments (id),
    therapist_id TEXT NOT NULL REFERENCES therapists (id),
    mark TEXT NOT NULL CHECK (mark IN ('expected', 'present', 'absent', 'excused')),
    in_at DATETIME, -- the server's time, or the instructor's word
    in_by TEXT NOT NULL DEFAULT '',
    out_at DATETIME,
    out_by TEXT NOT NULL DEFAULT '',
    grade INTEGER CHECK (grade BETWEEN 0 AND 100), -- percent; NULL: not graded
    entry_id TEXT REFERENCES entries (id), -- what it became once signed
    version INTEGER NOT NULL DEFAULT 1,
    PRIMARY KEY (class_id, enrollment_id),
    CHECK (out_at IS NULL OR in_at IS NULL OR out_at >= in_at)
);
CREATE INDEX attendances_therapist ON attendances (therapist_id, class_id);

-- Days on which a school is closed.
CREATE TABLE closed_days (
    id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    first_day DATE NOT NULL,
    last_day DATE NOT NULL, -- the last of them, first_day where it is one
    reason TEXT NOT NULL,
    created_at DATETIME NOT NULL,
    created_by TEXT NOT NULL REFERENCES accounts (id),
    CHECK (last_day >= first_day)
);
CREATE INDEX closed_days_organization ON closed_days (organization_id, first_day);

-- A student's leave or withdrawal; it is over when someone ends it.
CREATE TABLE pauses (
    id TEXT PRIMARY KEY,
    enrollment_id TEXT NOT NULL REFERENCES enrollments (id),
    kind TEXT NOT NULL CHECK (kind IN ('leave', 'withdrawal')),
    first_day DATE NOT NULL,
    last_day DATE, -- of a leave, the last day as it was agreed
    reason TEXT NOT NULL,
    created_at DATETIME NOT NULL,
    created_by TEXT NOT NULL REFERENCES accounts (id),
    ended_on DATE,
    ended_by TEXT REFERENCES accounts (id),
    CHECK (last_day >= first_day),
    CHECK ((ended_on IS NULL) = (ended_by IS NULL))
);
CREATE UNIQUE INDEX pauses_one_open ON pauses (enrollment_id) WHERE ended_on IS NULL;

-- What a student asks the office for, and the answer.
CREATE TABLE requests (
    id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    enrollment_id TEXT NOT NULL REFERENCES enrollments (id),
    therapist_id TEXT NOT NULL REFERENCES therapists (id),
    kind TEXT NOT NULL CHECK (kind IN ('missed_punch', 'dispute')),
    state TEXT NOT NULL CHECK (state IN ('open', 'granted', 'declined', 'withdrawn')),
    class_id TEXT REFERENCES classes (id),
    entry_id TEXT REFERENCES entries (id),
    in_at DATETIME, -- of a missed punch, when the student says to have come
    out_at DATETIME,
    body TEXT NOT NULL,
    due_on DATE NOT NULL, -- the last day to answer
    answer TEXT NOT NULL DEFAULT '',
    created_at DATETIME NOT NULL,
    decided_at DATETIME,
    decided_by TEXT REFERENCES accounts (id),
    version INTEGER NOT NULL DEFAULT 1,
    CHECK ((kind = 'missed_punch') = (class_id IS NOT NULL)),
    CHECK (out_at > in_at),
    CHECK (state NOT IN ('granted', 'declined') OR (decided_by IS NOT NULL AND answer <> ''))
);
CREATE INDEX requests_open ON requests (organization_id, due_on, id) WHERE state = 'open';
CREATE INDEX requests_organization ON requests (organization_id, id);
CREATE INDEX requests_enrollment ON requests (enrollment_id, id);
CREATE UNIQUE INDEX requests_one_punch ON requests (class_id, enrollment_id) WHERE state = 'open';

-- Days on which a student was excused. They never raise the hours.
CREATE TABLE absences (
    id TEXT PRIMARY KEY,
    enrollment_id TEXT NOT NULL REFERENCES enrollments (id),
    first_day DATE NOT NULL,
    last_day DATE NOT NULL,
    reason TEXT NOT NULL,
    created_at DATETIME NOT NULL,
    created_by TEXT NOT NULL REFERENCES accounts (id),
    CHECK (last_day >= first_day)
);
CREATE INDEX absences_enrollment ON absences (enrollment_id, first_day);

-- What never changes.
-- +goose StatementBegin
CREATE TRIGGER standards_no_update BEFORE UPDATE ON standards BEGIN SELECT RAISE(ABORT, 'frozen: a row of standards never changes'); END;
CREATE TRIGGER standards_no_delete BEFORE DELETE ON standards BEGIN SELECT RAISE(ABORT, 'frozen: a row of standards never changes'); END;
CREATE TRIGGER program_versions_no_update BEFORE UPDATE ON program_versions BEGIN SELECT RAISE(ABORT, 'frozen: a row of program_versions never changes'); END;
CREATE TRIGGER program_versions_no_delete BEFORE DELETE ON program_versions BEGIN SELECT RAISE(ABORT, 'frozen: a row of program_versions never changes'); END;
CREATE TRIGGER credits_no_update BEFORE UPDATE ON credits BEGIN SELECT RAISE(ABORT, 'frozen: a row of credits never changes'); END;
CREATE TRIGGER credits_no_delete BEFORE DELETE ON credits BEGIN SELECT RAISE(ABORT, 'frozen: a row of credits never changes'); END;
-- +goose StatementEnd
