//! What the figures rest on, and what they leave out, in sentences.

use super::matching::Match;
use super::net::{Net, NetNode};
use super::report::{BacktestReport, CaseCounts, StepSource};
use super::request::BacktestAssumptions;

/// Beyond this many names the rest adds nothing for the reader.
const MAX_NAMED: usize = 10;

/// What follows from the definitions alone.
pub(super) fn about_change(
    (baseline, changed): (&Net, &Net),
    matches: &[Match],
    assumptions: &BacktestAssumptions,
) -> Vec<String> {
    let mut notes = Vec::new();
    for (new, matched) in changed.nodes.iter().zip(matches) {
        if let Some(of) = matched.of {
            notes.extend(about_step(&baseline.nodes[of], new, matched.same_work));
        }
    }
    notes.extend(only_in_one((baseline, changed), matches));
    if baseline.trigger != changed.trigger {
        notes.push(
            "The trigger changed: executions that it would start and that never ran are not in \
             the record, so only those that it would no longer start are counted."
                .to_owned(),
        );
    }
    notes.extend(about_assumptions((baseline, changed), assumptions));
    notes
}

/// What a step of both definitions has that is not replayed.
fn about_step(old: &NetNode, new: &NetNode, same_work: bool) -> Vec<String> {
    let mut notes = Vec::new();
    let unplayed = old.unplayed.iter().zip(&new.unplayed);
    let mut fields: Vec<&str> = unplayed
        .filter(|(old, new)| old != new)
        .map(|(old, _)| old.0)
        .collect();
    if old.after_failure != new.after_failure {
        fields.push("on_failure");
    }
    if same_work && old.approvers != new.approvers {
        fields.push("approver");
    }
    if !same_work {
        notes.push(format!(
            "Step \"{}\" does \"{}\" instead of \"{}\": its duration is estimated; what came of it \
             where it ran is taken to stay.",
            new.name, new.action, old.action
        ));
    }
    if !fields.is_empty() {
        notes.push(format!(
            "Step \"{}\": {} changed; runs that were recorded keep their recorded duration and \
             outcome.",
            new.name,
            fields.join(", ")
        ));
    }
    notes
}

fn about_assumptions(
    (baseline, changed): (&Net, &Net),
    assumptions: &BacktestAssumptions,
) -> Option<String> {
    let has = |name: &str| !baseline.named(name).is_empty() || !changed.named(name).is_empty();
    let names = assumptions.step_millis.keys().map(String::as_str);
    let unknown: Vec<&str> = names.filter(|name| !has(name)).collect();
    (!unknown.is_empty()).then(|| {
        format!(
            "assumptions.duration_seconds names steps that neither definition has: {}.",
            named(&unknown)
        )
    })
}

/// Which steps are taken to be removed, and which to be new.
fn only_in_one((baseline, changed): (&Net, &Net), matches: &[Match]) -> Option<String> {
    let mut is_matched = vec![false; baseline.nodes.len()];
    for of in matches.iter().filter_map(|matched| matched.of) {
        is_matched[of] = true;
    }
    let old = baseline.nodes.iter().zip(is_matched);
    let removed: Vec<&str> = old
        .filter(|(node, matched)| node.is_recorded && !matched)
        .map(|(node, _)| node.name.as_str())
        .collect();
    let new = changed.nodes.iter().zip(matches);
    let added: Vec<&str> = new
        .filter(|(node, matched)| node.is_recorded && matched.of.is_none())
        .map(|(node, _)| node.name.as_str())
        .collect();
    // One without the other is no sign of a new name.
    (!removed.is_empty() && !added.is_empty()).then(|| {
        format!(
            "Steps are known by their names: {} are taken to be removed and {} to be new.",
            named(&removed),
            named(&added)
        )
    })
}

fn named(names: &[&str]) -> String {
    let shown = names.iter().take(MAX_NAMED);
    let mut text = shown
        .map(|name| format!("\"{name}\""))
        .collect::<Vec<_>>()
        .join(", ");
    if names.len() > MAX_NAMED {
        text.push_str(", …");
    }
    text
}

/// What follows from the figures.
pub(super) fn about_answer(
    report: &BacktestReport,
    max_executions: u64,
    has_learned: bool,
) -> Vec<String> {
    let mut notes = about_cases(&report.cases, max_executions);
    if let Some(share) = report.conformance.share.filter(|share| *share < 0.95) {
        notes.push(format!(
            "Only {:.1} % of the recorded decisions agree with the definition that they are held \
             against: it may not be the one that ran.",
            share * 100.0
        ));
    }
    let steps = report.estimated_steps.iter();
    let by_convention: Vec<&str> = steps
        .filter(|step| step.source == StepSource::Default)
        .map(|step| step.step.as_str())
        .collect();
    if !by_convention.is_empty() {
        notes.push(format!(
            "Nothing was measured of {}: give assumptions.duration_seconds to replace the \
             conventional estimate.",
            named(&by_convention)
        ));
    }
    if !has_learned && report.time.cases_with_estimates > 0 {
        notes.push(
            "Steps that never ran in a case take the mean of all recorded time, without waiting."
                .to_owned(),
        );
    }
    notes
}

fn about_cases(cases: &CaseCounts, max_executions: u64) -> Vec<String> {
    let mut notes = Vec::new();
    if cases.not_examined > 0 {
        notes.push(format!(
            "{} executions were not examined: max_executions is {max_executions}.",
            cases.not_examined
        ));
    }
    if cases.examined == 0 {
        notes.push("No execution of the window has ended, so there is nothing to say.".to_owned());
    }
    if cases.unanswered > 0 {
        notes.push(format!(
            "{} of {} executions could not be answered and are not part of the figures; see \
             unanswered.",
            cases.unanswered, cases.examined
        ));
    }
    if cases.without_steps > 0 {
        notes.push(format!(
            "{} executions were recorded without steps: their old path is what the definition \
             says, and the difference in time is that of estimates.",
            cases.without_steps
        ));
    }
    notes
}
