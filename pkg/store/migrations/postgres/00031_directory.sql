-- +goose Up
-- What a therapist lets the public find. Nothing is found of whom listed is false.
CREATE TABLE directory_profiles (
    therapist_id uuid PRIMARY KEY REFERENCES therapists (id),
    listed boolean NOT NULL,
    name text NOT NULL,
    area text NOT NULL, -- two letters of the state
    place text NOT NULL,
    contact text NOT NULL,
    languages text NOT NULL, -- JSON array, as are the next
    insurances text NOT NULL,
    mentor boolean NOT NULL,
    shown text NOT NULL, -- the chosen fields, separated by a space
    updated_at timestamptz NOT NULL,
    version bigint NOT NULL DEFAULT 1
);
-- What the search looks into: only of the listed, only of chosen fields.
CREATE TABLE directory_facets (
    facet text NOT NULL CHECK (facet IN ('listed', 'area', 'language', 'insurance', 'mentor', 'conditions')),
    value text NOT NULL,
    therapist_id uuid NOT NULL REFERENCES directory_profiles (therapist_id),
    PRIMARY KEY (facet, value, therapist_id)
);
CREATE INDEX directory_facets_therapist ON directory_facets (therapist_id);
