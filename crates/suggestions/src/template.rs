//! Turns what a finding says of one step into a change of the workflow that has it.

use crate::{Finding, FindingKind};
use serde_json::{Map, Value, json};
use workflow_registry::Workflow;

/// Replaces the template by the workflow's whole definition with the change in it, where the
/// definition has the steps that the finding names, once each. Rules to decide without people
/// stay as they are: they are workflows of their own.
pub(crate) fn refine(finding: &mut Finding, workflow: &Workflow) {
    let changed = match finding.kind {
        FindingKind::AutoApprove | FindingKind::AutoReject | FindingKind::Rework => None,
        FindingKind::ParallelApproval => side_by_side(finding, workflow),
        FindingKind::SlowStep => patched(finding, workflow, "timeout_seconds"),
        FindingKind::FailingStep => patched(finding, workflow, "max_retries"),
    };
    if let Some(steps) = changed {
        finding.workflow_template = whole(workflow, steps);
    }
}

fn whole(workflow: &Workflow, steps: Vec<Map<String, Value>>) -> Map<String, Value> {
    let mut template = Map::new();
    template.insert(
        "workflow_type".to_owned(),
        workflow.workflow_type.as_str().into(),
    );
    if let Value::Object(definition) = workflow.definition.to_json() {
        template.extend(definition);
    }
    // The drawing would no longer show what is written.
    template.remove("graph_spec");
    template.insert(
        "steps".to_owned(),
        steps.into_iter().map(Value::Object).collect(),
    );
    template
}

fn sources(workflow: &Workflow) -> Vec<Map<String, Value>> {
    workflow
        .definition
        .steps
        .iter()
        .map(|step| step.source.clone())
        .collect()
}

/// The only step of that name.
fn place_of(workflow: &Workflow, name: &str) -> Option<usize> {
    let mut places = workflow
        .definition
        .steps
        .iter()
        .enumerate()
        .filter(|(_, step)| step.name == name);
    let (place, _) = places.next()?;
    places.next().is_none().then_some(place)
}

/// One field of one step, as the finding's own template has it.
fn patched(finding: &Finding, workflow: &Workflow, field: &str) -> Option<Vec<Map<String, Value>>> {
    let name = finding.supporting_data.get("step")?.as_str()?;
    let value = finding
        .workflow_template
        .get("steps")?
        .get(0)?
        .get(field)?
        .clone();
    let place = place_of(workflow, name)?;
    let mut steps = sources(workflow);
    steps.get_mut(place)?.insert(field.to_owned(), value);
    Some(steps)
}

/// The second step starts when the first does, and what followed the second waits for both. Only
/// where the second follows the first in the list and neither leads elsewhere: else the order
/// may carry a meaning that the log does not show.
fn side_by_side(finding: &Finding, workflow: &Workflow) -> Option<Vec<Map<String, Value>>> {
    let names = finding.supporting_data.get("steps")?;
    let first = place_of(workflow, names.get(0)?.as_str()?)?;
    let second = place_of(workflow, names.get(1)?.as_str()?)?;
    let defined = &workflow.definition.steps;
    let plain = |place: usize| {
        defined
            .get(place)
            .is_some_and(|step| step.branches.is_empty())
    };
    let follows = match &defined.get(second)?.depends_on {
        None => second == first + 1,
        Some(_) => false,
    };
    if !follows || !plain(first) || !plain(second) {
        return None;
    }
    let mut steps = sources(workflow);
    let before = match steps.get(first)?.get("depends_on") {
        Some(written) if !written.is_null() => written.clone(),
        Some(_) | None => first
            .checked_sub(1)
            .map_or_else(|| json!([]), |place| json!([place])),
    };
    steps
        .get_mut(second)?
        .insert("depends_on".to_owned(), before);
    let implicit = |place: usize| defined.get(place).is_some_and(|s| s.depends_on.is_none());
    if implicit(second + 1) {
        let both = json!([first, second]);
        steps
            .get_mut(second + 1)?
            .insert("depends_on".to_owned(), both);
    }
    Some(steps)
}

#[cfg(test)]
mod tests;
