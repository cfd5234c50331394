-- +goose Up
-- Who is trained for what, by which certificate: made anew in each transaction
-- that issues or changes a specialty certificate, or changes what a course is
-- about. One row for each condition with each technique or modality ("means") of
-- one course; '' stands for any.
CREATE TABLE abilities (
    organization_id uuid NOT NULL REFERENCES organizations (id), -- that issued the certificate
    condition text NOT NULL,
    means text NOT NULL,
    therapist_id uuid NOT NULL REFERENCES therapists (id),
    area text NOT NULL, -- where the therapist says to work; empty: not told
    credential_id uuid NOT NULL REFERENCES credentials (id), -- of several the one that is good for longest
    valid_until timestamptz, -- NULL: without end
    PRIMARY KEY (organization_id, condition, means, therapist_id)
);
CREATE INDEX abilities_area ON abilities (organization_id, condition, means, area, therapist_id);
CREATE INDEX abilities_therapist ON abilities (therapist_id, condition, means);
CREATE INDEX disclosures_seen ON disclosures (organization_id, therapist_id);
