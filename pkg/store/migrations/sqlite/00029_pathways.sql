-- +goose Up
-- Successions of courses, the sections in which they are held, and what was done
-- in them.
CREATE TABLE pathways (
    id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    course_id TEXT NOT NULL UNIQUE REFERENCES courses (id), -- that is completed with the last step; its certificate is the pathway's
    created_at DATETIME NOT NULL,
    created_by TEXT NOT NULL REFERENCES accounts (id),
    version INTEGER NOT NULL DEFAULT 1
);
CREATE INDEX pathways_organization ON pathways (organization_id, id);
CREATE TABLE pathway_steps (
    pathway_id TEXT NOT NULL REFERENCES pathways (id),
    number INTEGER NOT NULL CHECK (number > 0),
    course_id TEXT NOT NULL REFERENCES courses (id),
    level text NOT NULL CHECK (level IN ('foundation', 'advanced', 'master')),
    PRIMARY KEY (pathway_id, number),
    UNIQUE (pathway_id, course_id)
);

CREATE TABLE sections (
    id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    course_id TEXT NOT NULL REFERENCES courses (id),
    instructor_id TEXT NOT NULL REFERENCES members (id),
    state text NOT NULL CHECK (state IN ('open', 'finished', 'cancelled')),
    starts_on DATE NOT NULL,
    ends_on DATE NOT NULL,
    place text NOT NULL,
    seats INTEGER NOT NULL CHECK (seats > 0),
    taken INTEGER NOT NULL DEFAULT 0, -- kept by the triggers below
    exam BOOLEAN NOT NULL, -- who completes it has passed a practical examination
    created_at DATETIME NOT NULL,
    created_by TEXT NOT NULL REFERENCES accounts (id),
    version INTEGER NOT NULL DEFAULT 1,
    CHECK (ends_on >= starts_on),
    CONSTRAINT sections_seats CHECK (taken BETWEEN 0 AND seats)
);
CREATE INDEX sections_organization ON sections (organization_id, starts_on DESC, id DESC);
CREATE TABLE section_places (
    section_id TEXT NOT NULL REFERENCES sections (id),
    therapist_id TEXT NOT NULL REFERENCES therapists (id),
    state text NOT NULL CHECK (state IN ('seated', 'waiting', 'withdrawn', 'completed', 'not_completed')),
    queued INTEGER NOT NULL, -- who came first has the lower number
    since DATETIME NOT NULL,
    completion_id TEXT REFERENCES course_completions (id),
    reason text NOT NULL DEFAULT '', -- of not_completed
    PRIMARY KEY (section_id, therapist_id),
    UNIQUE (section_id, queued),
    CHECK ((state = 'completed') = (completion_id IS NOT NULL))
);
CREATE INDEX section_places_therapist ON section_places (therapist_id, section_id);
-- A place that is held counts; the check of the section refuses one too many, by
-- whichever way it comes.
-- +goose StatementBegin
CREATE TRIGGER section_places_inserted AFTER INSERT ON section_places WHEN NEW.state IN ('seated', 'completed', 'not_completed') BEGIN UPDATE sections SET taken = taken + 1 WHERE id = NEW.section_id; END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER section_places_taken AFTER UPDATE OF state ON section_places WHEN NEW.state IN ('seated', 'completed', 'not_completed') AND OLD.state NOT IN ('seated', 'completed', 'not_completed') BEGIN UPDATE sections SET taken = taken + 1 WHERE id = NEW.section_id; END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER section_places_freed AFTER UPDATE OF state ON section_places WHEN NEW.state NOT IN ('seated', 'completed', 'not_completed') AND OLD.state IN ('seated', 'completed', 'not_completed') BEGIN UPDATE sections SET taken = taken - 1 WHERE id = NEW.section_id; END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER section_places_deleted AFTER DELETE ON section_places WHEN OLD.state IN ('seated', 'completed', 'not_completed') BEGIN UPDATE sections SET taken = taken - 1 WHERE id = OLD.section_id; END;
-- +goose StatementEnd
CREATE TABLE section_sessions (
    id TEXT PRIMARY KEY,
    section_id TEXT NOT NULL REFERENCES sections (id),
    local_date DATE NOT NULL,
    minutes INTEGER NOT NULL CHECK (minutes > 0),
    part text NOT NULL, -- subject of the specialty's standard, such as theory or lab
    setting text NOT NULL,
    delivery text NOT NULL
);
CREATE INDEX section_sessions_section ON section_sessions (section_id, local_date, id);
CREATE TABLE section_marks (
    session_id TEXT NOT NULL REFERENCES section_sessions (id),
    therapist_id TEXT NOT NULL REFERENCES therapists (id),
    mark text NOT NULL CHECK (mark IN ('present', 'absent')),
    minutes INTEGER NOT NULL CHECK (minutes >= 0),
    marked_by TEXT NOT NULL REFERENCES accounts (id),
    marked_at DATETIME NOT NULL,
    PRIMARY KEY (session_id, therapist_id),
    CHECK ((mark = 'absent') = (minutes = 0))
);
CREATE INDEX section_marks_therapist ON section_marks (therapist_id, session_id);
CREATE TABLE exam_results (
    section_id TEXT NOT NULL REFERENCES sections (id),
    therapist_id TEXT NOT NULL REFERENCES therapists (id),
    attempt INTEGER NOT NULL CHECK (attempt > 0),
    passed BOOLEAN NOT NULL,
    score INTEGER CHECK (score BETWEEN 0 AND 100), -- percent; NULL: pass or fail alone
    taken_on DATE NOT NULL,
    note text NOT NULL,
    recorded_by TEXT NOT NULL REFERENCES accounts (id),
    recorded_at DATETIME NOT NULL,
    PRIMARY KEY (section_id, therapist_id, attempt)
);
CREATE INDEX exam_results_therapist ON exam_results (therapist_id);
-- +goose StatementBegin
CREATE TRIGGER exam_results_no_update BEFORE UPDATE ON exam_results BEGIN SELECT RAISE(ABORT, 'frozen: a row of exam_results never changes'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER exam_results_no_delete BEFORE DELETE ON exam_results BEGIN SELECT RAISE(ABORT, 'frozen: a row of exam_results never changes'); END;
-- +goose StatementEnd
CREATE TABLE assessment_forms (
    id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    title text NOT NULL,
    scale INTEGER NOT NULL CHECK (scale BETWEEN 2 AND 10), -- from 1 to this
    competencies text NOT NULL, -- JSON array
    created_at DATETIME NOT NULL
);
CREATE INDEX assessment_forms_organization ON assessment_forms (organization_id, id);
-- +goose StatementBegin
CREATE TRIGGER assessment_forms_no_update BEFORE UPDATE ON assessment_forms BEGIN SELECT RAISE(ABORT, 'frozen: a row of assessment_forms never changes'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER assessment_forms_no_delete BEFORE DELETE ON assessment_forms BEGIN SELECT RAISE(ABORT, 'frozen: a row of assessment_forms never changes'); END;
-- +goose StatementEnd
CREATE TABLE assessments (
    id TEXT PRIMARY KEY,
    form_id TEXT NOT NULL REFERENCES assessment_forms (id),
    section_id TEXT NOT NULL REFERENCES sections (id),
    therapist_id TEXT NOT NULL REFERENCES therapists (id),
    scores text NOT NULL, -- JSON array, one for each competency
    remark text NOT NULL,
    recorded_by TEXT NOT NULL REFERENCES accounts (id),
    recorded_at DATETIME NOT NULL
);
CREATE INDEX assessments_section ON assessments (section_id, id);
-- +goose StatementBegin
CREATE TRIGGER assessments_no_update BEFORE UPDATE ON assessments BEGIN SELECT RAISE(ABORT, 'frozen: a row of assessments never changes'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER assessments_no_delete BEFORE DELETE ON assessments BEGIN SELECT RAISE(ABORT, 'frozen: a row of assessments never changes'); END;
-- +goose StatementEnd
