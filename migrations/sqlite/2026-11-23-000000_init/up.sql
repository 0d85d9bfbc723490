-- Ids are 64-bit numbers that are never used twice; times and durations are milliseconds; JSON is text and
-- is never queried. Every table has a tenant, and every statement names it.
-- Booleans are 0 and 1: a STRICT table knows no other type for them.

-- Owners of everything below.
CREATE TABLE tenant (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    UNIQUE (name)
) STRICT;

-- API tokens; only a hash of the secret.
CREATE TABLE token (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    tenant_id INTEGER NOT NULL,
    user_name TEXT NOT NULL,
    role TEXT NOT NULL,
    prefix TEXT NOT NULL,
    hash TEXT NOT NULL,
    limited INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    revoked_at INTEGER,
    UNIQUE (prefix),
    FOREIGN KEY (tenant_id) REFERENCES tenant (id)
) STRICT;
CREATE INDEX token_by_tenant ON token (tenant_id, id);

-- Admitted calls that are still in their window.
CREATE TABLE rate_call (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    tenant_id INTEGER NOT NULL,
    subject TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX rate_call_by_subject ON rate_call (tenant_id, subject, at);

-- What was answered under an Idempotency-Key.
CREATE TABLE answer (
    tenant_id INTEGER NOT NULL,
    principal TEXT NOT NULL,
    operation TEXT NOT NULL,
    key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    status INTEGER NOT NULL,
    body TEXT NOT NULL,
    location TEXT,
    etag TEXT,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, principal, operation, key)
) STRICT;
CREATE INDEX answer_by_age ON answer (tenant_id, created_at);

-- Workflows, with the current version of their definition.
CREATE TABLE workflow (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    tenant_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    search_text TEXT NOT NULL,
    description TEXT NOT NULL,
    workflow_type TEXT NOT NULL,
    status TEXT NOT NULL,
    version INTEGER NOT NULL,
    definition TEXT NOT NULL,
    execution_count INTEGER NOT NULL,
    last_executed_at INTEGER,
    created_by TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    revision INTEGER NOT NULL
) STRICT;
CREATE INDEX workflow_by_name ON workflow (tenant_id, name, id);
CREATE INDEX workflow_by_age ON workflow (tenant_id, created_at, id);
CREATE INDEX workflow_by_use ON workflow (tenant_id, execution_count, id);

-- Every definition that a workflow ever had.
CREATE TABLE workflow_version (
    tenant_id INTEGER NOT NULL,
    workflow_id INTEGER NOT NULL,
    version INTEGER NOT NULL,
    definition TEXT NOT NULL,
    PRIMARY KEY (workflow_id, version),
    FOREIGN KEY (workflow_id) REFERENCES workflow (id) ON DELETE CASCADE
) STRICT;

-- Recorded executions with their steps. No foreign key: recording locks the workflow once a call.
CREATE TABLE execution (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    tenant_id INTEGER NOT NULL,
    workflow_id INTEGER NOT NULL,
    workflow_version INTEGER NOT NULL,
    external_id TEXT,
    status TEXT NOT NULL,
    outcome TEXT,
    error_message TEXT,
    started_at INTEGER NOT NULL,
    completed_at INTEGER,
    duration_ms INTEGER,
    paused_at INTEGER,
    paused_ms INTEGER NOT NULL,
    triggered_by TEXT,
    input_data TEXT NOT NULL,
    steps TEXT NOT NULL,
    merge_state TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    revision INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX execution_by_external_id ON execution (tenant_id, external_id, workflow_id) WHERE external_id IS NOT NULL;
CREATE INDEX execution_by_workflow ON execution (tenant_id, workflow_id, started_at, id);
CREATE INDEX execution_by_id ON execution (tenant_id, id);
CREATE INDEX execution_of_workflow ON execution (tenant_id, workflow_id, id);
CREATE INDEX execution_by_start ON execution (tenant_id, started_at, id);
CREATE INDEX execution_by_status ON execution (tenant_id, status, started_at, id);
CREATE INDEX execution_by_end ON execution (tenant_id, completed_at, id);
CREATE INDEX execution_by_duration ON execution (tenant_id, duration_ms, id);
CREATE INDEX execution_by_outcome ON execution (tenant_id, outcome, started_at, id) WHERE outcome IS NOT NULL;

-- A queue of changes for each consumer; rows leave it in the transaction that applies them.
CREATE TABLE execution_change (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    tenant_id INTEGER NOT NULL,
    consumer INTEGER NOT NULL,
    execution_id INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    before TEXT,
    deleted INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL
) STRICT;
CREATE INDEX execution_change_by_consumer ON execution_change (consumer, tenant_id, sequence);
CREATE INDEX execution_change_of_execution ON execution_change (execution_id, consumer, sequence) WHERE before IS NOT NULL;

-- How many executions there are of each kind.
CREATE TABLE execution_tally (
    tenant_id INTEGER NOT NULL,
    workflow_id INTEGER NOT NULL,
    status TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, workflow_id, status)
) STRICT, WITHOUT ROWID;

-- Sums over recorded steps that ended.
CREATE TABLE step_statistics (
    tenant_id INTEGER NOT NULL,
    workflow_id INTEGER NOT NULL,
    step_name TEXT NOT NULL,
    action_type TEXT NOT NULL,
    completed INTEGER NOT NULL,
    failed INTEGER NOT NULL,
    timed INTEGER NOT NULL,
    total_ms INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, workflow_id, step_name, action_type)
) STRICT, WITHOUT ROWID;
CREATE INDEX step_statistics_by_action ON step_statistics (tenant_id, action_type);

-- The catalogue of actions, as declared.
CREATE TABLE action (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    tenant_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    search_text TEXT NOT NULL,
    description TEXT NOT NULL,
    action_type TEXT NOT NULL,
    is_idempotent INTEGER NOT NULL,
    latency_class TEXT NOT NULL,
    side_effects TEXT NOT NULL,
    input_schema TEXT NOT NULL,
    output_schema TEXT NOT NULL,
    is_active INTEGER NOT NULL,
    is_global INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    revision INTEGER NOT NULL
) STRICT;
CREATE INDEX action_by_type ON action (tenant_id, action_type, name);
CREATE INDEX action_global ON action (action_type, id) WHERE is_global;

-- How an action behaved in the executions of the tenant that reads it.
CREATE TABLE action_measurement (
    tenant_id INTEGER NOT NULL,
    action_id INTEGER NOT NULL,
    completed INTEGER NOT NULL,
    failed INTEGER NOT NULL,
    timed INTEGER NOT NULL,
    total_ms INTEGER NOT NULL,
    execution_count INTEGER NOT NULL,
    success_rate REAL,
    average_ms REAL,
    PRIMARY KEY (tenant_id, action_id),
    FOREIGN KEY (action_id) REFERENCES action (id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX action_measurement_of_action ON action_measurement (action_id);

-- Suggestions and their review.
CREATE TABLE suggestion (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    tenant_id INTEGER NOT NULL,
    title TEXT NOT NULL,
    search_text TEXT NOT NULL,
    description TEXT NOT NULL,
    source TEXT NOT NULL,
    workflow_id INTEGER,
    workflow_template TEXT NOT NULL,
    confidence REAL NOT NULL,
    supporting_data TEXT NOT NULL,
    pattern_frequency INTEGER NOT NULL,
    fingerprint TEXT,
    status TEXT NOT NULL,
    reviewed_by TEXT,
    reviewed_at INTEGER,
    review_notes TEXT NOT NULL,
    implemented_as INTEGER,
    created_by TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    FOREIGN KEY (workflow_id) REFERENCES workflow (id) ON DELETE SET NULL,
    FOREIGN KEY (implemented_as) REFERENCES workflow (id) ON DELETE SET NULL
) STRICT;
CREATE INDEX suggestion_by_age ON suggestion (tenant_id, created_at, id);
CREATE INDEX suggestion_by_confidence ON suggestion (tenant_id, confidence, id);
CREATE INDEX suggestion_by_frequency ON suggestion (tenant_id, pattern_frequency, id);
CREATE INDEX suggestion_by_fingerprint ON suggestion (tenant_id, fingerprint, id) WHERE fingerprint IS NOT NULL;
CREATE INDEX suggestion_of_workflow ON suggestion (workflow_id) WHERE workflow_id IS NOT NULL;
CREATE INDEX suggestion_implemented_as ON suggestion (implemented_as) WHERE implemented_as IS NOT NULL;

-- Simulations; immutable.
CREATE TABLE simulation (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    tenant_id INTEGER NOT NULL,
    workflow_id INTEGER,
    workflow_name TEXT NOT NULL,
    workflow_version INTEGER NOT NULL,
    mode TEXT NOT NULL,
    input_data TEXT NOT NULL,
    status TEXT NOT NULL,
    result TEXT NOT NULL,
    created_by TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    completed_at INTEGER,
    FOREIGN KEY (workflow_id) REFERENCES workflow (id)
) STRICT;
CREATE INDEX simulation_by_id ON simulation (tenant_id, id);
CREATE INDEX simulation_by_start ON simulation (tenant_id, started_at, id);
CREATE INDEX simulation_by_end ON simulation (tenant_id, completed_at, id);
CREATE INDEX simulation_of_workflow ON simulation (workflow_id, started_at, id);

-- SLAs with their counters, and how far the judgement of their first window is.
CREATE TABLE sla (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    tenant_id INTEGER NOT NULL,
    workflow_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    search_text TEXT NOT NULL,
    description TEXT NOT NULL,
    target_ms INTEGER NOT NULL,
    warning_ms INTEGER NOT NULL,
    critical_ms INTEGER NOT NULL,
    window_hours INTEGER NOT NULL,
    objective REAL NOT NULL,
    is_active INTEGER NOT NULL,
    alert_recipients TEXT NOT NULL,
    total_executions INTEGER NOT NULL,
    breached_executions INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    backfill_from INTEGER,
    backfill_until INTEGER,
    backfill_cursor INTEGER,
    FOREIGN KEY (workflow_id) REFERENCES workflow (id)
) STRICT;
CREATE INDEX sla_by_name ON sla (tenant_id, name, id);
CREATE INDEX sla_by_age ON sla (tenant_id, created_at, id);
CREATE INDEX sla_of_workflow ON sla (workflow_id);
CREATE INDEX sla_backfilling ON sla (tenant_id, id) WHERE backfill_from IS NOT NULL;

-- What is known of an execution under an SLA.
CREATE TABLE sla_judgement (
    tenant_id INTEGER NOT NULL,
    sla_id INTEGER NOT NULL,
    execution_id INTEGER NOT NULL,
    workflow_id INTEGER NOT NULL,
    counted INTEGER NOT NULL,
    at INTEGER NOT NULL,
    duration_ms INTEGER NOT NULL,
    breached INTEGER NOT NULL,
    severity TEXT,
    next_deadline INTEGER,
    PRIMARY KEY (sla_id, execution_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX sla_judgement_by_time ON sla_judgement (sla_id, at, counted, breached, severity);
CREATE INDEX sla_judgement_due ON sla_judgement (next_deadline, tenant_id) WHERE next_deadline IS NOT NULL;

-- Sums of judgements by minute (level 1) and by hour (level 60).
CREATE TABLE sla_bucket (
    tenant_id INTEGER NOT NULL,
    sla_id INTEGER NOT NULL,
    level INTEGER NOT NULL,
    start INTEGER NOT NULL,
    total INTEGER NOT NULL,
    breached INTEGER NOT NULL,
    breaches INTEGER NOT NULL,
    critical INTEGER NOT NULL,
    warning INTEGER NOT NULL,
    PRIMARY KEY (sla_id, level, start)
) STRICT, WITHOUT ROWID;

-- One record for each SLA and execution over a threshold.
CREATE TABLE sla_breach (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    tenant_id INTEGER NOT NULL,
    sla_id INTEGER NOT NULL,
    workflow_id INTEGER NOT NULL,
    execution_id INTEGER NOT NULL,
    severity TEXT NOT NULL,
    actual_ms INTEGER NOT NULL,
    target_ms INTEGER NOT NULL,
    margin_ms INTEGER NOT NULL,
    alert_sent_at INTEGER,
    alert_recipients TEXT NOT NULL,
    acknowledged_by TEXT,
    acknowledged_at INTEGER,
    resolution_notes TEXT NOT NULL,
    detected_at INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    UNIQUE (sla_id, execution_id),
    FOREIGN KEY (sla_id) REFERENCES sla (id) ON DELETE CASCADE
) STRICT;
CREATE INDEX sla_breach_by_id ON sla_breach (tenant_id, id);
CREATE INDEX sla_breach_by_time ON sla_breach (tenant_id, detected_at, id);
CREATE INDEX sla_breach_of_sla ON sla_breach (tenant_id, sla_id, detected_at, id);
CREATE INDEX sla_breach_by_margin ON sla_breach (tenant_id, margin_ms, id);
CREATE INDEX sla_breach_unacknowledged ON sla_breach (tenant_id, detected_at, id) WHERE acknowledged_at IS NULL;

-- Alerts to deliver, one for each breach and recipient.
CREATE TABLE alert (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    tenant_id INTEGER NOT NULL,
    breach_id INTEGER NOT NULL,
    severity TEXT NOT NULL,
    recipient TEXT NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    last_error TEXT,
    sent_at INTEGER,
    created_at INTEGER NOT NULL,
    UNIQUE (breach_id, recipient),
    FOREIGN KEY (breach_id) REFERENCES sla_breach (id) ON DELETE CASCADE
) STRICT;
CREATE INDEX alert_due ON alert (state, due_at, id);

-- Process templates.
CREATE TABLE template (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    tenant_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    search_text TEXT NOT NULL,
    description TEXT NOT NULL,
    version TEXT NOT NULL,
    template_type TEXT NOT NULL,
    process_steps TEXT NOT NULL,
    variables TEXT NOT NULL,
    settings TEXT NOT NULL,
    graph_spec TEXT,
    is_active INTEGER NOT NULL,
    is_public INTEGER NOT NULL,
    usage_count INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    UNIQUE (tenant_id, name, version)
) STRICT;
CREATE INDEX template_by_name ON template (tenant_id, name, id);
CREATE INDEX template_by_age ON template (tenant_id, created_at, id);
CREATE INDEX template_public ON template (name, id) WHERE is_public;
