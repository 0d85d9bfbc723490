//! What is known of actions and steps, apart from the definition.

use crate::FoundDefinition;
use serde_json::Value;
use std::collections::BTreeMap;

/// What the catalogue declares of an action.
#[derive(Debug, Clone, PartialEq)]
pub struct ActionFact {
    /// What steps call it by.
    pub action_type: String,
    /// Its name.
    pub name: String,
    /// Whether it may be used.
    pub is_active: bool,
    /// Whether it can be repeated without harm.
    pub is_idempotent: bool,
    /// What it changes in the world.
    pub side_effects: Vec<String>,
    /// JSON Schema of its input.
    pub input_schema: Value,
    /// Its mean measured duration in milliseconds, with the number of attempts it rests on.
    pub measured: Option<(f64, i64)>,
    /// What 95 of 100 of those did not exceed, in milliseconds.
    pub p95_millis: Option<i64>,
}

/// How long nearly every attempt at a step of this workflow took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepPercentile {
    /// The step's name.
    pub step_name: String,
    /// The action type; empty when reports named none.
    pub action_type: String,
    /// The number of attempts it rests on; over 0.
    pub timed: i64,
    /// What 95 of 100 of those did not exceed, in milliseconds.
    pub p95_millis: i64,
}

/// What was measured of a step of this workflow.
#[derive(Debug, Clone, PartialEq)]
pub struct MeasuredStep {
    /// The step's name.
    pub step_name: String,
    /// The action type; empty when reports named none.
    pub action_type: String,
    /// Its mean duration in milliseconds.
    pub mean_millis: f64,
    /// The number of attempts that the mean rests on; over 0.
    pub timed: i64,
    /// Completed among those that ended.
    pub success_rate: f64,
}

/// Everything that a dry run needs beside definition and input.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Facts {
    /// Actions that the tenant can see, of the types that the definition names. When the
    /// catalogue as a whole is empty, `catalogue_is_empty` says so and nothing is unknown.
    pub actions: Vec<ActionFact>,
    /// Whether the tenant's catalogue has no action at all: then no action is called unknown.
    pub catalogue_is_empty: bool,
    /// Steps of this workflow.
    pub steps: Vec<MeasuredStep>,
    /// Steps of this workflow; looked up only for definitions with timeouts.
    pub percentiles: Vec<StepPercentile>,
    /// The workflows that steps run, by the reference in the step. `None`: there is no such
    /// workflow. A reference that is not among the keys was not looked up.
    pub workflows: BTreeMap<String, Option<FoundDefinition>>,
}

impl Facts {
    /// The actions that a step may mean: the one that bears its name, else those of its type.
    pub(crate) fn meant(&self, action_type: &str, step_name: &str) -> Vec<&ActionFact> {
        let of_type = |action: &&ActionFact| action.action_type == action_type;
        let actions: Vec<_> = self.actions.iter().filter(of_type).collect();
        match actions.iter().find(|action| action.name == step_name) {
            Some(named) => vec![*named],
            None => actions,
        }
    }
}
