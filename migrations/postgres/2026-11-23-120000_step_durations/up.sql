-- How the durations of steps are spread, and the percentiles of actions that follow from it.
CREATE TABLE step_duration (
    tenant_id BIGINT NOT NULL,
    workflow_id BIGINT NOT NULL,
    step_name TEXT NOT NULL,
    action_type TEXT NOT NULL,
    from_ms BIGINT NOT NULL,
    count BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, workflow_id, step_name, action_type, from_ms)
);
CREATE INDEX step_duration_by_action ON step_duration (tenant_id, action_type);

-- What was recorded before is counted anew by the projection, sums and durations together: it finds
-- every execution in its queue (consumer 3) as if it had just been reported. The queue is locked
-- first: a projection that runs has taken from it and will write sums, so that it is waited for.
LOCK TABLE execution_change, step_statistics, action_measurement IN ACCESS EXCLUSIVE MODE;
ALTER TABLE action_measurement ADD COLUMN p50_ms BIGINT;
ALTER TABLE action_measurement ADD COLUMN p95_ms BIGINT;
DELETE FROM execution_change WHERE consumer = 3;
DELETE FROM step_statistics;
DELETE FROM action_measurement;
INSERT INTO execution_change (tenant_id, consumer, execution_id, revision, before, deleted, recorded_at)
SELECT tenant_id, 3, id, revision, NULL, FALSE, updated_at FROM execution ORDER BY id;
