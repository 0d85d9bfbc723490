//! Workflows that steps run.

use super::{DryRun, SubRun, follow};
use crate::plan::Plan;
use crate::{Estimate, EstimateSource, Facts};
use serde_json::{Map, Value};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

/// How deep workflows may run workflows.
pub(crate) const MAX_DEPTH: usize = 8;

/// A workflow that a step runs, and what it would do.
#[derive(Clone)]
pub(super) struct Found {
    pub(super) name: String,
    version: i64,
    reference: String,
    pub(super) answer: Rc<DryRun>,
}

impl Found {
    /// What was measured of the step itself goes before what its steps add up to.
    pub(super) fn estimate(&self, known: Estimate) -> Estimate {
        match known.source {
            EstimateSource::Measured => known,
            EstimateSource::SubWorkflow | EstimateSource::Catalogue | EstimateSource::Default => {
                Estimate {
                    millis: self.answer.predicted_duration_ms,
                    source: EstimateSource::SubWorkflow,
                    sample_count: 0,
                    basis: format!("dry run of \"{}\"", self.name),
                }
            }
        }
    }
}

/// Dry runs within a dry run: each workflow is followed once, however often it is run.
pub(super) struct Nesting {
    facts: Facts,
    done: HashMap<String, Found>,
    /// The workflows being followed, outermost first.
    stack: Vec<String>,
}

impl Nesting {
    /// What was measured of the outer workflow's steps says nothing of the inner ones.
    pub(super) fn new(facts: &Facts) -> Self {
        let facts = if facts.workflows.is_empty() {
            Facts::default()
        } else {
            Facts {
                steps: Vec::new(),
                ..facts.clone()
            }
        };
        Self {
            facts,
            done: HashMap::new(),
            stack: Vec::new(),
        }
    }

    /// For each node the workflow that it runs, if it runs one that is known and no circle.
    pub(super) fn runs(
        &mut self,
        plan: &Plan<'_>,
        input: &Map<String, Value>,
    ) -> Vec<Option<Found>> {
        let nodes = plan.nodes.iter();
        nodes.map(|node| self.run(node.workflow?, input)).collect()
    }

    fn run(&mut self, reference: &str, input: &Map<String, Value>) -> Option<Found> {
        if let Some(found) = self.done.get(reference) {
            return Some(found.clone());
        }
        let target = self.facts.workflows.get(reference)?.clone()?;
        if self.stack.len() >= MAX_DEPTH || self.stack.contains(&target.name) {
            return None;
        }
        self.stack.push(target.name.clone());
        let facts = self.facts.clone();
        let answer = follow(&target.definition, input, self, &facts);
        self.stack.pop();
        let found = Found {
            name: target.name,
            version: target.version,
            reference: reference.to_owned(),
            answer: Rc::new(answer),
        };
        self.done.insert(reference.to_owned(), found.clone());
        Some(found)
    }
}

/// Puts inner dry runs under the first steps that run them, and their warnings among the others.
pub(super) fn attach(run: &mut DryRun, plan: &Plan<'_>, runs: Vec<Option<Found>>) {
    let mut runs = runs;
    let mut shown = HashSet::new();
    for step in &mut run.execution_path {
        let Some(found) = runs[step.step_index].take() else {
            continue;
        };
        if !shown.insert(found.reference.clone()) {
            continue;
        }
        let path = &plan.nodes[step.step_index].path;
        for warning in &found.answer.warnings {
            run.warnings
                .push(format!("{path}.workflow (\"{}\"): {warning}", found.name));
        }
        step.sub_run = Some(SubRun {
            workflow_name: found.name.clone(),
            version: found.version,
            predicted_duration_ms: found.answer.predicted_duration_ms,
            execution_path: found.answer.execution_path.clone(),
            branch_explorations: found.answer.branch_explorations.clone(),
        });
    }
}
