-- +goose Up
-- A school that has closed certifies, changes, revokes and credits nothing any
-- more, and has no new key.
ALTER TABLE organizations ADD COLUMN closed_at timestamptz; -- NULL: it has not
ALTER TABLE organizations ADD COLUMN closed_cause text NOT NULL DEFAULT '';
-- +goose StatementBegin
-- Whoever closes a school holds its row; the lock waits for that, and then sees
-- what came of it.
CREATE FUNCTION refuse_closed(school uuid) RETURNS void LANGUAGE plpgsql AS $$
DECLARE closed timestamptz;
BEGIN
    SELECT closed_at INTO closed FROM organizations WHERE id = school FOR KEY SHARE;
    IF closed IS NOT NULL THEN
        RAISE EXCEPTION 'school_closed' USING ERRCODE = 'PA003';
    END IF;
END $$;
CREATE FUNCTION school_closed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM refuse_closed(NEW.organization_id);
    RETURN NEW;
END $$;
CREATE FUNCTION school_of_credential_closed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE kept credential_states.credential_id%TYPE;
BEGIN
    IF TG_OP = 'DELETE' THEN kept := OLD.credential_id; ELSE kept := NEW.credential_id; END IF;
    PERFORM refuse_closed((SELECT organization_id FROM credentials WHERE id = kept));
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$;
CREATE FUNCTION stays_closed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.closed_at IS NOT NULL AND (NEW.closed_at, NEW.closed_cause) IS DISTINCT FROM (OLD.closed_at, OLD.closed_cause) THEN
        RAISE EXCEPTION 'school_closed' USING ERRCODE = 'PA003';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER organizations_school_closed BEFORE UPDATE ON organizations FOR EACH ROW EXECUTE FUNCTION stays_closed();
CREATE TRIGGER proposals_school_closed BEFORE INSERT ON proposals FOR EACH ROW EXECUTE FUNCTION school_closed();
CREATE TRIGGER credentials_school_closed BEFORE INSERT ON credentials FOR EACH ROW EXECUTE FUNCTION school_closed();
CREATE TRIGGER credits_school_closed BEFORE INSERT ON credits FOR EACH ROW EXECUTE FUNCTION school_closed();
CREATE TRIGGER signing_keys_school_closed BEFORE INSERT OR UPDATE ON signing_keys FOR EACH ROW EXECUTE FUNCTION school_closed();
CREATE TRIGGER credential_documents_school_closed BEFORE INSERT ON credential_documents FOR EACH ROW EXECUTE FUNCTION school_of_credential_closed();
CREATE TRIGGER credential_states_school_closed BEFORE INSERT OR UPDATE OR DELETE ON credential_states FOR EACH ROW EXECUTE FUNCTION school_of_credential_closed();

-- A school in escrow is known by the address that its DID names, and its packages
-- prove their place in the log of the installation that it comes from.
ALTER TABLE escrows ADD COLUMN log_key text NOT NULL DEFAULT ''; -- empty: it kept no log
ALTER TABLE escrows DROP COLUMN did_document; -- it is made of the keys
CREATE INDEX escrow_keys_slug ON escrow_keys (slug);
