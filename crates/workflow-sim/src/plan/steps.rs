//! Steps as a net.
//!
//! A step goes on to the one after it, unless that one says what it depends on. What depends on a
//! step starts when the step ends; a step that one of the branches names starts only when that
//! branch is taken.

use super::{Exit, NodeKind, PlanNode, Target};
use crate::{Fault, FaultKind};
use std::borrow::Cow;
use std::collections::HashMap;
use workflow_model::{OnFailure, Step, StepRef};

pub(super) fn nodes<'a>(
    steps: &'a [Step],
    faults: &mut Vec<Fault>,
) -> (Vec<PlanNode<'a>>, Vec<usize>) {
    let names = Names::of(steps);
    let mut nodes: Vec<_> = steps
        .iter()
        .enumerate()
        .map(|(at, step)| node(step, at, steps, &names, faults))
        .collect();
    let mut entries = Vec::new();
    for (at, step) in steps.iter().enumerate() {
        let Some(refs) = &step.depends_on else {
            if at == 0 {
                entries.push(at);
            }
            continue;
        };
        if refs.is_empty() {
            entries.push(at);
        }
        for (place, reference) in refs.iter().enumerate() {
            let path = format!("steps.{at}.depends_on.{place}");
            let Some(Target::Node(before)) = names.resolve(reference, &path, steps, faults) else {
                continue;
            };
            let named = nodes[before]
                .exits
                .iter()
                .any(|exit| exit.target == Target::Node(at));
            if !named && !nodes[before].always.contains(&at) {
                nodes[before].always.push(at);
            }
        }
    }
    entries.dedup();
    (nodes, entries)
}

fn node<'a>(
    step: &'a Step,
    at: usize,
    steps: &'a [Step],
    names: &Names<'a>,
    faults: &mut Vec<Fault>,
) -> PlanNode<'a> {
    let mut exits = Vec::new();
    for (place, branch) in step.branches.iter().enumerate() {
        let path = format!("steps.{at}.branches.{place}");
        let target = names.resolve(
            &branch.next_step,
            &format!("{path}.next_step"),
            steps,
            faults,
        );
        if let Some(target) = target {
            exits.push(Exit {
                guard: &branch.guard,
                target,
                path,
            });
        }
    }
    if let OnFailure::GoTo(reference) = &step.on_failure {
        names.resolve(reference, &format!("steps.{at}.on_failure"), steps, faults);
    }
    let default = match steps.get(at + 1) {
        None => vec![Target::End],
        Some(next) if next.depends_on.is_none() => vec![Target::Node(at + 1)],
        Some(_) => Vec::new(),
    };
    PlanNode {
        name: &step.name,
        kind: NodeKind::Work,
        action: step.action.as_deref(),
        guard: Some(&step.guard).filter(|guard| !guard.condition.is_always()),
        exits,
        default,
        always: Vec::new(),
        approvers: step.approvers.as_ref().map(Cow::Borrowed),
        step: Some(step),
        workflow: step.workflow.as_deref(),
        is_inclusive: false,
        waits_for: Vec::new(),
        path: format!("steps.{at}"),
    }
}

/// Steps by name.
pub(crate) struct Names<'a>(HashMap<&'a str, Vec<usize>>);

impl<'a> Names<'a> {
    /// The step that a reference names, if it names one.
    pub(crate) fn find(&self, reference: &StepRef, steps: &[Step]) -> Option<Target> {
        self.resolve(reference, "", steps, &mut Vec::new())
    }

    pub(crate) fn of(steps: &'a [Step]) -> Self {
        let mut names: HashMap<&str, Vec<usize>> = HashMap::new();
        for (at, step) in steps.iter().enumerate() {
            names.entry(&step.name).or_default().push(at);
        }
        Self(names)
    }

    fn resolve(
        &self,
        reference: &StepRef,
        path: &str,
        steps: &[Step],
        faults: &mut Vec<Fault>,
    ) -> Option<Target> {
        let mut fault = |kind, message| faults.push(Fault::blocking(path, kind, message));
        let name = match reference {
            StepRef::Index(at) if *at < steps.len() => return Some(Target::Node(*at)),
            StepRef::Index(at) => {
                fault(
                    FaultKind::DanglingReference,
                    format!(
                        "There is no step {at}: the steps are 0 to {}. Name one of them, or \
                         \"end\" for the end of the workflow.",
                        steps.len().saturating_sub(1)
                    ),
                );
                return None;
            }
            StepRef::Name(name) => name.as_str(),
        };
        match self.0.get(name).map(Vec::as_slice) {
            Some([only]) => Some(Target::Node(*only)),
            Some(several) => {
                let places: Vec<_> = several.iter().map(ToString::to_string).collect();
                fault(
                    FaultKind::AmbiguousReference,
                    format!(
                        "Steps {} are all named \"{name}\"; rename them, or use the index.",
                        places.join(", ")
                    ),
                );
                several.first().map(|first| Target::Node(*first))
            }
            None if name.eq_ignore_ascii_case("end") => Some(Target::End),
            None => {
                let hint = document::closest(name, self.0.keys().copied())
                    .map(|near| format!(" Did you mean \"{near}\"?"))
                    .unwrap_or_default();
                fault(
                    FaultKind::DanglingReference,
                    format!(
                        "There is no step named \"{name}\".{hint} Name a step, its 0-based index, \
                         or \"end\"."
                    ),
                );
                None
            }
        }
    }
}
