//! What the declared variables can hold, for the analysis of conditions.

use condition::{Condition, Reading};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, HashSet};
use workflow_model::{Definition, Variable, VariableType};

/// How much work the analysis of all conditions may take together, in clause evaluations: some
/// tenths of a second.
const BUDGET: u64 = 20_000_000;

/// The declared variables, and how much may still be asked of them.
pub(super) struct Domain {
    bounds: BTreeMap<String, Condition>,
    whole: HashSet<String>,
    left: u64,
}

impl Domain {
    pub(super) fn of(definition: &Definition) -> Self {
        let bounds = definition.variables.iter().filter_map(|variable| {
            let written = json!({ variable.name.as_str(): bounds(variable)? });
            // A name that is no path says nothing about any condition.
            let condition = Condition::from_json(&written).ok()?;
            Some((variable.name.clone(), condition))
        });
        let whole = definition
            .variables
            .iter()
            .filter(|variable| variable.kind == Some(VariableType::Integer))
            .map(|variable| variable.name.clone());
        Self {
            bounds: bounds.collect(),
            whole: whole.collect(),
            left: BUDGET,
        }
    }

    /// Whether some declared input makes all of `holding` hold and none of `failing`; nothing
    /// when that cannot be told, or not at a bearable cost.
    pub(super) fn separable(
        &mut self,
        holding: &[&Condition],
        failing: &[&Condition],
    ) -> Option<bool> {
        if !self.afford(holding, failing) {
            return None;
        }
        let bounded = self.bounded(holding, failing);
        Condition::separable(&bounded, failing, |readings| self.admits(readings))
    }

    /// Such an input, in words: `amount is 10 and region is "x"`.
    pub(super) fn witness(
        &mut self,
        holding: &[&Condition],
        failing: &[&Condition],
    ) -> Option<String> {
        if !self.afford(holding, failing) {
            return None;
        }
        let bounded = self.bounded(holding, failing);
        let admits = |readings: &[Reading]| self.admits(readings);
        let found = Condition::separating_witness(&bounded, failing, admits)?;
        let said: Vec<_> = found
            .iter()
            .map(|reading| match &reading.value {
                Some(value) => format!("{} is {value}", reading.path),
                None => format!("{} is missing", reading.path),
            })
            .collect();
        Some(said.join(" and "))
    }

    /// The declarations of the variables that these conditions read, beside what is to hold.
    fn bounded<'a>(
        &'a self,
        holding: &[&'a Condition],
        failing: &[&'a Condition],
    ) -> Vec<&'a Condition> {
        let read: HashSet<String> = holding
            .iter()
            .chain(failing)
            .flat_map(|condition| condition.variables())
            .collect();
        let declared = self.bounds.iter().filter(|(name, _)| read.contains(*name));
        holding
            .iter()
            .copied()
            .chain(declared.map(|(_, condition)| condition))
            .collect()
    }

    fn admits(&self, readings: &[Reading]) -> bool {
        let fits = |reading: &Reading| {
            let number = reading.value.as_ref().and_then(Value::as_f64);
            !self.whole.contains(&reading.path) || number.is_none_or(|number| number.fract() == 0.0)
        };
        readings.iter().all(fits)
    }

    /// Takes the work of an analysis from the budget, if that is enough. The analysis tries every
    /// combination of the values that the clauses tell apart, at most 2^16.
    fn afford(&mut self, holding: &[&Condition], failing: &[&Condition]) -> bool {
        /// Bytes of text that a clause has at least.
        const CLAUSE: usize = 6;
        /// What it costs to look at a condition at all.
        const LOOK: u64 = 200;
        let looks = u64::try_from(holding.len() + failing.len()).unwrap_or(u64::MAX);
        self.left = self.left.saturating_sub(looks.saturating_mul(LOOK));
        if self.left == 0 {
            return false;
        }
        let all = self.bounded(holding, failing);
        let conditions = || all.iter().chain(failing);
        let clauses: usize = conditions()
            .map(|condition| 1 + condition.to_string().len() / CLAUSE)
            .sum();
        let names: HashSet<_> = conditions()
            .flat_map(|condition| condition.variables())
            .collect();
        let variables = names.len().max(1);
        let classes = u64::try_from(2 * clauses / variables + 1).unwrap_or(u64::MAX);
        let power = u32::try_from(variables).unwrap_or(u32::MAX);
        let combinations = classes.saturating_pow(power).min(1 << 16);
        let work = combinations.saturating_mul(u64::try_from(clauses).unwrap_or(u64::MAX));
        let enough = work <= self.left;
        if enough {
            self.left -= work;
        }
        enough
    }
}

/// What a declaration says, as an operator object; nothing if it admits anything.
fn bounds(variable: &Variable) -> Option<Value> {
    let mut written = Map::new();
    if let Some(values @ Value::Array(_)) = variable.source.get("enum") {
        written.insert("$in".to_owned(), values.clone());
    } else if variable.kind == Some(VariableType::Boolean) {
        written.insert("$in".to_owned(), json!([true, false]));
    }
    for (keyword, operator) in [("minimum", "$gte"), ("maximum", "$lte")] {
        if let Some(bound @ Value::Number(_)) = variable.source.get(keyword) {
            written.insert(operator.to_owned(), bound.clone());
        }
    }
    (!written.is_empty()).then_some(Value::Object(written))
}
