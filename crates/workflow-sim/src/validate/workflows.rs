//! Faults of steps that run workflows.

use crate::dry_run::MAX_DEPTH;
use crate::{Facts, Fault, FaultKind};
use workflow_model::{Definition, Step};

pub(super) fn check(definition: &Definition, facts: &Facts, faults: &mut Vec<Fault>) {
    for (at, step) in definition.steps.iter().enumerate() {
        let path = format!("steps.{at}.workflow");
        match &step.workflow {
            Some(reference) => {
                if let Some(fault) = look(reference, facts, &mut Vec::new(), &mut Vec::new()) {
                    faults.push(Fault { path, ..fault });
                }
            }
            None if step.action.as_deref() == Some("workflow") => faults.push(Fault::blocking(
                path,
                FaultKind::UnknownWorkflow,
                format!(
                    "\"{}\" does not say which workflow it runs; name it.",
                    step.name
                ),
            )),
            None => {}
        }
    }
}

/// The first fault below a reference. References that were not looked up are left alone.
fn look(
    reference: &str,
    facts: &Facts,
    above: &mut Vec<String>,
    done: &mut Vec<String>,
) -> Option<Fault> {
    let Some(found) = facts.workflows.get(reference)? else {
        return Some(Fault::blocking(
            "",
            FaultKind::UnknownWorkflow,
            format!("There is no workflow \"{reference}\"; name one by its id or its name."),
        ));
    };
    if let Some(first) = above.iter().position(|name| *name == found.name) {
        let mut circle: Vec<_> = above[first..].iter().map(String::as_str).collect();
        circle.push(&found.name);
        return Some(Fault::blocking(
            "",
            FaultKind::WorkflowCycle,
            format!(
                "Workflows run each other in a circle: {}.",
                circle.join(" → ")
            ),
        ));
    }
    if above.len() >= MAX_DEPTH {
        return Some(Fault::blocking(
            "",
            FaultKind::WorkflowCycle,
            format!("Workflows run each other more than {MAX_DEPTH} deep; flatten them."),
        ));
    }
    if done.contains(&found.name) {
        return None;
    }
    above.push(found.name.clone());
    let inner = |step: &Step| look(step.workflow.as_deref()?, facts, above, done);
    let fault = found.definition.steps.iter().find_map(inner);
    above.pop();
    done.push(found.name.clone());
    fault
}
