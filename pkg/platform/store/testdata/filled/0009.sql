INSERT INTO log_audits (day, ends_at, lines, digest, number) VALUES ('2026-11-01', '2026-11-02 00:00:00+00:00', 1, '\x4d01', 0);
