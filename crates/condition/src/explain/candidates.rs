use chrono::{DateTime, NaiveDate, SecondsFormat, TimeDelta};
use serde_json::{Number, Value};

use super::nearest::place;
use crate::condition::{run, steps};
use crate::eval::Run;
use crate::number::{apply, decimal, from_decimal};
use crate::path::{Path, Root};
use crate::scope::Scope;
use crate::tree::{Expr, Node, Operator, Test};
use crate::walk::{Part, variables_of};

/// What the outcome of the step before is called; its path has no segments.
pub(super) const OUTCOME: &str = "outcome";

/// Values worth trying, by variable.
pub(super) type Candidates = Vec<(Path, Vec<Value>)>;

/// Most values tried for one variable.
const MAX_VALUES: usize = 64;
/// Finest step tried for numbers with decimal places.
const MAX_PLACES: u32 = 9;

pub(super) fn collect(root: &Node, scope: &Scope<'_>) -> Candidates {
    let steps = steps();
    let mut collector = Collector {
        run: run(scope, false, &steps),
        found: Vec::new(),
    };
    collector.node(root);
    collector.found
}

struct Collector<'a> {
    run: Run<'a>,
    found: Candidates,
}

impl Collector<'_> {
    fn node(&mut self, node: &Node) {
        match node {
            Node::And(parts) | Node::Or(parts) => parts.iter().for_each(|part| self.node(part)),
            Node::Not(inner) => self.node(inner),
            Node::Outcome(label) => {
                let path = Path::input(Vec::new());
                self.add(&path, [Value::from(label.as_str())]);
            }
            Node::Test {
                subject: Expr::Path(path),
                test,
            } => self.test(path, test),
            Node::Test {
                subject,
                test: Test::Compare(_, Value::Number(_)),
            } => {
                self.solve(node, subject);
            }
            Node::Compare { left, right, .. } => {
                self.compare(left, right);
                self.compare(right, left);
                if !matches!((left, right), (Expr::Path(_), Expr::Path(_))) {
                    self.solve_difference(node, left, right);
                }
            }
            Node::In {
                item: Expr::Path(path),
                list,
                ..
            } => {
                if let Some(Value::Array(values)) = self.value(list) {
                    self.add(path, values);
                }
            }
            Node::Constant(_)
            | Node::Exists(_)
            | Node::Test { .. }
            | Node::In { .. }
            | Node::Quantified { .. }
            | Node::Holds(_) => {}
        }
    }

    fn value(&self, expr: &Expr) -> Option<Value> {
        self.run
            .expr(expr, &mut Vec::new())
            .map(std::borrow::Cow::into_owned)
    }

    fn test(&mut self, path: &Path, test: &Test) {
        match test {
            Test::Compare(_, constant) => self.around(path, constant),
            Test::In { values, .. } => values.iter().for_each(|value| self.around(path, value)),
            Test::Mod { divisor, remainder } => self.multiples(path, *divisor, *remainder),
            Test::HasType(_) | Test::Matches(_) | Test::Size(..) => {}
        }
    }

    fn compare(&mut self, variable: &Expr, other: &Expr) {
        if let Expr::Path(path) = variable
            && let Some(value) = self.value(other)
        {
            self.around(path, &value);
        }
    }

    /// The bound and its neighbours.
    fn around(&mut self, path: &Path, bound: &Value) {
        let beside = match bound {
            Value::Number(number) => {
                let step = step(number, place(self.run.input, &path.segments));
                [Operator::Add, Operator::Subtract]
                    .map(|op| apply(op, bound, &step))
                    .to_vec()
            }
            Value::Bool(value) => vec![(!value).into()],
            Value::String(text) => neighbours(text),
            Value::Null | Value::Array(_) | Value::Object(_) => Vec::new(),
        };
        self.add(path, std::iter::once(bound.clone()).chain(beside));
    }

    /// The numbers with the remainder next to the value, and the value's neighbour.
    fn multiples(&mut self, path: &Path, divisor: i64, remainder: i64) {
        let now = place(self.run.input, &path.segments)
            .and_then(Value::as_i64)
            .unwrap_or(0);
        let base = now
            .checked_div(divisor)
            .and_then(|n| n.checked_mul(divisor));
        let near = [-1, 0, 1].map(|n| {
            base?
                .checked_add(divisor.checked_mul(n)?)?
                .checked_add(remainder)
        });
        let near = near.into_iter().flatten().map(Value::from);
        self.add(path, near.chain(now.checked_add(1).map(Value::from)));
    }

    /// Numbers at which `subject op constant` may turn, for each variable in `subject`.
    fn solve(&mut self, node: &Node, subject: &Expr) {
        let Node::Test {
            test: Test::Compare(_, bound),
            ..
        } = node
        else {
            return;
        };
        let bound = bound.clone();
        self.roots(node, |run| {
            let value = run.expr(subject, &mut Vec::new())?;
            apply(Operator::Subtract, &value, &bound).as_f64()
        });
    }

    fn solve_difference(&mut self, node: &Node, left: &Expr, right: &Expr) {
        self.roots(node, |run| {
            let left = run.expr(left, &mut Vec::new())?;
            let right = run.expr(right, &mut Vec::new())?;
            apply(Operator::Subtract, &left, &right).as_f64()
        });
    }

    /// Where a difference would be zero if it were linear in each variable.
    fn roots(&mut self, node: &Node, difference: impl Fn(&Run<'_>) -> Option<f64>) {
        for path in variables_of(&Part::Node(node)) {
            let Some(Value::Number(now)) = place(self.run.input, &path.segments).cloned() else {
                continue;
            };
            let at = |value: &Value| {
                let mut input = self.run.input.clone();
                *place_mut(&mut input, &path)? = value.clone();
                difference(&Run {
                    input: &input,
                    ..self.run
                })
            };
            let now = Value::Number(now);
            let next = apply(Operator::Add, &now, &1.into());
            let (Some(here), Some(there)) = (at(&now), at(&next)) else {
                continue;
            };
            let root = now.as_f64().unwrap_or_default() - here / (there - here);
            if !root.is_finite() {
                continue;
            }
            let step = step(&0.into(), Some(&now));
            let scale = step.as_f64().unwrap_or(1.0);
            let values = [
                root.floor_to(scale),
                root.floor_to(scale) + scale,
                root.floor_to(scale) - scale,
            ];
            let values = values.map(|value| rounded(value, &step));
            self.add(&path, values);
        }
    }

    fn add(&mut self, path: &Path, values: impl IntoIterator<Item = Value>) {
        if path.root != Root::Input || !self.reachable(path) {
            return;
        }
        let position = self.found.iter().position(|(known, _)| known == path);
        let position = position.unwrap_or_else(|| {
            self.found.push((path.clone(), Vec::new()));
            self.found.len() - 1
        });
        if let Some((_, known)) = self.found.get_mut(position) {
            for value in values {
                if known.len() < MAX_VALUES && !known.contains(&value) {
                    known.push(value);
                }
            }
        }
    }

    /// Whether the variable is one place in the input: not a list, not within the elements of one,
    /// not under something that is no object.
    fn reachable(&self, path: &Path) -> bool {
        let mut value = self.run.input;
        if !value.is_object() {
            return path.segments.is_empty();
        }
        for segment in &path.segments {
            let next = match value {
                Value::Object(map) => map.get(&segment.name),
                Value::Array(list) => match segment.index.and_then(|index| list.get(index)) {
                    Some(element) => Some(element),
                    None => return false,
                },
                Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => return false,
            };
            match next {
                Some(next) => value = next,
                None => return true,
            }
        }
        path.segments.is_empty() || !value.is_array()
    }
}

trait FloorTo {
    fn floor_to(self, step: f64) -> f64;
}

impl FloorTo for f64 {
    fn floor_to(self, step: f64) -> f64 {
        (self / step).floor() * step
    }
}

fn place_mut<'a>(value: &'a mut Value, path: &Path) -> Option<&'a mut Value> {
    path.segments
        .iter()
        .try_fold(value, |value, segment| match value {
            Value::Object(map) => map.get_mut(&segment.name),
            Value::Array(list) => list.get_mut(segment.index?),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
        })
}

/// The number without the noise beyond the places of `step`.
fn rounded(value: f64, step: &Value) -> Value {
    let places = step
        .as_number()
        .and_then(decimal)
        .map_or(0, |step| step.scale());
    match Number::from_f64(value).and_then(|number| decimal(&number)) {
        Some(decimal) => from_decimal(decimal.round_dp(places)),
        None => Value::Null,
    }
}

/// One in the last decimal place that the bound or the value has.
fn step(bound: &Number, now: Option<&Value>) -> Value {
    let places = |number: &Number| decimal(number).map_or(0, |d| d.normalize().scale());
    let now = now.and_then(Value::as_number).map_or(0, places);
    let places = places(bound).max(now).min(MAX_PLACES);
    from_decimal(rust_decimal::Decimal::new(1, places))
}

/// The day or second before and after, if the text is a date.
fn neighbours(text: &str) -> Vec<Value> {
    if let Ok(day) = NaiveDate::parse_from_str(text, "%Y-%m-%d") {
        let days = [day.pred_opt(), day.succ_opt()];
        return days
            .into_iter()
            .flatten()
            .map(|day| day.to_string().into())
            .collect();
    }
    let Ok(time) = DateTime::parse_from_rfc3339(text) else {
        return Vec::new();
    };
    [-1, 1]
        .into_iter()
        .filter_map(|seconds| time.checked_add_signed(TimeDelta::seconds(seconds)))
        .map(|time| time.to_rfc3339_opts(SecondsFormat::AutoSi, true).into())
        .collect()
}
