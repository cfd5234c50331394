-- +goose Up
-- What a therapist says to have done for the renewal that ends on a day.
CREATE TABLE renewal_ticks (
    license_id TEXT NOT NULL REFERENCES licenses (id),
    expires_on DATE NOT NULL,
    step text NOT NULL,
    done_on DATE NOT NULL,
    note text NOT NULL DEFAULT '',
    recorded_at DATETIME NOT NULL,
    PRIMARY KEY (license_id, expires_on, step)
);
