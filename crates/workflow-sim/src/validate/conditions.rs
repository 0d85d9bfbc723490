//! Faults of conditions.

use super::choices;
use super::domain::Domain;
use crate::plan::Plan;
use crate::{Fault, FaultKind};
use condition::Condition;
use std::collections::{HashMap, HashSet};
use workflow_model::Definition;

pub(super) fn check(plan: &Plan<'_>, definition: &Definition, faults: &mut Vec<Fault>) {
    let mut domain = Domain::of(definition);
    let trigger = (
        "trigger_conditions".to_owned(),
        &definition.trigger.condition,
    );
    let conditions = plan
        .conditions()
        .map(|(_, path, condition)| (path, condition));
    for (path, condition) in std::iter::once(trigger).chain(conditions) {
        faults.extend(contradiction(path, condition, &mut domain));
    }
    choices::check(plan, &mut domain, faults);
    outputs(plan, definition, faults);
    undeclared(plan, definition, faults);
}

fn contradiction(path: String, condition: &Condition, domain: &mut Domain) -> Option<Fault> {
    if domain.separable(&[condition], &[]) != Some(false) {
        return None;
    }
    let itself = condition.satisfiable() == Some(false);
    let because = if itself {
        "its parts contradict each other; correct or remove it"
    } else {
        "the variables are declared otherwise; correct it, or the declaration"
    };
    Some(Fault::warning(
        path,
        FaultKind::Contradiction,
        format!("No input meets `{condition}`: {because}."),
    ))
}

/// Conditions on what only later steps produce.
fn outputs(plan: &Plan<'_>, definition: &Definition, faults: &mut Vec<Fault>) {
    let mut producers: HashMap<&str, Vec<usize>> = HashMap::new();
    for (at, step) in definition.steps.iter().enumerate() {
        for output in &step.outputs {
            producers.entry(output).or_default().push(at);
        }
    }
    if producers.is_empty() || plan.is_graph {
        return;
    }
    let declared: HashSet<_> = definition
        .variables
        .iter()
        .map(|v| v.name.as_str())
        .collect();
    let after = reach(plan, producers.values().flatten().copied());
    for (at, path, condition) in plan.conditions() {
        let is_guard = path.ends_with(".conditions");
        for variable in condition.variables() {
            let made_by = |name: &str| producers.get(name).map(|steps| (name.to_owned(), steps));
            let Some((output, steps)) = made_by(&variable).or_else(|| made_by(root(&variable)))
            else {
                continue;
            };
            let exists = |step: &usize| (*step == at && !is_guard) || after[step].contains(&at);
            if declared.contains(output.as_str()) || steps.iter().any(exists) {
                continue;
            }
            let name = steps.first().map_or("", |step| plan.nodes[*step].name);
            faults.push(Fault::warning(
                path.clone(),
                FaultKind::OutputBeforeItExists,
                format!(
                    "`{output}` is produced by \"{name}\", which cannot run before this condition \
                     is asked; move that step up, or declare the variable as an input."
                ),
            ));
        }
    }
}

/// For each of `nodes` everything that it leads to.
fn reach(plan: &Plan<'_>, nodes: impl Iterator<Item = usize>) -> HashMap<usize, HashSet<usize>> {
    let successors = plan.successors();
    let from = |start: usize| {
        let mut seen = HashSet::new();
        let mut waiting = successors[start].clone();
        while let Some(node) = waiting.pop() {
            if seen.insert(node) {
                waiting.extend(&successors[node]);
            }
        }
        (start, seen)
    };
    nodes.map(from).collect()
}

/// Where variables are declared, a condition on another one is probably a typing error.
fn undeclared(plan: &Plan<'_>, definition: &Definition, faults: &mut Vec<Fault>) {
    if definition.variables.is_empty() {
        return;
    }
    let declared = definition
        .variables
        .iter()
        .map(|variable| variable.name.as_str());
    let produced = definition
        .steps
        .iter()
        .flat_map(|step| &step.outputs)
        .map(String::as_str);
    let known: HashSet<&str> = declared.chain(produced).collect();
    let mut names: Vec<_> = known.iter().copied().collect();
    names.sort_unstable();
    let mut said = HashSet::new();
    for (_, path, condition) in plan.conditions() {
        for variable in condition.variables() {
            let name = root(&variable);
            if known.contains(name) || known.contains(variable.as_str()) {
                continue;
            }
            if !said.insert(name.to_owned()) {
                continue;
            }
            let hint = document::closest(name, names.iter().copied())
                .map(|near| format!(" Did you mean `{near}`?"))
                .unwrap_or_default();
            faults.push(Fault::warning(
                path.clone(),
                FaultKind::UndeclaredVariable,
                format!(
                    "`{name}` is neither among the variables nor produced by a step.{hint} \
                     Declare it, or correct it."
                ),
            ));
        }
    }
}

fn root(variable: &str) -> &str {
    variable.split('.').next().unwrap_or(variable)
}
