ALTER TABLE action_measurement DROP COLUMN p95_ms;
ALTER TABLE action_measurement DROP COLUMN p50_ms;
DROP TABLE step_duration;
