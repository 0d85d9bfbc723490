//! Counts of decisions, by what the input was.

mod findings;
mod variables;

use super::case::{Case, Decided, Decision};
use super::table::{Budget, Table, Tally};
use serde_json::Value;
use std::collections::BTreeMap;
use variables::variables;

/// The most approval steps of one workflow that are looked at.
const MAX_STEPS: usize = 100;
/// The most variables of one step that are looked at.
const MAX_VARIABLES: usize = 100;
/// A variable with more different texts than this is no category.
const MAX_VALUES: usize = 64;
/// A longer text is no category.
const MAX_VALUE_CHARS: usize = 100;

/// How often what was decided, and how long that took.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Outcomes {
    pub(super) approved: u64,
    pub(super) rejected: u64,
    /// How many of them have a known duration,
    pub(super) timed: u64,
    /// and the sum of those.
    pub(super) millis: u64,
}

impl Outcomes {
    fn add(&mut self, decided: Decided) {
        match decided.decision {
            Decision::Approved => self.approved += 1,
            Decision::Rejected => self.rejected += 1,
        }
        if let Some(millis) = decided.took_millis {
            self.timed += 1;
            self.millis += millis;
        }
    }

    pub(super) fn all(&self) -> u64 {
        self.approved + self.rejected
    }

    pub(super) fn of(&self, decision: Decision) -> u64 {
        match decision {
            Decision::Approved => self.approved,
            Decision::Rejected => self.rejected,
        }
    }
}

impl Tally for Outcomes {
    fn join(&mut self, other: &Self) {
        self.approved += other.approved;
        self.rejected += other.rejected;
        self.timed += other.timed;
        self.millis += other.millis;
    }

    fn alike(&self, other: &Self) -> bool {
        self.rejected + other.rejected == 0 || self.approved + other.approved == 0
    }
}

/// The decisions of one workflow, by step; under `None` those of executions as a whole.
#[derive(Debug, Default)]
pub(super) struct DecisionTally {
    steps: BTreeMap<Option<String>, StepDecisions>,
}

#[derive(Debug, Default)]
struct StepDecisions {
    total: Outcomes,
    variables: BTreeMap<String, Variable>,
}

/// What was decided by the value of one variable.
#[derive(Debug, Default)]
struct Variable {
    numbers: Option<Table<Outcomes>>,
    values: Values,
}

/// Texts and booleans, each as its JSON text.
#[derive(Debug, Default)]
enum Values {
    #[default]
    None,
    Few(BTreeMap<String, Outcomes>),
    TooMany,
}

impl DecisionTally {
    pub(super) fn observe(&mut self, case: &Case<'_>, budget: &mut Budget) {
        let decisions = case.decisions();
        if decisions.is_empty() {
            return;
        }
        let variables = variables(&case.execution.input_data);
        for (step, decided) in decisions {
            let known = self.steps.len();
            let step = step.map(str::to_owned);
            if known < MAX_STEPS || self.steps.contains_key(&step) {
                self.steps
                    .entry(step)
                    .or_default()
                    .observe(decided, &variables, budget);
            }
        }
    }

    /// How many thresholds and values are looked at: for each of a variable's numbers, under and
    /// over it, for each of its other values, and all that for approval and for rejection.
    pub(super) fn hypotheses(&self) -> u64 {
        let variables = self.steps.values().flat_map(|step| step.variables.values());
        let looked_at = variables.map(|variable| {
            let numbers = variable
                .numbers
                .as_ref()
                .map_or(0, |table| table.intervals().len());
            let values = match &variable.values {
                Values::Few(values) => values.len(),
                Values::None | Values::TooMany => 0,
            };
            u64::try_from(numbers * 4 + values * 2).unwrap_or(u64::MAX)
        });
        looked_at.sum()
    }
}

impl StepDecisions {
    fn observe(&mut self, decided: Decided, variables: &[(String, &Value)], budget: &mut Budget) {
        self.total.add(decided);
        for (name, value) in variables {
            if self.variables.len() >= MAX_VARIABLES && !self.variables.contains_key(name) {
                continue;
            }
            let variable = self.variables.entry(name.clone()).or_default();
            if let Some(number) = variables::number(value) {
                variable.add_number(number, decided, budget);
            } else if let Some(category) = variables::category(value) {
                variable.values.add(category, decided, budget);
            }
        }
    }
}

impl Variable {
    fn add_number(&mut self, number: f64, decided: Decided, budget: &mut Budget) {
        if self.numbers.is_none() && budget.take() {
            self.numbers = Some(Table::default());
        }
        if let Some(table) = &mut self.numbers {
            table.at(number).add(decided);
        }
    }
}

impl Values {
    fn add(&mut self, category: String, decided: Decided, budget: &mut Budget) {
        if matches!(self, Self::None) {
            *self = if budget.take() {
                Self::Few(BTreeMap::new())
            } else {
                Self::TooMany
            };
        }
        let Self::Few(values) = self else { return };
        let full = values.len() >= MAX_VALUES && !values.contains_key(&category);
        if full || category.chars().count() > MAX_VALUE_CHARS {
            *self = Self::TooMany;
            budget.give_back();
            return;
        }
        values.entry(category).or_default().add(decided);
    }
}
