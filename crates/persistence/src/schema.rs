//! The tables of both databases. A test compares this with what the migrations make.

diesel::table! {
    /// Owners of everything below.
    tenant (id) {
        id -> BigInt,
        name -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    /// API tokens; only a hash of the secret.
    token (id) {
        id -> BigInt,
        tenant_id -> BigInt,
        user_name -> Text,
        role -> Text,
        prefix -> Text,
        hash -> Text,
        limited -> Bool,
        created_at -> BigInt,
        expires_at -> Nullable<BigInt>,
        revoked_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    /// Admitted calls that are still in their window.
    rate_call (id) {
        id -> BigInt,
        tenant_id -> BigInt,
        subject -> Text,
        at -> BigInt,
    }
}

diesel::table! {
    /// What was answered under an Idempotency-Key.
    answer (tenant_id, principal, operation, key) {
        tenant_id -> BigInt,
        principal -> Text,
        operation -> Text,
        key -> Text,
        fingerprint -> Text,
        status -> BigInt,
        body -> Text,
        location -> Nullable<Text>,
        etag -> Nullable<Text>,
        created_at -> BigInt,
    }
}

diesel::table! {
    /// Workflows, with the current version of their definition.
    workflow (id) {
        id -> BigInt,
        tenant_id -> BigInt,
        name -> Text,
        search_text -> Text,
        description -> Text,
        workflow_type -> Text,
        status -> Text,
        version -> BigInt,
        definition -> Text,
        execution_count -> BigInt,
        last_executed_at -> Nullable<BigInt>,
        created_by -> Text,
        created_at -> BigInt,
        updated_at -> BigInt,
        revision -> BigInt,
    }
}

diesel::table! {
    /// Every definition that a workflow ever had.
    workflow_version (workflow_id, version) {
        tenant_id -> BigInt,
        workflow_id -> BigInt,
        version -> BigInt,
        definition -> Text,
    }
}

diesel::table! {
    /// Recorded executions with their steps. No foreign key: recording locks the workflow once a call.
    execution (id) {
        id -> BigInt,
        tenant_id -> BigInt,
        workflow_id -> BigInt,
        workflow_version -> BigInt,
        external_id -> Nullable<Text>,
        status -> Text,
        outcome -> Nullable<Text>,
        error_message -> Nullable<Text>,
        started_at -> BigInt,
        completed_at -> Nullable<BigInt>,
        duration_ms -> Nullable<BigInt>,
        paused_at -> Nullable<BigInt>,
        paused_ms -> BigInt,
        triggered_by -> Nullable<Text>,
        input_data -> Text,
        steps -> Text,
        merge_state -> Nullable<Text>,
        created_at -> BigInt,
        updated_at -> BigInt,
        revision -> BigInt,
    }
}

diesel::table! {
    /// A queue of changes for each consumer; rows leave it in the transaction that applies them.
    execution_change (sequence) {
        sequence -> BigInt,
        tenant_id -> BigInt,
        consumer -> Integer,
        execution_id -> BigInt,
        revision -> BigInt,
        before -> Nullable<Text>,
        deleted -> Bool,
        recorded_at -> BigInt,
    }
}

diesel::table! {
    /// How many executions there are of each kind.
    execution_tally (tenant_id, workflow_id, status) {
        tenant_id -> BigInt,
        workflow_id -> BigInt,
        status -> Text,
        count -> BigInt,
    }
}

diesel::table! {
    /// Sums over recorded steps that ended.
    step_statistics (tenant_id, workflow_id, step_name, action_type) {
        tenant_id -> BigInt,
        workflow_id -> BigInt,
        step_name -> Text,
        action_type -> Text,
        completed -> BigInt,
        failed -> BigInt,
        timed -> BigInt,
        total_ms -> BigInt,
    }
}

diesel::table! {
    /// How many durations of a step lie in which bucket.
    step_duration (tenant_id, workflow_id, step_name, action_type, from_ms) {
        tenant_id -> BigInt,
        workflow_id -> BigInt,
        step_name -> Text,
        action_type -> Text,
        from_ms -> BigInt,
        count -> BigInt,
    }
}

diesel::table! {
    /// The catalogue of actions, as declared.
    action (id) {
        id -> BigInt,
        tenant_id -> BigInt,
        name -> Text,
        search_text -> Text,
        description -> Text,
        action_type -> Text,
        is_idempotent -> Bool,
        latency_class -> Text,
        side_effects -> Text,
        input_schema -> Text,
        output_schema -> Text,
        is_active -> Bool,
        is_global -> Bool,
        created_by -> Text,
        created_at -> BigInt,
        updated_at -> BigInt,
        revision -> BigInt,
    }
}

diesel::table! {
    /// How an action behaved in the executions of the tenant that reads it.
    action_measurement (tenant_id, action_id) {
        tenant_id -> BigInt,
        action_id -> BigInt,
        completed -> BigInt,
        failed -> BigInt,
        timed -> BigInt,
        total_ms -> BigInt,
        execution_count -> BigInt,
        success_rate -> Nullable<Double>,
        average_ms -> Nullable<Double>,
        p50_ms -> Nullable<BigInt>,
        p95_ms -> Nullable<BigInt>,
    }
}

diesel::table! {
    /// Suggestions and their review.
    suggestion (id) {
        id -> BigInt,
        tenant_id -> BigInt,
        title -> Text,
        search_text -> Text,
        description -> Text,
        source -> Text,
        workflow_id -> Nullable<BigInt>,
        workflow_template -> Text,
        confidence -> Double,
        supporting_data -> Text,
        pattern_frequency -> BigInt,
        fingerprint -> Nullable<Text>,
        status -> Text,
        reviewed_by -> Nullable<Text>,
        reviewed_at -> Nullable<BigInt>,
        review_notes -> Text,
        implemented_as -> Nullable<BigInt>,
        created_by -> Text,
        created_at -> BigInt,
        updated_at -> BigInt,
        revision -> BigInt,
    }
}

diesel::table! {
    /// Simulations; immutable.
    simulation (id) {
        id -> BigInt,
        tenant_id -> BigInt,
        workflow_id -> Nullable<BigInt>,
        workflow_name -> Text,
        workflow_version -> BigInt,
        mode -> Text,
        input_data -> Text,
        status -> Text,
        result -> Text,
        created_by -> Text,
        started_at -> BigInt,
        completed_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    /// SLAs with their counters, and how far the judgement of their first window is.
    sla (id) {
        id -> BigInt,
        tenant_id -> BigInt,
        workflow_id -> BigInt,
        name -> Text,
        search_text -> Text,
        description -> Text,
        target_ms -> BigInt,
        warning_ms -> BigInt,
        critical_ms -> BigInt,
        window_hours -> BigInt,
        objective -> Double,
        is_active -> Bool,
        alert_recipients -> Text,
        total_executions -> BigInt,
        breached_executions -> BigInt,
        created_by -> Text,
        created_at -> BigInt,
        updated_at -> BigInt,
        revision -> BigInt,
        backfill_from -> Nullable<BigInt>,
        backfill_until -> Nullable<BigInt>,
        backfill_cursor -> Nullable<BigInt>,
    }
}

diesel::table! {
    /// What is known of an execution under an SLA.
    sla_judgement (sla_id, execution_id) {
        tenant_id -> BigInt,
        sla_id -> BigInt,
        execution_id -> BigInt,
        workflow_id -> BigInt,
        counted -> Bool,
        at -> BigInt,
        duration_ms -> BigInt,
        breached -> Bool,
        severity -> Nullable<Text>,
        next_deadline -> Nullable<BigInt>,
    }
}

diesel::table! {
    /// Sums of judgements by minute (level 1) and by hour (level 60).
    sla_bucket (sla_id, level, start) {
        tenant_id -> BigInt,
        sla_id -> BigInt,
        level -> Integer,
        start -> BigInt,
        total -> BigInt,
        breached -> BigInt,
        breaches -> BigInt,
        critical -> BigInt,
        warning -> BigInt,
    }
}

diesel::table! {
    /// One record for each SLA and execution over a threshold.
    sla_breach (id) {
        id -> BigInt,
        tenant_id -> BigInt,
        sla_id -> BigInt,
        workflow_id -> BigInt,
        execution_id -> BigInt,
        severity -> Text,
        actual_ms -> BigInt,
        target_ms -> BigInt,
        margin_ms -> BigInt,
        alert_sent_at -> Nullable<BigInt>,
        alert_recipients -> Text,
        acknowledged_by -> Nullable<Text>,
        acknowledged_at -> Nullable<BigInt>,
        resolution_notes -> Text,
        detected_at -> BigInt,
        revision -> BigInt,
    }
}

diesel::table! {
    /// Alerts to deliver, one for each breach and recipient.
    alert (id) {
        id -> BigInt,
        tenant_id -> BigInt,
        breach_id -> BigInt,
        severity -> Text,
        recipient -> Text,
        subject -> Text,
        body -> Text,
        state -> Text,
        attempts -> BigInt,
        due_at -> BigInt,
        last_error -> Nullable<Text>,
        sent_at -> Nullable<BigInt>,
        created_at -> BigInt,
    }
}

diesel::table! {
    /// Process templates.
    template (id) {
        id -> BigInt,
        tenant_id -> BigInt,
        name -> Text,
        search_text -> Text,
        description -> Text,
        version -> Text,
        template_type -> Text,
        process_steps -> Text,
        variables -> Text,
        settings -> Text,
        graph_spec -> Nullable<Text>,
        is_active -> Bool,
        is_public -> Bool,
        usage_count -> BigInt,
        created_by -> Text,
        created_at -> BigInt,
        updated_at -> BigInt,
        revision -> BigInt,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    tenant,
    token,
    rate_call,
    answer,
    workflow,
    workflow_version,
    execution,
    execution_change,
    execution_tally,
    step_duration,
    step_statistics,
    action,
    action_measurement,
    suggestion,
    simulation,
    sla,
    sla_judgement,
    sla_bucket,
    sla_breach,
    alert,
    template,
);

#[cfg(test)]
mod tests;
