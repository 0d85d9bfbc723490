use std::cmp::Ordering;

use serde_json::Value;

use crate::explain::Reading;
use crate::number::apply;
use crate::path::{Path, Root};
use crate::tree::{Comparison, Expr, Node, Operator, Test};
use crate::value::{compare, equal};

/// What a condition reads.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Variable {
    Input(Path),
    Outcome,
}

/// For each variable one value of each class; nothing stands for a variable that is missing.
pub(super) struct Space {
    pub(super) variables: Vec<(Variable, Vec<Option<Value>>)>,
}

/// What stands for a variable in one combination.
#[derive(Clone, Copy)]
pub(super) enum Choice<'a> {
    Value(&'a Value),
    Missing,
}

/// What the conditions say of one variable.
#[derive(Default)]
struct Mentions {
    constants: Vec<Value>,
    /// Whether texts are compared by order.
    ordered: bool,
    /// Whether it is asked if the variable exists.
    existence: bool,
}

/// Whether a test can be decided for a class of values.
pub(super) fn is_decidable(test: &Test) -> bool {
    let scalar = |value: &Value| !value.is_array() && !value.is_object();
    match test {
        Test::Compare(_, value) => scalar(value),
        Test::In { values, .. } => values.iter().all(scalar),
        Test::HasType(_) | Test::Matches(_) | Test::Mod { .. } | Test::Size(..) => false,
    }
}

impl Space {
    /// Nothing if one variable lies inside another, so that they are not independent.
    pub(super) fn of(conditions: &[&Node]) -> Option<Self> {
        let mut found: Vec<(Variable, Mentions)> = Vec::new();
        for node in conditions {
            collect(node, &mut found);
        }
        let paths = || found.iter().filter_map(|(variable, _)| path_of(variable));
        let nested =
            paths().any(|a| paths().any(|b| a != b && b.segments.starts_with(&a.segments)));
        if nested {
            return None;
        }
        let variables = found
            .into_iter()
            .map(|(variable, mentions)| {
                let values = mentions.representatives(variable == Variable::Outcome);
                (variable, values)
            })
            .collect();
        Some(Self { variables })
    }

    pub(super) fn combinations(&self) -> Option<usize> {
        self.variables
            .iter()
            .try_fold(1_usize, |product, (_, values)| {
                product.checked_mul(values.len())
            })
    }

    /// What was chosen for a variable; nothing if it is not in the space.
    pub(super) fn choice(&self, variable: &Variable, chosen: &[usize]) -> Option<Choice<'_>> {
        let position = self
            .variables
            .iter()
            .position(|(known, _)| known == variable)?;
        let choice = *chosen.get(position)?;
        let value = self.variables.get(position)?.1.get(choice)?;
        Some(value.as_ref().map_or(Choice::Missing, Choice::Value))
    }

    pub(super) fn readings(&self, chosen: &[usize]) -> Vec<Reading> {
        let reading =
            |((variable, values), choice): (&(Variable, Vec<Option<Value>>), &usize)| Reading {
                path: path_of(variable).map_or_else(|| "outcome".to_owned(), Path::dotted),
                value: values.get(*choice).cloned().flatten(),
            };
        self.variables.iter().zip(chosen).map(reading).collect()
    }
}

fn path_of(variable: &Variable) -> Option<&Path> {
    match variable {
        Variable::Input(path) => Some(path),
        Variable::Outcome => None,
    }
}

fn collect(node: &Node, found: &mut Vec<(Variable, Mentions)>) {
    match node {
        Node::And(parts) | Node::Or(parts) => parts.iter().for_each(|part| collect(part, found)),
        Node::Not(inner) => collect(inner, found),
        Node::Outcome(label) => {
            let mentions = mentions(found, Variable::Outcome);
            mentions.constants.push(label.as_str().into());
        }
        Node::Exists(path) if path.root == Root::Input => {
            mentions(found, Variable::Input(path.clone())).existence = true;
        }
        Node::Test {
            subject: Expr::Path(path),
            test,
        } if path.root == Root::Input && is_decidable(test) => {
            let mentions = mentions(found, Variable::Input(path.clone()));
            match test {
                Test::Compare(op, value) => {
                    mentions.constants.push(value.clone());
                    mentions.ordered |= !matches!(op, Comparison::Eq | Comparison::Ne);
                }
                Test::In { values, .. } => mentions.constants.extend(values.iter().cloned()),
                Test::HasType(_) | Test::Matches(_) | Test::Mod { .. } | Test::Size(..) => {}
            }
        }
        Node::Constant(_)
        | Node::Exists(_)
        | Node::Test { .. }
        | Node::Compare { .. }
        | Node::In { .. }
        | Node::Quantified { .. }
        | Node::Holds(_) => {}
    }
}

fn mentions(found: &mut Vec<(Variable, Mentions)>, variable: Variable) -> &mut Mentions {
    let position = found.iter().position(|(known, _)| *known == variable);
    let position = position.unwrap_or_else(|| {
        found.push((variable, Mentions::default()));
        found.len() - 1
    });
    &mut found[position].1
}

impl Mentions {
    fn representatives(self, outcome: bool) -> Vec<Option<Value>> {
        let of = |is: fn(&Value) -> bool| {
            let mut values: Vec<Value> = self.constants.iter().filter(|v| is(v)).cloned().collect();
            values.sort_by(|a, b| compare(a, b).unwrap_or(Ordering::Equal));
            values.dedup_by(|a, b| equal(a, b));
            values
        };
        let mut values = numbers(&of(Value::is_number));
        values.extend(texts(&of(Value::is_string), self.ordered && !outcome));
        if self.constants.iter().any(Value::is_boolean) {
            values.extend([true.into(), false.into()]);
        }
        if self.constants.iter().any(Value::is_null) {
            values.push(Value::Null);
        }
        let mut values: Vec<Option<Value>> = values.into_iter().map(Some).collect();
        if self.existence {
            values.push(None);
            if values.len() == 1 {
                values.push(Some(true.into())); // any value will do
            }
        }
        values
    }
}

/// The bounds, a number between each two, one below and one above; whole ones where there are.
fn numbers(bounds: &[Value]) -> Vec<Value> {
    let (Some(first), Some(last)) = (bounds.first(), bounds.last()) else {
        return Vec::new();
    };
    let one = Value::from(1);
    let mut values = vec![whole(&apply(Operator::Subtract, first, &one))];
    for pair in bounds.windows(2) {
        values.push(pair[0].clone());
        values.push(between(&pair[0], &pair[1]));
    }
    values.push(last.clone());
    values.push(whole(&apply(Operator::Add, last, &one)));
    values
}

/// Without its fraction.
fn whole(number: &Value) -> Value {
    let fraction = apply(Operator::Remainder, number, &1.into());
    apply(Operator::Subtract, number, &fraction)
}

/// A number strictly between two; a whole one if there is one.
fn between(low: &Value, high: &Value) -> Value {
    let middle = apply(
        Operator::Divide,
        &apply(Operator::Add, low, high),
        &2.into(),
    );
    let whole = whole(&middle);
    let inside = |value: &Value| {
        compare(low, value) == Some(Ordering::Less) && compare(value, high) == Some(Ordering::Less)
    };
    let neighbours = [Operator::Add, Operator::Subtract].map(|op| apply(op, &whole, &1.into()));
    let found = std::iter::once(whole).chain(neighbours).find(inside);
    found.unwrap_or(middle)
}

/// The texts, and others: where order matters one in each gap, else a single one.
fn texts(constants: &[Value], ordered: bool) -> Vec<Value> {
    let texts: Vec<&str> = constants.iter().filter_map(Value::as_str).collect();
    if texts.is_empty() {
        return Vec::new();
    }
    let mut values: Vec<Value> = Vec::new();
    if !ordered {
        values.extend(texts.iter().copied().map(Value::from));
        let is_free = |candidate: &String| {
            texts
                .iter()
                .all(|text| !crate::eval::same_label(text, candidate))
        };
        let others = (1..).map(|n| {
            if n == 1 {
                "other".to_owned()
            } else {
                format!("other {n}")
            }
        });
        values.extend(others.take(texts.len() + 1).find(is_free).map(Value::from));
        return values;
    }
    if !texts.contains(&"") {
        values.push("".into());
    }
    for (position, text) in texts.iter().enumerate() {
        values.push((*text).into());
        let next = texts.get(position + 1);
        let after = [format!("{text} "), format!("{text}\u{0}")];
        let fits = |candidate: &&String| next.is_none_or(|next| candidate.as_str() < *next);
        values.extend(after.iter().find(fits).cloned().map(Value::from));
    }
    values
}
