-- +goose Up
-- A school that has closed certifies, changes, revokes and credits nothing any
-- more, and has no new key.
ALTER TABLE organizations ADD COLUMN closed_at DATETIME; -- NULL: it has not
ALTER TABLE organizations ADD COLUMN closed_cause TEXT NOT NULL DEFAULT '';
-- +goose StatementBegin
CREATE TRIGGER proposals_school_closed BEFORE INSERT ON proposals
WHEN (SELECT closed_at FROM organizations WHERE id = NEW.organization_id) IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'school_closed'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER credentials_school_closed BEFORE INSERT ON credentials
WHEN (SELECT closed_at FROM organizations WHERE id = NEW.organization_id) IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'school_closed'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER credits_school_closed BEFORE INSERT ON credits
WHEN (SELECT closed_at FROM organizations WHERE id = NEW.organization_id) IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'school_closed'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER signing_keys_school_closed BEFORE INSERT ON signing_keys
WHEN (SELECT closed_at FROM organizations WHERE id = NEW.organization_id) IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'school_closed'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER signing_keys_school_closed_update BEFORE UPDATE ON signing_keys
WHEN (SELECT closed_at FROM organizations WHERE id = NEW.organization_id) IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'school_closed'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER credential_documents_school_closed BEFORE INSERT ON credential_documents
WHEN (SELECT o.closed_at FROM organizations o JOIN credentials c ON c.organization_id = o.id WHERE c.id = NEW.credential_id) IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'school_closed'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER credential_states_school_closed BEFORE INSERT ON credential_states
WHEN (SELECT o.closed_at FROM organizations o JOIN credentials c ON c.organization_id = o.id WHERE c.id = NEW.credential_id) IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'school_closed'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER credential_states_school_closed_update BEFORE UPDATE ON credential_states
WHEN (SELECT o.closed_at FROM organizations o JOIN credentials c ON c.organization_id = o.id WHERE c.id = NEW.credential_id) IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'school_closed'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER credential_states_school_closed_delete BEFORE DELETE ON credential_states
WHEN (SELECT o.closed_at FROM organizations o JOIN credentials c ON c.organization_id = o.id WHERE c.id = OLD.credential_id) IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'school_closed'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER organizations_school_closed BEFORE UPDATE ON organizations
WHEN OLD.closed_at IS NOT NULL AND (NEW.closed_at IS NOT OLD.closed_at OR NEW.closed_cause <> OLD.closed_cause)
BEGIN SELECT RAISE(ABORT, 'school_closed'); END;
-- +goose StatementEnd

-- A school in escrow is known by the address that its DID names, and its packages
-- prove their place in the log of the installation that it comes from.
ALTER TABLE escrows ADD COLUMN log_key TEXT NOT NULL DEFAULT ''; -- empty: it kept no log
ALTER TABLE escrows DROP COLUMN did_document; -- it is made of the keys
CREATE INDEX escrow_keys_slug ON escrow_keys (slug);
