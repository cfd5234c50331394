-- +goose Up
-- Who saw a record before there were grants: a school since it had enrolled the person or
-- recorded a course, an employer since it had a certificate's code. That has ended, and
-- both sides are told once.
CREATE TABLE former_sights (
    therapist_id uuid NOT NULL REFERENCES therapists (id),
    organization_id uuid NOT NULL REFERENCES organizations (id),
    therapist_told_at timestamptz,
    organization_told_at timestamptz,
    PRIMARY KEY (therapist_id, organization_id)
);
CREATE INDEX former_sights_therapist ON former_sights (therapist_id) WHERE therapist_told_at IS NULL;
CREATE INDEX former_sights_organization ON former_sights (organization_id) WHERE organization_told_at IS NULL;
INSERT INTO former_sights (therapist_id, organization_id)
SELECT DISTINCT t.id, k.organization_id
FROM (SELECT therapist_id, organization_id FROM enrollments UNION SELECT therapist_id, organization_id FROM course_completions
    UNION SELECT therapist_id, organization_id FROM disclosures) k
JOIN therapists t ON t.id = k.therapist_id
WHERE t.account_id IS NOT NULL AND t.organization_id IS NULL
    AND NOT EXISTS (SELECT 1 FROM grants g WHERE g.therapist_id = t.id AND g.organization_id = k.organization_id AND g.ended_at IS NULL);
