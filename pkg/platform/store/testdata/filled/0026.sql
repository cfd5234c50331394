-- The words by which Dee is found; those of others are written when it has migrated.
INSERT INTO name_words (organization_id, word, enrollment_id) VALUES ('01900000-0000-7000-8000-000000000301', 'dee', '01900000-0000-7000-8000-000000001899');
INSERT INTO name_words (organization_id, word, enrollment_id) VALUES ('01900000-0000-7000-8000-000000000301', 'dee@example.org', '01900000-0000-7000-8000-000000001899');
INSERT INTO name_words (organization_id, word, enrollment_id) VALUES ('01900000-0000-7000-8000-000000000301', 'signed', '01900000-0000-7000-8000-000000001899');
