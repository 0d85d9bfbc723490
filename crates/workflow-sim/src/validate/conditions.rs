//! Faults of conditions.

use crate::plan::{Plan, PlanNode};
use crate::{Fault, FaultKind};
use condition::Condition;
use std::collections::{HashMap, HashSet};
use workflow_model::Definition;

/// How much work the analysis of all conditions may take together, in clause evaluations: some
/// tenths of a second.
const BUDGET: u64 = 20_000_000;

pub(super) fn check(plan: &Plan<'_>, definition: &Definition, faults: &mut Vec<Fault>) {
    let mut budget = BUDGET;
    let trigger = (
        "trigger_conditions".to_owned(),
        &definition.trigger.condition,
    );
    let conditions = plan
        .conditions()
        .map(|(_, path, condition)| (path, condition));
    for (path, condition) in std::iter::once(trigger).chain(conditions) {
        if afford(&mut budget, &[condition]) && condition.satisfiable() == Some(false) {
            faults.push(Fault::warning(
                path,
                FaultKind::Contradiction,
                format!("No input meets `{condition}`; its parts contradict each other."),
            ));
        }
    }
    for node in &plan.nodes {
        exhaustive(node, &mut budget, faults);
    }
    outputs(plan, definition, faults);
    undeclared(plan, definition, faults);
}

/// Takes the work of an analysis from the budget, if that is enough. The analysis tries every
/// combination of the values that the clauses tell apart, at most 2^16.
fn afford(budget: &mut u64, conditions: &[&Condition]) -> bool {
    /// Bytes of text that a clause has at least.
    const CLAUSE: usize = 6;
    let clauses: usize = conditions
        .iter()
        .map(|c| 1 + c.to_string().len() / CLAUSE)
        .sum();
    let names: HashSet<_> = conditions.iter().flat_map(|c| c.variables()).collect();
    let variables = names.len().max(1);
    let classes = u64::try_from(2 * clauses / variables + 1).unwrap_or(u64::MAX);
    let power = u32::try_from(variables).unwrap_or(u32::MAX);
    let combinations = classes.saturating_pow(power).min(1 << 16);
    let work = combinations.saturating_mul(u64::try_from(clauses).unwrap_or(u64::MAX));
    let enough = work <= *budget;
    if enough {
        *budget -= work;
    }
    enough
}

/// A choice without a default must have a way for every input.
fn exhaustive(node: &PlanNode<'_>, budget: &mut u64, faults: &mut Vec<Fault>) {
    if node.exits.is_empty() || !node.default.is_empty() || !node.always.is_empty() {
        return;
    }
    let conditions: Vec<_> = node
        .exits
        .iter()
        .map(|exit| &exit.guard.condition)
        .collect();
    // A dry run assumes an outcome that some label waits for.
    if conditions.iter().any(|condition| condition.uses_outcome()) || !afford(budget, &conditions) {
        return;
    }
    let Some(gap) = Condition::gap_witness(&conditions) else {
        return;
    };
    let example: Vec<_> = gap
        .iter()
        .filter_map(|reading| Some(format!("{} is {}", reading.path, reading.value.as_ref()?)))
        .collect();
    faults.push(Fault::warning(
        node.path.clone(),
        FaultKind::NonExhaustive,
        format!(
            "Some inputs meet none of the conditions after \"{}\", such as when {}; add a way \
             without a condition for them.",
            node.name,
            example.join(" and ")
        ),
    ));
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
