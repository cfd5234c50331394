-- A school that was sent a checkpoint.
INSERT INTO checkpoint_mails (organization_id, day, size, mailed_at) VALUES ('01900000-0000-7000-8000-000000000301', '2026-11-23', 1, '2026-11-23 07:00:00+00:00');
