//! Reads SLAs from JSON, strictly.

mod address;

use crate::change::{CRITICAL, TARGET, WARNING, WORKFLOW, check_order};
use crate::{NewSla, SlaChange, Thresholds};
use document::{Node, Object, Problem, Problems};
use serde_json::Value;
use workflow_model::WorkflowId;

/// The longest threshold in seconds: ten years.
const MAX_SECONDS: f64 = 315_360_000.0;
/// The shortest threshold in seconds: durations are kept to the millisecond.
const MIN_SECONDS: f64 = 0.001;
/// The longest window in hours: a year.
const MAX_WINDOW_HOURS: i64 = 8_760;
const DEFAULT_WINDOW_HOURS: i64 = 24;
const DEFAULT_OBJECTIVE: f64 = 99.0;
/// The most recipients of an SLA.
const MAX_RECIPIENTS: usize = 50;
/// The longest mail address (RFC 5321, section 4.5.3.1.3, without the brackets).
const MAX_ADDRESS: usize = 254;
const MAX_NAME: usize = 200;
const MAX_TEXT: usize = 10_000;

/// Fields that a client sees and cannot set.
const READ_ONLY: [&str; 8] = [
    "id",
    "workflow_name",
    "total_executions",
    "breached_executions",
    "current_slo_percentage",
    "created_by",
    "created_at",
    "updated_at",
];

/// Reads a new SLA: `workflow`, `name` and `target_duration_seconds`, and what has a default:
/// `description` (none), `warning_threshold_seconds` (80 % of the target),
/// `critical_threshold_seconds` (the target), `slo_window_hours` (24), `slo_target_percentage`
/// (99.0), `is_active` (true) and `alert_recipients` (none).
///
/// Thresholds are whole or decimal seconds, rounded to the millisecond.
///
/// # Errors
/// All problems, each under its path.
pub fn read_new_sla(value: &Value) -> Result<NewSla, Vec<Problem>> {
    let problems = Problems::default();
    let read = Node::root(value, &problems).object().and_then(|mut body| {
        let fields = Fields::read(&mut body, true);
        let new = fields.complete(&body);
        body.finish();
        new
    });
    problems.settle(read)
}

/// Reads the fields of an SLA to change; absent ones stay. Thresholds are compared with the
/// stored ones when the change is made.
///
/// # Errors
/// All problems, each under its path.
pub fn read_sla_change(value: &Value) -> Result<SlaChange, Vec<Problem>> {
    let problems = Problems::default();
    let read = Node::root(value, &problems).object().map(|mut body| {
        let fields = Fields::read(&mut body, false);
        body.finish();
        fields.into()
    });
    problems.settle(read)
}

/// Reads the whole of an SLA: the same fields as [`read_new_sla`], absent ones go back to their
/// defaults.
///
/// # Errors
/// All problems, each under its path.
pub fn read_sla_replacement(value: &Value) -> Result<SlaChange, Vec<Problem>> {
    read_new_sla(value).map(|new| SlaChange {
        workflow: Some(new.workflow),
        name: Some(new.name),
        description: Some(new.description),
        target_millis: Some(new.thresholds.target_millis),
        warning_millis: Some(new.thresholds.warning_millis),
        critical_millis: Some(new.thresholds.critical_millis),
        window_hours: Some(new.window_hours),
        objective_percent: Some(new.objective_percent),
        is_active: Some(new.is_active),
        alert_recipients: Some(new.alert_recipients),
    })
}

/// Reads `{"notes"}` of an acknowledgement; without notes they are empty.
///
/// # Errors
/// All problems, each under its path.
pub fn read_acknowledgement(value: &Value) -> Result<String, Vec<Problem>> {
    let problems = Problems::default();
    let read = Node::root(value, &problems).object().and_then(|mut body| {
        let notes = match body.not_null("notes") {
            Some(node) => node.text_or_blank(MAX_TEXT),
            None => Some(String::new()),
        };
        body.finish();
        notes
    });
    problems.settle(read)
}

/// The fields as sent; `None` where absent or wrong.
struct Fields {
    workflow: Option<WorkflowId>,
    name: Option<String>,
    description: Option<String>,
    target_millis: Option<i64>,
    warning_millis: Option<i64>,
    critical_millis: Option<i64>,
    window_hours: Option<i64>,
    objective_percent: Option<f64>,
    is_active: Option<bool>,
    alert_recipients: Option<Vec<String>>,
}

impl Fields {
    fn read(body: &mut Object<'_>, all: bool) -> Self {
        body.read_only(&READ_ONLY);
        let mut needed = |name| {
            if all {
                body.required(name)
            } else {
                body.not_null(name)
            }
        };
        let workflow = needed(WORKFLOW).and_then(|n| n.integer(1..=i64::MAX));
        let name = needed("name").and_then(|n| n.text(MAX_NAME));
        let target_millis = needed(TARGET).and_then(|n| read_millis(&n));
        Self {
            workflow: workflow.map(WorkflowId),
            name,
            description: body
                .not_null("description")
                .and_then(|n| n.text_or_blank(MAX_TEXT)),
            target_millis,
            warning_millis: body.not_null(WARNING).and_then(|n| read_millis(&n)),
            critical_millis: body.not_null(CRITICAL).and_then(|n| read_millis(&n)),
            window_hours: body
                .not_null("slo_window_hours")
                .and_then(|n| n.integer(1..=MAX_WINDOW_HOURS)),
            objective_percent: body
                .not_null("slo_target_percentage")
                .and_then(|n| read_objective(&n)),
            is_active: body.not_null("is_active").and_then(|n| n.boolean()),
            alert_recipients: body
                .not_null("alert_recipients")
                .and_then(|n| read_recipients(&n)),
        }
    }

    /// A new SLA, with the defaults of what is absent. A field that was sent and is wrong has
    /// left its problem, so a default in its place is never used.
    fn complete(self, body: &Object<'_>) -> Option<NewSla> {
        let target_millis = self.target_millis?;
        let thresholds = Thresholds {
            warning_millis: self
                .warning_millis
                .unwrap_or((target_millis * 4 / 5).max(1)),
            target_millis,
            critical_millis: self.critical_millis.unwrap_or(target_millis),
        };
        check_order(thresholds, WARNING, CRITICAL, |path, message| {
            body.fail(path, message);
        });
        Some(NewSla {
            workflow: self.workflow?,
            name: self.name?,
            description: self.description.unwrap_or_default(),
            thresholds,
            window_hours: self.window_hours.unwrap_or(DEFAULT_WINDOW_HOURS),
            objective_percent: self.objective_percent.unwrap_or(DEFAULT_OBJECTIVE),
            is_active: self.is_active.unwrap_or(true),
            alert_recipients: self.alert_recipients.unwrap_or_default(),
        })
    }
}

impl From<Fields> for SlaChange {
    fn from(fields: Fields) -> Self {
        Self {
            workflow: fields.workflow,
            name: fields.name,
            description: fields.description,
            target_millis: fields.target_millis,
            warning_millis: fields.warning_millis,
            critical_millis: fields.critical_millis,
            window_hours: fields.window_hours,
            objective_percent: fields.objective_percent,
            is_active: fields.is_active,
            alert_recipients: fields.alert_recipients,
        }
    }
}

/// Seconds as milliseconds.
fn read_millis(node: &Node<'_>) -> Option<i64> {
    let seconds = node.number(MIN_SECONDS..=MAX_SECONDS)?;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "rounded, and in range as checked"
    )]
    let millis = (seconds * 1_000.0).round() as i64;
    Some(millis)
}

/// A percentage that leaves an error budget.
fn read_objective(node: &Node<'_>) -> Option<f64> {
    let percent = node.number(f64::MIN..=f64::MAX)?;
    if percent <= 0.0 {
        return node.fail("Ensure this value is greater than 0.");
    }
    if percent >= 100.0 {
        return node.fail(
            "Ensure this value is less than 100: at 100 there is no error budget, and a single \
             late execution breaks the objective. Consider 99.9.",
        );
    }
    Some(percent)
}

/// Mail addresses, each once.
fn read_recipients(node: &Node<'_>) -> Option<Vec<String>> {
    let items = node.list(MAX_RECIPIENTS)?;
    // All items are read before the first `None` counts, so that all problems are found.
    let addresses: Vec<_> = items.iter().map(read_address).collect();
    let mut unique: Vec<String> = Vec::with_capacity(addresses.len());
    for address in addresses {
        let address = address?;
        if !unique
            .iter()
            .any(|known| known.to_lowercase() == address.to_lowercase())
        {
            unique.push(address);
        }
    }
    Some(unique)
}

fn read_address(node: &Node<'_>) -> Option<String> {
    let text = node.text(MAX_ADDRESS)?;
    if address::is_address(&text) {
        return Some(text);
    }
    node.fail("Enter a valid mail address, such as \"ops@example.com\".")
}

#[cfg(test)]
mod tests;
