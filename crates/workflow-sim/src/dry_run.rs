//! What a workflow would do.

mod answer;
mod approvals;
mod effects;
mod explore;
mod failures;
mod missing;
mod sub;
mod why;

pub use answer::{
    ApprovalLink, BranchExploration, Clause, Course, CourseStep, DecidedBy, DryRun, Effect,
    ExplorationKind, FailurePlan, InputChange, MissingVariable, PathStep, Span, SubRun, TruthValue,
    VariableReading,
};

use crate::certainty::possible_only;
use crate::plan::{NodeKind, Plan};
use crate::verdict::{Verdict, judge_all};
use crate::walk::{Ground, MAX_ROUNDS, Visit, Walk};
use crate::{Estimate, Facts, estimate, validate};
use explore::Explorer;
use serde_json::{Map, Value};
pub(crate) use sub::MAX_DEPTH;
use sub::Nesting;
use workflow_model::Definition;

/// Follows a definition on an input, without running anything.
///
/// Pure and deterministic. Every step is taken to succeed, and every approval to be given. A
/// definition with faults is followed as far as it goes.
#[must_use]
pub fn dry_run(definition: &Definition, input: &Map<String, Value>, facts: &Facts) -> DryRun {
    let (errors, warnings) = validate(definition, facts).into_iter().fold(
        (Vec::new(), Vec::new()),
        |(mut errors, mut warnings), fault| {
            let list = if fault.blocking {
                &mut errors
            } else {
                &mut warnings
            };
            list.push(fault.to_string());
            (errors, warnings)
        },
    );
    let mut answer = follow(definition, input, &mut Nesting::new(facts), facts);
    answer.validation_errors = errors;
    let own = std::mem::replace(&mut answer.warnings, warnings);
    answer.warnings.extend(own);
    answer
}

/// Everything that is known about one definition on one input.
struct Case<'a> {
    plan: &'a Plan<'a>,
    definition: &'a Definition,
    input: &'a Value,
    verdicts: &'a [Verdict],
    estimates: &'a [Estimate],
    possible: &'a [bool],
    facts: &'a Facts,
}

/// A dry run without the faults of the definition.
fn follow(
    definition: &Definition,
    given: &Map<String, Value>,
    nesting: &mut Nesting,
    facts: &Facts,
) -> DryRun {
    let mut warnings = missing::about_input(definition, given);
    let input = missing::with_defaults(definition, given);
    let plan = Plan::new(definition, &mut Vec::new());
    let verdicts = judge_all(&plan, &input);
    let runs = nesting.runs(&plan, given);
    let estimates = estimates(&plan, facts, &runs);
    let durations: Vec<i64> = (0..plan.nodes.len())
        .map(|at| {
            if plan.nodes[at].kind == NodeKind::Work {
                estimates[at].millis
            } else {
                0
            }
        })
        .collect();
    let possible = possible_only(&plan, &verdicts);
    let ground = Ground {
        plan: &plan,
        verdicts: &verdicts,
        durations: &durations,
    };
    let main = ground.walk(&plan.entries, None, &|_| false);
    let case = Case {
        plan: &plan,
        definition,
        input: &input,
        verdicts: &verdicts,
        estimates: &estimates,
        possible: &possible,
        facts,
    };
    let mut explorer = Explorer::new(&case, &ground, &main);
    let branch_explorations = explorer.explore();
    let failure_handling = explorer.failures(&main);
    warnings.extend(missing::about_trigger(definition, &input));
    warnings.extend(missing::about_unknowns(&case, &explorer.seen));
    warnings.extend(about_walk(&case, &main));
    warnings.extend(explorer.warnings());
    let mut run = DryRun {
        execution_path: path(&case, &main),
        branch_explorations,
        approval_chain: approvals::chain(&case, &main, &runs),
        predicted_duration_ms: main.visits.iter().map(|visit| visit.end).max().unwrap_or(0),
        validation_errors: Vec::new(),
        warnings,
        missing_variables: missing::variables(&case, &explorer.seen),
        would_have_done: effects::effects(&case, &main),
        timeline: Vec::new(),
        critical_path: Vec::new(),
        failure_handling,
    };
    (run.timeline, run.critical_path) = timeline(&case, &main);
    sub::attach(&mut run, &plan, runs);
    run
}

fn estimates(plan: &Plan<'_>, facts: &Facts, runs: &[Option<sub::Found>]) -> Vec<Estimate> {
    let one = |(at, node): (usize, &crate::plan::PlanNode<'_>)| {
        let known = estimate(node.name, node.action_name(), facts);
        match &runs[at] {
            Some(found) => found.estimate(known),
            None => known,
        }
    };
    plan.nodes.iter().enumerate().map(one).collect()
}

/// The visits that do something, by time.
fn worked<'a>(case: &'a Case<'_>, walk: &'a Walk) -> Vec<&'a Visit> {
    let works =
        |visit: &&Visit| !visit.skipped && case.plan.nodes[visit.node].kind == NodeKind::Work;
    let mut visits: Vec<_> = walk.visits.iter().filter(works).collect();
    visits.sort_by_key(|visit| visit.start);
    visits
}

fn path(case: &Case<'_>, walk: &Walk) -> Vec<PathStep> {
    let step = |visit: &Visit| {
        let (node, estimate) = (&case.plan.nodes[visit.node], &case.estimates[visit.node]);
        PathStep {
            step_index: visit.node,
            step_name: node.name.to_owned(),
            action: node.action_name().to_owned(),
            status: "simulated",
            estimated_duration_ms: estimate.millis,
            duration_source: estimate.source,
            duration_basis: estimate.basis.clone(),
            sample_count: estimate.sample_count,
            start_ms: visit.start,
            round: visit.round,
            possible: case.possible[visit.node],
            sub_run: None,
        }
    };
    worked(case, walk).into_iter().map(step).collect()
}

/// When each step runs, and the chain of steps that decides how long it all takes.
fn timeline(case: &Case<'_>, walk: &Walk) -> (Vec<Span>, Vec<usize>) {
    let mut critical = vec![false; walk.visits.len()];
    let latest = (0..walk.visits.len())
        .rev()
        .max_by_key(|visit| walk.visits[*visit].end);
    let mut next = latest;
    let mut chain = Vec::new();
    while let Some(at) = next {
        let visit = &walk.visits[at];
        if !visit.skipped && case.plan.nodes[visit.node].kind == NodeKind::Work {
            critical[at] = true;
            chain.push(visit.node);
        }
        next = visit.cause;
    }
    chain.reverse();
    let mut spans: Vec<_> = walk
        .visits
        .iter()
        .zip(critical)
        .filter(|(visit, _)| !visit.skipped && case.plan.nodes[visit.node].kind == NodeKind::Work)
        .map(|(visit, critical)| Span {
            step_index: visit.node,
            step_name: case.plan.nodes[visit.node].name.to_owned(),
            start_ms: visit.start,
            end_ms: visit.end,
            critical,
        })
        .collect();
    spans.sort_by_key(|span| span.start_ms);
    (spans, chain)
}

/// What was odd about the main way.
fn about_walk(case: &Case<'_>, walk: &Walk) -> Vec<String> {
    let mut warnings = Vec::new();
    for (node, exit) in &walk.loops {
        let from = &case.plan.nodes[*node];
        let (path, because) = match exit {
            Some(at) => {
                let exit = &from.exits[*at];
                (
                    &exit.path,
                    format!("`{}` holds on this input and", exit.guard.condition),
                )
            }
            None => (&from.path, "it always leads back, and".to_owned()),
        };
        warnings.push(format!(
            "{path}: The loop at step \"{}\" was left after {MAX_ROUNDS} rounds: {because} a dry \
             run changes no variable.",
            from.name
        ));
    }
    for node in &walk.stuck {
        let node = &case.plan.nodes[*node];
        warnings.push(format!(
            "{}: None of the conditions after \"{}\" holds on this input and there is no edge \
             without a condition, so the workflow stops here. Add a default edge.",
            node.path, node.name
        ));
    }
    warnings.extend(about_joins(case, walk));
    if walk.cut {
        warnings.push(format!(
            "The dry run was cut short after {} steps; loops within loops are the usual cause.",
            walk.visits.len()
        ));
    }
    warnings
}

/// Joins that the main way leaves waiting for ever.
fn about_joins(case: &Case<'_>, walk: &Walk) -> Vec<String> {
    let warning = |(node, absent): &(usize, Vec<usize>)| {
        let name = |at: &usize| format!("\"{}\"", case.plan.nodes[*at].name);
        let absent: Vec<_> = absent.iter().map(name).collect();
        let node = &case.plan.nodes[*node];
        format!(
            "{}: \"{}\" waits for ever: on this input nothing comes from {}. Make it a \"join\", \
             which waits for what can still come, or let every way lead there.",
            node.path,
            node.name,
            absent.join(", ")
        )
    };
    walk.waiting.iter().map(warning).collect()
}
