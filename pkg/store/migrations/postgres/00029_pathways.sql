-- +goose Up
-- Successions of courses, the sections in which they are held, and what was done
-- in them.
CREATE TABLE pathways (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    course_id uuid NOT NULL UNIQUE REFERENCES courses (id), -- that is completed with the last step; its certificate is the pathway's
    created_at timestamptz NOT NULL,
    created_by uuid NOT NULL REFERENCES accounts (id),
    version bigint NOT NULL DEFAULT 1
);
CREATE INDEX pathways_organization ON pathways (organization_id, id);
CREATE TABLE pathway_steps (
    pathway_id uuid NOT NULL REFERENCES pathways (id),
    number bigint NOT NULL CHECK (number > 0),
    course_id uuid NOT NULL REFERENCES courses (id),
    level text NOT NULL CHECK (level IN ('foundation', 'advanced', 'master')),
    PRIMARY KEY (pathway_id, number),
    UNIQUE (pathway_id, course_id)
);

CREATE TABLE sections (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    course_id uuid NOT NULL REFERENCES courses (id),
    instructor_id uuid NOT NULL REFERENCES members (id),
    state text NOT NULL CHECK (state IN ('open', 'finished', 'cancelled')),
    starts_on date NOT NULL,
    ends_on date NOT NULL,
    place text NOT NULL,
    seats bigint NOT NULL CHECK (seats > 0),
    taken bigint NOT NULL DEFAULT 0, -- kept by the triggers below
    exam boolean NOT NULL, -- who completes it has passed a practical examination
    created_at timestamptz NOT NULL,
    created_by uuid NOT NULL REFERENCES accounts (id),
    version bigint NOT NULL DEFAULT 1,
    CHECK (ends_on >= starts_on),
    CONSTRAINT sections_seats CHECK (taken BETWEEN 0 AND seats)
);
CREATE INDEX sections_organization ON sections (organization_id, starts_on DESC, id DESC);
CREATE TABLE section_places (
    section_id uuid NOT NULL REFERENCES sections (id),
    therapist_id uuid NOT NULL REFERENCES therapists (id),
    state text NOT NULL CHECK (state IN ('seated', 'waiting', 'withdrawn', 'completed', 'not_completed')),
    queued bigint NOT NULL, -- who came first has the lower number
    since timestamptz NOT NULL,
    completion_id uuid REFERENCES course_completions (id),
    reason text NOT NULL DEFAULT '', -- of not_completed
    PRIMARY KEY (section_id, therapist_id),
    UNIQUE (section_id, queued),
    CHECK ((state = 'completed') = (completion_id IS NOT NULL))
);
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
CREATE TABLE section_sessions (
    id uuid PRIMARY KEY,
    section_id uuid NOT NULL REFERENCES sections (id),
    local_date date NOT NULL,
    minutes bigint NOT NULL CHECK (minutes > 0),
    part text NOT NULL, -- subject of the specialty's standard, such as theory or lab
    setting text NOT NULL,
    delivery text NOT NULL
);
CREATE INDEX section_sessions_section ON section_sessions (section_id, local_date, id);
CREATE TABLE section_marks (
    session_id uuid NOT NULL REFERENCES section_sessions (id),
    therapist_id uuid NOT NULL REFERENCES therapists (id),
    mark text NOT NULL CHECK (mark IN ('present', 'absent')),
    minutes bigint NOT NULL CHECK (minutes >= 0),
    marked_by uuid NOT NULL REFERENCES accounts (id),
    marked_at timestamptz NOT NULL,
    PRIMARY KEY (session_id, therapist_id),
    CHECK ((mark = 'absent') = (minutes = 0))
);
CREATE INDEX section_marks_therapist ON section_marks (therapist_id, session_id);
CREATE TABLE exam_results (
    section_id uuid NOT NULL REFERENCES sections (id),
    therapist_id uuid NOT NULL REFERENCES therapists (id),
    attempt bigint NOT NULL CHECK (attempt > 0),
    passed boolean NOT NULL,
    score bigint CHECK (score BETWEEN 0 AND 100), -- percent; NULL: pass or fail alone
    taken_on date NOT NULL,
    note text NOT NULL,
    recorded_by uuid NOT NULL REFERENCES accounts (id),
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (section_id, therapist_id, attempt)
);
CREATE INDEX exam_results_therapist ON exam_results (therapist_id);
CREATE TRIGGER exam_results_frozen BEFORE UPDATE OR DELETE ON exam_results FOR EACH ROW EXECUTE FUNCTION frozen();
CREATE TABLE assessment_forms (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    title text NOT NULL,
    scale bigint NOT NULL CHECK (scale BETWEEN 2 AND 10), -- from 1 to this
    competencies text NOT NULL, -- JSON array
    created_at timestamptz NOT NULL
);
CREATE INDEX assessment_forms_organization ON assessment_forms (organization_id, id);
CREATE TRIGGER assessment_forms_frozen BEFORE UPDATE OR DELETE ON assessment_forms FOR EACH ROW EXECUTE FUNCTION frozen();
CREATE TABLE assessments (
    id uuid PRIMARY KEY,
    form_id uuid NOT NULL REFERENCES assessment_forms (id),
    section_id uuid NOT NULL REFERENCES sections (id),
    therapist_id uuid NOT NULL REFERENCES therapists (id),
    scores text NOT NULL, -- JSON array, one for each competency
    remark text NOT NULL,
    recorded_by uuid NOT NULL REFERENCES accounts (id),
    recorded_at timestamptz NOT NULL
);
CREATE INDEX assessments_section ON assessments (section_id, id);
CREATE TRIGGER assessments_frozen BEFORE UPDATE OR DELETE ON assessments FOR EACH ROW EXECUTE FUNCTION frozen();
