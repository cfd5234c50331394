-- A school that closes, with a student who waits for a transcript.
INSERT INTO closings (organization_id, cause, proposed_at, proposed_by, confirmed_at, confirmed_by) VALUES ('01900000-0000-7000-8000-000000000301', 'The owner retires.', '2026-11-20 15:00:00+00:00', '01900000-0000-7000-8000-000000000402', '2026-11-20 16:00:00+00:00', '01900000-0000-7000-8000-000000000403');
INSERT INTO closing_students (enrollment_id, organization_id) VALUES ('01900000-0000-7000-8000-000000001801', '01900000-0000-7000-8000-000000000301');
