//! Faults of steps that run workflows.

use crate::dry_run::MAX_DEPTH;
use crate::plan::Plan;
use crate::{Facts, Fault, FaultKind};

pub(super) fn check(plan: &Plan<'_>, facts: &Facts, faults: &mut Vec<Fault>) {
    for node in &plan.nodes {
        let path = format!("{}.workflow", node.path);
        match node.workflow {
            Some(reference) => {
                if let Some(fault) = look(reference, facts, &mut Vec::new(), &mut Vec::new()) {
                    faults.push(Fault { path, ..fault });
                }
            }
            None if node.action == Some("workflow") => faults.push(Fault::blocking(
                path,
                FaultKind::UnknownWorkflow,
                format!(
                    "\"{}\" does not say which workflow it runs; name it.",
                    node.name
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
    let inner = Plan::new(&found.definition, &mut Vec::new());
    let fault = inner
        .nodes
        .iter()
        .find_map(|node| look(node.workflow?, facts, above, done));
    above.pop();
    done.push(found.name.clone());
    fault
}
