//! What an alert says, in plain English.

use crate::{AlertPolicy, NewAlert, Severity, Sla, judge};
use chrono::{DateTime, SecondsFormat, Utc};
use std::collections::HashSet;
use std::fmt::Write as _;
use workflow_model::Execution;

/// The longest name in a subject, in characters; the body has it in full.
const MAX_NAME: usize = 80;

/// One alert for each recipient of the SLA, or for each default recipient when it names none.
/// An address that is listed twice gets one.
pub(crate) fn alerts(
    sla: &Sla,
    execution: &Execution,
    severity: Severity,
    actual_millis: i64,
    policy: &AlertPolicy,
    now: DateTime<Utc>,
) -> Vec<NewAlert> {
    let recipients = if sla.alert_recipients.is_empty() {
        &policy.default_recipients
    } else {
        &sla.alert_recipients
    };
    let subject = subject(sla, execution, severity);
    let body = body(sla, execution, severity, actual_millis, now);
    let mut told = HashSet::new();
    recipients
        .iter()
        .filter(|recipient| told.insert(recipient.to_lowercase()))
        .map(|recipient| NewAlert {
            recipient: recipient.clone(),
            subject: subject.clone(),
            body: body.clone(),
        })
        .collect()
}

fn subject(sla: &Sla, execution: &Execution, severity: Severity) -> String {
    one_line(&format!(
        "[{}] SLA \"{}\": {}, execution {}",
        severity.as_str(),
        shortened(&sla.name),
        shortened(&execution.workflow_name),
        execution.id
    ))
}

fn shortened(name: &str) -> String {
    if name.chars().count() <= MAX_NAME {
        return name.to_owned();
    }
    name.chars().take(MAX_NAME - 1).chain(['…']).collect()
}

fn body(
    sla: &Sla,
    execution: &Execution,
    severity: Severity,
    actual_millis: i64,
    now: DateTime<Utc>,
) -> String {
    let mut text = summary(sla, execution, actual_millis);
    let run = match &execution.external_id {
        Some(external) => format!("{} (external id {external})", execution.id),
        None => execution.id.to_string(),
    };
    let margin = actual_millis - sla.thresholds.target_millis;
    let difference = if margin > 0 {
        "Over target by"
    } else {
        "Left to target"
    };
    let rows = [
        ("Severity", severity.as_str().to_owned()),
        ("SLA", format!("{} (id {})", sla.name, sla.id)),
        (
            "Workflow",
            format!("{} (id {})", execution.workflow_name, execution.workflow),
        ),
        ("Execution", run),
        ("Status", execution.status.as_str().to_owned()),
        ("Started", instant(execution.started_at)),
        ("Actual", duration(actual_millis)),
        ("Target", duration(sla.thresholds.target_millis)),
        (difference, duration(margin.abs())),
        ("Detected", instant(now)),
    ];
    text.push_str("\n\n");
    for (label, value) in rows {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{:<16}{}", format!("{label}:"), one_line(&value));
    }
    text
}

/// One sentence that says what happened, or is happening.
fn summary(sla: &Sla, execution: &Execution, actual_millis: i64) -> String {
    let actual = duration(actual_millis);
    let breached = judge(sla.thresholds, actual_millis).breached;
    let what = match (execution.status.is_final(), breached) {
        (true, true) => format!("took {actual}, longer than"),
        (true, false) => format!("took {actual}, close to"),
        (false, true) => format!("has been running for {actual}, longer than"),
        (false, false) => format!("has been running for {actual} and is close to"),
    };
    one_line(&format!(
        "An execution of the workflow \"{}\" {what} its target of {}.",
        execution.workflow_name,
        duration(sla.thresholds.target_millis)
    ))
}

/// An instant to the second.
fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// A duration in the two largest units that it has, such as `7 min 30 s`; below a minute to the
/// millisecond.
fn duration(millis: i64) -> String {
    const UNITS: [(i64, &str); 4] = [(86_400, "d"), (3_600, "h"), (60, "min"), (1, "s")];
    let millis = millis.max(0);
    let seconds = millis / 1_000;
    if seconds < 60 {
        return match (seconds, millis % 1_000) {
            (0, rest) => format!("{rest} ms"),
            (whole, 0) => format!("{whole} s"),
            (whole, rest) => format!("{whole}.{rest:03} s"),
        };
    }
    let largest = UNITS
        .iter()
        .position(|(unit, _)| seconds >= *unit)
        .unwrap_or(3);
    let mut rest = seconds;
    let mut parts = Vec::new();
    for (unit, name) in UNITS.iter().skip(largest).take(2) {
        let count = rest / unit;
        rest %= unit;
        if count > 0 {
            parts.push(format!("{count} {name}"));
        }
    }
    parts.join(" ")
}

/// The text on one line: names come from clients, and a line break in a subject would let them
/// write mail headers.
fn one_line(text: &str) -> String {
    let breaks = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    text.chars()
        .map(|c| if breaks(c) { ' ' } else { c })
        .collect()
}

#[cfg(test)]
mod tests;
