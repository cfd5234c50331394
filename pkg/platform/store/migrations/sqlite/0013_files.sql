-- +goose Up
-- Whom a school enrolls is a file of its own until that person accepts it. A row of
-- therapists is either a person's own record, or a school's file of one.
--
-- SQLite cannot take NOT NULL and UNIQUE back, so that the table is made again: what
-- refers to it is counted as broken when it goes, and as whole when its rows are back.
PRAGMA defer_foreign_keys = ON;
CREATE TEMPORARY TABLE former_therapists AS SELECT * FROM therapists;
CREATE TEMPORARY TABLE one_school AS SELECT therapist_id, MIN(organization_id) AS organization_id FROM (
        SELECT therapist_id, organization_id FROM enrollments UNION SELECT therapist_id, organization_id FROM course_completions
        UNION SELECT p.therapist_id, s.organization_id FROM section_places p JOIN sections s ON s.id = p.section_id)
    GROUP BY therapist_id HAVING COUNT(*) = 1;
DROP TABLE therapists;
CREATE TABLE therapists (
    id TEXT PRIMARY KEY,
    account_id TEXT REFERENCES accounts (id), -- NULL: a file that nobody has accepted
    birth_date DATE, -- NULL: not told
    zone TEXT NOT NULL DEFAULT '', -- IANA; empty: not told
    created_at DATETIME NOT NULL,
    person_id TEXT NOT NULL REFERENCES therapists (id), -- the record that this is a part of; its own id: the record itself, or a file that nobody has accepted
    organization_id TEXT REFERENCES organizations (id), -- the school whose file it is; NULL: made by the person
    name TEXT NOT NULL DEFAULT '', -- as the school wrote it
    email TEXT NOT NULL DEFAULT '', -- as the school wrote it
    joined_at DATETIME, -- when the person accepted the file
    declined_at DATETIME, -- when the person with the address said that it is not theirs
    reused_at DATETIME, -- since when the school has the address for another person
    CHECK (account_id IS NOT NULL OR organization_id IS NOT NULL AND person_id = id),
    CHECK (organization_id IS NULL OR email = lower(email) AND email <> '' AND name <> ''),
    CHECK (joined_at IS NULL OR account_id IS NOT NULL)
);
-- Of an account that nobody ever had a password for, what one school alone wrote is
-- that school's file. Everything else counts as accepted: the person has signed in.
INSERT INTO therapists (id, account_id, birth_date, zone, created_at, person_id, organization_id, name, email)
SELECT f.id, CASE WHEN k.organization_id IS NULL OR a.password_hash <> '' THEN f.account_id END, f.birth_date, f.zone, f.created_at, f.id,
    CASE WHEN a.password_hash = '' THEN k.organization_id END,
    CASE WHEN k.organization_id IS NOT NULL AND a.password_hash = '' THEN a.name ELSE '' END,
    CASE WHEN k.organization_id IS NOT NULL AND a.password_hash = '' THEN a.email ELSE '' END
FROM former_therapists f JOIN accounts a ON a.id = f.account_id LEFT JOIN one_school k ON k.therapist_id = f.id;
DROP TABLE one_school;
DROP TABLE former_therapists;
CREATE UNIQUE INDEX therapists_own ON therapists (account_id) WHERE person_id = id;
CREATE UNIQUE INDEX therapists_file ON therapists (organization_id, email) WHERE organization_id IS NOT NULL AND reused_at IS NULL;
CREATE INDEX therapists_person ON therapists (person_id);
CREATE INDEX therapists_offered ON therapists (email) WHERE account_id IS NULL;
-- The zone says when it is morning, and whose a file is says how they are reminded.
-- +goose StatementBegin
CREATE TRIGGER therapists_due AFTER UPDATE OF zone, person_id, account_id ON therapists
WHEN OLD.zone <> NEW.zone OR OLD.person_id <> NEW.person_id OR OLD.account_id IS NOT NEW.account_id BEGIN
    UPDATE due_things SET revision = revision + 1 WHERE therapist_id IN (SELECT f.id FROM therapists f WHERE f.person_id = NEW.person_id);
END;
-- +goose StatementEnd

-- What a record is called: a file as its school wrote, until it is a person's whole
-- record, and a person as the account says. Mail goes to reach.
CREATE VIEW people AS
    SELECT t.id, t.person_id, t.account_id, t.organization_id, t.birth_date, t.zone, t.created_at,
        CASE WHEN t.account_id IS NULL OR t.person_id <> t.id THEN t.name ELSE a.name END AS name,
        COALESCE(NULLIF(t.email, ''), a.email) AS email, COALESCE(a.email, t.email) AS reach, COALESCE(a.language, '') AS language
    FROM therapists t LEFT JOIN accounts a ON a.id = t.account_id;

-- No two live sessions of one school's file share time. Across files that is a doubt.
DROP TRIGGER entries_no_overlap_insert;
DROP TRIGGER entries_no_overlap_update;
-- +goose StatementBegin
CREATE TRIGGER entries_no_overlap_insert AFTER INSERT ON entries
WHEN NEW.starts_at IS NOT NULL AND (NEW.state = 'signed' OR (NEW.state = 'submitted' AND NEW.corrects_id IS NULL))
BEGIN
    SELECT RAISE(ABORT, 'entries_no_overlap') WHERE EXISTS (
        SELECT 1 FROM entries o
        WHERE o.therapist_id = NEW.therapist_id AND o.organization_id = NEW.organization_id AND o.id <> NEW.id
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
        WHERE o.therapist_id = NEW.therapist_id AND o.organization_id = NEW.organization_id AND o.id <> NEW.id
          AND o.starts_at < NEW.ends_at AND o.ends_at > NEW.starts_at
          -- no session is longer than 12 hours: this bounds the scan
          AND o.starts_at > strftime('%Y-%m-%d %H:%M:%S', NEW.starts_at, '-13 hours')
          AND o.starts_at IS NOT NULL AND (o.state = 'signed' OR (o.state = 'submitted' AND o.corrects_id IS NULL)));
END;
-- +goose StatementEnd

-- Two signed sessions of one person in files of two schools that share time: the one
-- that was signed later does not count until a person of its school has decided. It is
-- found when a session is signed, and when a file becomes part of a record.
CREATE TABLE doubts (
    entry_id TEXT NOT NULL REFERENCES entries (id), -- the session that was signed later
    other_entry_id TEXT NOT NULL REFERENCES entries (id),
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    enrollment_id TEXT NOT NULL REFERENCES enrollments (id),
    found_at DATETIME NOT NULL,
    verdict TEXT NOT NULL DEFAULT '' CHECK (verdict IN ('', 'counts', 'does_not_count')), -- empty: nobody has decided, so that it does not count
    reason TEXT NOT NULL DEFAULT '',
    decided_at DATETIME,
    decided_by TEXT REFERENCES accounts (id),
    PRIMARY KEY (entry_id, other_entry_id),
    CHECK (entry_id <> other_entry_id),
    CHECK ((verdict = '') = (decided_at IS NULL) AND (verdict = '') = (decided_by IS NULL) AND (verdict = '') = (reason = ''))
);
CREATE INDEX doubts_enrollment ON doubts (enrollment_id);
CREATE INDEX doubts_open ON doubts (organization_id, found_at) WHERE decided_at IS NULL;
-- +goose StatementBegin
CREATE TRIGGER doubts_decided BEFORE UPDATE ON doubts
WHEN OLD.decided_at IS NOT NULL OR (NEW.entry_id, NEW.other_entry_id, NEW.organization_id, NEW.enrollment_id, NEW.found_at)
    IS NOT (OLD.entry_id, OLD.other_entry_id, OLD.organization_id, OLD.enrollment_id, OLD.found_at)
BEGIN SELECT RAISE(ABORT, 'frozen: a doubt is decided once'); END;
CREATE TRIGGER doubts_kept BEFORE DELETE ON doubts BEGIN SELECT RAISE(ABORT, 'frozen: a doubt is decided once'); END;
CREATE TRIGGER entries_doubt AFTER UPDATE OF state ON entries
WHEN NEW.state = 'signed' AND OLD.state <> 'signed' AND NEW.starts_at IS NOT NULL
BEGIN
    INSERT OR IGNORE INTO doubts (entry_id, other_entry_id, organization_id, enrollment_id, found_at)
    SELECT NEW.id, o.id, NEW.organization_id, NEW.enrollment_id, NEW.signed_at
    FROM therapists t JOIN therapists r ON r.person_id = t.person_id
    JOIN entries o ON o.therapist_id = r.id AND o.organization_id <> NEW.organization_id AND o.starts_at IS NOT NULL AND o.state = 'signed'
        AND o.starts_at < NEW.ends_at AND o.ends_at > NEW.starts_at AND o.starts_at > strftime('%Y-%m-%d %H:%M:%S', NEW.starts_at, '-13 hours')
    WHERE t.id = NEW.therapist_id;
END;
CREATE TRIGGER therapists_doubt AFTER UPDATE OF joined_at ON therapists
WHEN OLD.joined_at IS NULL AND NEW.joined_at IS NOT NULL
BEGIN
    INSERT OR IGNORE INTO doubts (entry_id, other_entry_id, organization_id, enrollment_id, found_at)
    SELECT later.id, earlier.id, later.organization_id, later.enrollment_id, NEW.joined_at
    FROM therapists r
    JOIN entries a ON a.therapist_id = NEW.id AND a.starts_at IS NOT NULL AND a.state = 'signed'
    JOIN entries b ON b.therapist_id = r.id AND b.organization_id <> a.organization_id AND b.starts_at IS NOT NULL AND b.state = 'signed'
        AND b.starts_at < a.ends_at AND b.ends_at > a.starts_at AND b.starts_at > strftime('%Y-%m-%d %H:%M:%S', a.starts_at, '-13 hours')
    JOIN entries later ON later.id = CASE WHEN (a.signed_at, a.id) > (b.signed_at, b.id) THEN a.id ELSE b.id END
    JOIN entries earlier ON earlier.id = CASE WHEN (a.signed_at, a.id) > (b.signed_at, b.id) THEN b.id ELSE a.id END
    WHERE r.person_id = NEW.person_id AND r.id <> NEW.id;
END;
-- +goose StatementEnd

ALTER TABLE standings ADD COLUMN doubts INTEGER NOT NULL DEFAULT 0; -- of the enrollment when it was judged, those that were decided twice
CREATE VIEW doubted_credits AS
    SELECT c.*, EXISTS (SELECT 1 FROM doubts d WHERE d.entry_id = c.entry_id AND d.verdict <> 'counts') AS doubt FROM credits c;
