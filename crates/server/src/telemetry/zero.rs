//! Series that are there before anything happened: a dashboard finds them, and the first event
//! after a start is a rise from 0, which a series that begins with it would hide.

use metrics::{counter, histogram};
use sla::Severity;
use suggestions::{SuggestionSource, SuggestionStatus};
use workflow_model::ExecutionStatus;
use workflow_registry::WorkflowType;
use workflow_sim::SimulationStatus;

/// Makes the series whose labels are known from the start.
pub(super) fn begin() {
    for (workflow_type, _) in WorkflowType::CHOICES {
        for status in ExecutionStatus::ALL.into_iter().filter(|s| s.is_final()) {
            counter!(
                "workflow_execution_total",
                "workflow_type" => workflow_type,
                "status" => status.as_str()
            )
            .absolute(0);
        }
        drop(histogram!(
            "workflow_execution_duration_seconds",
            "workflow_type" => workflow_type
        ));
    }
    for (status, _) in SimulationStatus::CHOICES {
        counter!("workflow_simulation_total", "status" => status).absolute(0);
    }
    drop(histogram!("workflow_simulation_duration_seconds"));
    for (source, _) in SuggestionSource::CHOICES {
        for (status, _) in SuggestionStatus::CHOICES {
            counter!("workflow_suggestion_total", "source" => source, "status" => status)
                .absolute(0);
        }
        drop(histogram!("workflow_suggestion_confidence", "source" => source));
    }
    for result in ["sent", "retry", "refused"] {
        counter!("alert_delivery_total", "result" => result).absolute(0);
    }
    counter!("db_unavailable_total").absolute(0);
}

/// Makes the series of a workflow that has an SLA.
pub(super) fn begin_breaches(workflow_name: &str) {
    for (severity, _) in Severity::CHOICES {
        counter!(
            "workflow_sla_breach_total",
            "severity" => severity,
            "workflow_name" => workflow_name.to_owned()
        )
        .increment(0);
    }
}

/// Makes the series of an action that was measured, of this class when it is declared.
pub(super) fn begin_action(action_type: &str, latency_class: Option<&'static str>) {
    drop(histogram!(
        "action_execution_duration_ms",
        "action_type" => action_type.to_owned()
    ));
    if let Some(latency_class) = latency_class {
        counter!(
            "action_execution_total",
            "action_type" => action_type.to_owned(),
            "latency_class" => latency_class
        )
        .increment(0);
    }
}
