-- +goose Up
-- Rules are said by their figures from now on. What was kept of a standing says
-- them in the school's own words; it is judged again when it is next looked at.
DELETE FROM standings;
