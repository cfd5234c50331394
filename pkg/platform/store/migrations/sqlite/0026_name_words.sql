-- +goose Up
-- The words by which a school finds its students: those of the name, without case,
-- accents and punctuation, and the address. What they are is the program's to say, the
-- same on both databases (pkg/core/fold), so it writes them: of the enrollments of before,
-- when it has migrated. A name that changes loses its words until they are written
-- again, so that nobody is found by a name that is none.
CREATE TABLE name_words (
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    word TEXT NOT NULL, -- empty: of an enrollment whose name and address have none
    enrollment_id TEXT NOT NULL REFERENCES enrollments (id) ON DELETE CASCADE,
    PRIMARY KEY (organization_id, word, enrollment_id)
) WITHOUT ROWID;
CREATE INDEX name_words_enrollment ON name_words (enrollment_id);
-- +goose StatementBegin
CREATE TRIGGER therapists_renamed AFTER UPDATE OF name, email, account_id, person_id ON therapists
WHEN (OLD.name, OLD.email, OLD.account_id, OLD.person_id) IS NOT (NEW.name, NEW.email, NEW.account_id, NEW.person_id)
BEGIN
    DELETE FROM name_words WHERE enrollment_id IN (SELECT e.id FROM enrollments e WHERE e.therapist_id = NEW.id);
END;
CREATE TRIGGER accounts_renamed AFTER UPDATE OF name, email ON accounts
WHEN (OLD.name, OLD.email) IS NOT (NEW.name, NEW.email)
BEGIN
    DELETE FROM name_words WHERE enrollment_id IN (
        SELECT e.id FROM therapists t JOIN enrollments e ON e.therapist_id = t.id WHERE t.account_id = NEW.id AND t.person_id = t.id);
END;
-- +goose StatementEnd
