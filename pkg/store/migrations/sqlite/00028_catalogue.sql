-- +goose Up
-- What a school's courses are about, and how long what they attest is good. The
-- shipped topics are in the program; here are a school's own, and the shipped
-- ones that it hides.
CREATE TABLE topics (
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    kind text NOT NULL CHECK (kind IN ('technique', 'modality', 'condition', 'setting')),
    code text NOT NULL,
    title text NOT NULL, -- empty: a shipped one
    hidden BOOLEAN NOT NULL,
    created_at DATETIME NOT NULL,
    PRIMARY KEY (organization_id, kind, code)
);
CREATE TABLE course_topics (
    course_id TEXT NOT NULL REFERENCES courses (id),
    kind text NOT NULL CHECK (kind IN ('technique', 'modality', 'condition', 'setting')),
    code text NOT NULL,
    PRIMARY KEY (course_id, kind, code)
);
ALTER TABLE courses ADD COLUMN valid_months INTEGER NOT NULL DEFAULT 0 CHECK (valid_months BETWEEN 0 AND 240); -- 0: without end
ALTER TABLE courses ADD COLUMN year_end BOOLEAN NOT NULL DEFAULT false; -- until 31 December of that year
ALTER TABLE courses ADD COLUMN refreshes text NOT NULL DEFAULT ''; -- code of the course that it refreshes
ALTER TABLE courses ADD COLUMN standard text NOT NULL DEFAULT ''; -- key of the specialty's standard; empty: the school's own hours
