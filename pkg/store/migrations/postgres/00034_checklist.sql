-- +goose Up
-- What a therapist says to have done for the renewal that ends on a day.
CREATE TABLE renewal_ticks (
    license_id uuid NOT NULL REFERENCES licenses (id),
    expires_on date NOT NULL,
    step text NOT NULL,
    done_on date NOT NULL,
    note text NOT NULL DEFAULT '',
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (license_id, expires_on, step)
);
