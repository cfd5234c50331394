-- +goose Up
-- A class session with a roster, which its instructor signs as one.
CREATE TABLE classes (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    program_id uuid NOT NULL REFERENCES programs (id),
    instructor_id uuid NOT NULL REFERENCES members (id),
    state text NOT NULL CHECK (state IN ('planned', 'signed', 'cancelled')),
    check_in text NOT NULL CHECK (check_in IN ('roster', 'clock', 'qr')),
    local_date date NOT NULL,
    zone text NOT NULL,
    starts_at timestamptz NOT NULL, -- as planned
    ends_at timestamptz NOT NULL,
    break_minutes bigint NOT NULL CHECK (break_minutes >= 0),
    minutes bigint NOT NULL CHECK (minutes > 0), -- elapsed less break
    subject text NOT NULL,
    setting text NOT NULL,
    delivery text NOT NULL,
    mode text NOT NULL, -- where the supervisor is
    make_up boolean NOT NULL,
    secret bytea NOT NULL, -- makes the codes on the instructor's screen
    created_at timestamptz NOT NULL,
    created_by uuid NOT NULL REFERENCES accounts (id),
    signed_at timestamptz,
    version bigint NOT NULL DEFAULT 1,
    CHECK (ends_at > starts_at),
    CHECK ((state = 'signed') = (signed_at IS NOT NULL))
);
CREATE INDEX classes_organization ON classes (organization_id, local_date DESC, id DESC);

CREATE TABLE attendances (
    class_id uuid NOT NULL REFERENCES classes (id),
    enrollment_id uuid NOT NULL REFERENCES enrollments (id),
    therapist_id uuid NOT NULL REFERENCES therapists (id),
    mark text NOT NULL CHECK (mark IN ('expected', 'present', 'absent', 'excused')),
    in_at timestamptz, -- the server's time, or the instructor's word
    out_at timestamptz,
    in_by text NOT NULL DEFAULT '',
    out_by text NOT NULL DEFAULT '',
    grade bigint CHECK (grade BETWEEN 0 AND 100), -- percent; NULL: not graded
    entry_id uuid REFERENCES entries (id), -- what it became once signed
    version bigint NOT NULL DEFAULT 1,
    PRIMARY KEY (class_id, enrollment_id),
    CHECK (out_at IS NULL OR in_at IS NULL OR out_at >= in_at)
);
CREATE INDEX attendances_therapist ON attendances (therapist_id, class_id);
