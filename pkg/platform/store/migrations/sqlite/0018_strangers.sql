-- +goose Up
-- What strangers report of the directory, and who takes entries down.
CREATE TABLE directory_reports (
    id TEXT PRIMARY KEY,
    therapist_id TEXT NOT NULL REFERENCES therapists (id),
    reason TEXT NOT NULL CHECK (reason IN ('not_this_person', 'not_licensed', 'wrong_contact', 'other')),
    note TEXT NOT NULL,
    reported_at DATETIME NOT NULL,
    outcome TEXT NOT NULL DEFAULT '' CHECK (outcome IN ('', 'kept', 'taken_down')), -- empty: nobody has decided
    decided_for TEXT REFERENCES organizations (id), -- NULL: the operator did
    decided_by TEXT REFERENCES accounts (id),
    decided_at DATETIME,
    CHECK ((outcome = '') = (decided_at IS NULL))
);
CREATE INDEX directory_reports_therapist ON directory_reports (therapist_id, id);

CREATE TABLE directory_take_downs (
    id TEXT PRIMARY KEY,
    therapist_id TEXT NOT NULL REFERENCES therapists (id),
    organization_id TEXT REFERENCES organizations (id), -- NULL: the operator did
    reason TEXT NOT NULL,
    taken_by TEXT NOT NULL REFERENCES accounts (id),
    taken_at DATETIME NOT NULL,
    lifted_by TEXT REFERENCES accounts (id),
    lifted_at DATETIME, -- NULL: the entry is down
    version INTEGER NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX directory_take_downs_school ON directory_take_downs (therapist_id, organization_id) WHERE lifted_at IS NULL;
CREATE UNIQUE INDEX directory_take_downs_operator ON directory_take_downs (therapist_id) WHERE lifted_at IS NULL AND organization_id IS NULL;
CREATE INDEX directory_take_downs_organization ON directory_take_downs (organization_id, id);

-- +goose StatementBegin
CREATE TRIGGER directory_reports_open_locked BEFORE UPDATE ON directory_reports WHEN OLD.outcome = '' AND
    (NEW.id, NEW.therapist_id, NEW.reason, NEW.note, NEW.reported_at) IS NOT (OLD.id, OLD.therapist_id, OLD.reason, OLD.note, OLD.reported_at)
BEGIN SELECT RAISE(ABORT, 'frozen: a report is only ever decided'); END;
CREATE TRIGGER directory_reports_decided_locked BEFORE UPDATE ON directory_reports WHEN OLD.outcome <> ''
BEGIN SELECT RAISE(ABORT, 'frozen: a report is only ever decided'); END;
CREATE TRIGGER directory_reports_kept BEFORE DELETE ON directory_reports BEGIN SELECT RAISE(ABORT, 'frozen: a report is only ever decided'); END;
CREATE TRIGGER directory_take_downs_open_locked BEFORE UPDATE ON directory_take_downs WHEN OLD.lifted_at IS NULL AND
    (NEW.id, NEW.therapist_id, NEW.organization_id, NEW.reason, NEW.taken_by, NEW.taken_at)
    IS NOT (OLD.id, OLD.therapist_id, OLD.organization_id, OLD.reason, OLD.taken_by, OLD.taken_at)
BEGIN SELECT RAISE(ABORT, 'frozen: what was taken down is only ever lifted'); END;
CREATE TRIGGER directory_take_downs_lifted_locked BEFORE UPDATE ON directory_take_downs WHEN OLD.lifted_at IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'frozen: what was taken down is only ever lifted'); END;
CREATE TRIGGER directory_take_downs_kept BEFORE DELETE ON directory_take_downs BEGIN SELECT RAISE(ABORT, 'frozen: what was taken down is only ever lifted'); END;
-- +goose StatementEnd

-- A person's consent that anyone with an address may see parts of the record.
CREATE TABLE share_links (
    id TEXT PRIMARY KEY,
    therapist_id TEXT NOT NULL REFERENCES therapists (id),
    secret_hash BLOB NOT NULL UNIQUE, -- SHA-256 of what stands in the address
    label TEXT NOT NULL,
    scopes TEXT NOT NULL, -- JSON array
    purpose TEXT NOT NULL CHECK (purpose IN ('education', 'employment', 'placement', 'transfer', 'licensing')),
    wording INTEGER NOT NULL,
    words TEXT NOT NULL, -- that the person agreed to
    most INTEGER NOT NULL CHECK (most BETWEEN 1 AND 50), -- uses
    used INTEGER NOT NULL DEFAULT 0 CHECK (used BETWEEN 0 AND most),
    given_at DATETIME NOT NULL,
    until DATETIME NOT NULL,
    ended_at DATETIME
);
CREATE INDEX share_links_therapist ON share_links (therapist_id, id);

CREATE TABLE share_link_uses (
    id TEXT PRIMARY KEY,
    link_id TEXT NOT NULL REFERENCES share_links (id),
    at DATETIME NOT NULL
);
CREATE INDEX share_link_uses_link ON share_link_uses (link_id, id);

-- +goose StatementBegin
CREATE TRIGGER share_links_locked BEFORE UPDATE ON share_links WHEN OLD.ended_at IS NULL AND
    (NEW.id, NEW.therapist_id, NEW.secret_hash, NEW.label, NEW.scopes, NEW.purpose, NEW.wording, NEW.words, NEW.most, NEW.given_at, NEW.until)
    IS NOT (OLD.id, OLD.therapist_id, OLD.secret_hash, OLD.label, OLD.scopes, OLD.purpose, OLD.wording, OLD.words, OLD.most, OLD.given_at, OLD.until)
BEGIN SELECT RAISE(ABORT, 'frozen: a link is only ever used and ended'); END;
CREATE TRIGGER share_links_ended_locked BEFORE UPDATE ON share_links WHEN OLD.ended_at IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'frozen: a link is only ever used and ended'); END;
CREATE TRIGGER share_links_kept BEFORE DELETE ON share_links BEGIN SELECT RAISE(ABORT, 'frozen: a link is only ever used and ended'); END;
CREATE TRIGGER share_link_uses_locked BEFORE UPDATE ON share_link_uses BEGIN SELECT RAISE(ABORT, 'frozen: who looked is not changed'); END;
CREATE TRIGGER share_link_uses_kept BEFORE DELETE ON share_link_uses BEGIN SELECT RAISE(ABORT, 'frozen: who looked is not changed'); END;
-- +goose StatementEnd
