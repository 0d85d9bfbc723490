//! Changes of an SLA, and the checks that need several of its fields.

use crate::{Sla, SlaChange, Thresholds};
use document::{Problem, Problems};

pub(crate) const WORKFLOW: &str = "workflow";
pub(crate) const TARGET: &str = "target_duration_seconds";
pub(crate) const WARNING: &str = "warning_threshold_seconds";
pub(crate) const CRITICAL: &str = "critical_threshold_seconds";

/// Merges a change into an SLA and checks the whole. Counters, revision and times stay.
pub(crate) fn merge(sla: &Sla, change: SlaChange) -> Result<Sla, Vec<Problem>> {
    let problems = Problems::default();
    if change
        .workflow
        .is_some_and(|workflow| workflow != sla.workflow)
    {
        problems.add(
            WORKFLOW,
            format!(
                "The workflow of an SLA cannot be changed (it is {}). Create an SLA for the other \
                 workflow.",
                sla.workflow
            ),
        );
    }
    let thresholds = Thresholds {
        warning_millis: change
            .warning_millis
            .unwrap_or(sla.thresholds.warning_millis),
        target_millis: change.target_millis.unwrap_or(sla.thresholds.target_millis),
        critical_millis: change
            .critical_millis
            .unwrap_or(sla.thresholds.critical_millis),
    };
    // The field that the client sent is the one to correct.
    let warning = if change.warning_millis.is_some() {
        WARNING
    } else {
        TARGET
    };
    let critical = if change.critical_millis.is_some() {
        CRITICAL
    } else {
        TARGET
    };
    check_order(thresholds, warning, critical, |path, message| {
        problems.add(path, message);
    });
    let merged = Sla {
        name: change.name.unwrap_or_else(|| sla.name.clone()),
        description: change
            .description
            .unwrap_or_else(|| sla.description.clone()),
        thresholds,
        window_hours: change.window_hours.unwrap_or(sla.window_hours),
        objective_percent: change.objective_percent.unwrap_or(sla.objective_percent),
        is_active: change.is_active.unwrap_or(sla.is_active),
        alert_recipients: change
            .alert_recipients
            .unwrap_or_else(|| sla.alert_recipients.clone()),
        ..sla.clone()
    };
    problems.settle(Some(merged))
}

/// Notes thresholds that are out of order under the given paths.
pub(crate) fn check_order(
    thresholds: Thresholds,
    warning_path: &str,
    critical_path: &str,
    note: impl Fn(&str, String),
) {
    let Thresholds {
        warning_millis,
        target_millis,
        critical_millis,
    } = thresholds;
    let sentence = |what: &str, millis, relation: &str| {
        format!(
            "The {what} threshold ({} s) must be {relation} the target ({} s).",
            seconds(millis),
            seconds(target_millis)
        )
    };
    if warning_millis > target_millis {
        note(warning_path, sentence("warning", warning_millis, "at most"));
    }
    if critical_millis < target_millis {
        note(
            critical_path,
            sentence("critical", critical_millis, "at least"),
        );
    }
}

/// Milliseconds as seconds, without needless decimals.
fn seconds(millis: i64) -> String {
    match millis % 1_000 {
        0 => (millis / 1_000).to_string(),
        rest => format!("{}.{rest:03}", millis / 1_000)
            .trim_end_matches('0')
            .to_owned(),
    }
}
