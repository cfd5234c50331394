-- A student file that nobody has accepted.
INSERT INTO therapists (id, created_at, person_id, organization_id, name, email) VALUES ('01900000-0000-7000-8000-000000009901', '2026-11-20 15:00:00+00:00', '01900000-0000-7000-8000-000000009901', '01900000-0000-7000-8000-000000000301', 'Ivy Lane', 'ivy.lane@example.org');
