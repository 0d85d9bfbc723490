//! Puts a finding together.

use super::MiningOptions;
use super::text;
use crate::finding::fingerprint;
use crate::wilson::share;
use crate::{Finding, FindingKind, Share};
use serde_json::{Map, Value, json};
use workflow_model::WorkflowId;

/// The longest title.
const MAX_TITLE: usize = 200;

/// Where a pattern is looked for.
#[derive(Debug)]
pub(super) struct Scope<'a> {
    pub(super) workflow: WorkflowId,
    pub(super) workflow_name: &'a str,
    /// Executions of the workflow that were counted.
    pub(super) executions: u64,
    pub(super) options: &'a MiningOptions,
    /// Thresholds and values that are looked at in the whole run.
    pub(super) hypotheses: u64,
}

/// What a pattern says of itself.
#[derive(Debug)]
pub(super) struct Draft<'a> {
    pub(super) kind: FindingKind,
    /// What identifies the pattern within its kind and workflow.
    pub(super) identity: &'a [&'a str],
    pub(super) title: String,
    pub(super) description: String,
    pub(super) template: Value,
    pub(super) claimed: Share,
    pub(super) frequency: u64,
    /// An object: what was counted, and the counts.
    pub(super) data: Value,
}

impl Scope<'_> {
    /// The finding, with what all findings say: pattern, workflow, window, claimed share.
    pub(super) fn finding(&self, draft: Draft<'_>) -> Finding {
        let mut data = object(json!({
            "pattern": draft.kind.as_str(),
            "workflow": self.workflow.0,
            "workflow_name": self.workflow_name,
        }));
        data.extend(object(draft.data));
        data.extend(object(json!({
            "claimed_count": draft.claimed.count,
            "claimed_of": draft.claimed.of,
            "claimed_share": draft.claimed.ratio(),
            "executions_examined": self.executions,
            "execution_statuses": ["completed", "failed"],
            "started_after": self.options.window_start,
            "started_before": self.options.window_end,
            "min_support": self.options.min_support,
        })));
        Finding {
            kind: draft.kind,
            workflow: self.workflow,
            title: text::bounded(&draft.title, MAX_TITLE),
            description: draft.description,
            workflow_template: object(draft.template),
            claimed: draft.claimed,
            pattern_frequency: draft.frequency,
            supporting_data: data,
            fingerprint: fingerprint(draft.kind, self.workflow, draft.identity),
        }
    }
}

/// The members of an object.
pub(super) fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            Map::new()
        }
    }
}

/// `sum / count` in words; `null` of nothing.
pub(super) fn average_text(sum_millis: u64, count: u64) -> Value {
    sum_millis
        .checked_div(count)
        .map_or(Value::Null, |mean| text::duration(mean).into())
}

/// `count / of`, or `null` of nothing.
pub(super) fn rate(count: u64, of: u64) -> Value {
    if of == 0 {
        Value::Null
    } else {
        share(count, of).into()
    }
}

/// A step of a template, with its action when that is known.
pub(super) fn template_step(name: &str, action: Option<&str>, more: Value) -> Value {
    let mut step = object(json!({ "name": name }));
    if let Some(action) = action {
        step.insert("action".to_owned(), action.into());
    }
    step.extend(object(more));
    Value::Object(step)
}

/// A template in which a step that fails or takes too long is passed on to somebody.
pub(super) fn template_with_handler(
    workflow_type: &str,
    step: Map<String, Value>,
    handler: &str,
    reason: &str,
) -> Value {
    let mut step = step;
    step.insert("on_failure".to_owned(), handler.into());
    // Without this branch a step that ends well would run into its handler.
    step.insert(
        "branches".to_owned(),
        json!([{ "condition": {}, "next_step": "end" }]),
    );
    json!({
        "workflow_type": workflow_type,
        "trigger_conditions": {},
        "steps": [step, { "name": handler, "action": "notification", "config": { "reason": reason } }],
    })
}
