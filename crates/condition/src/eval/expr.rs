use std::borrow::Cow;

use serde_json::Value;

use super::{Frame, Run};
use crate::limits::MAX_BUILT_LIST;
use crate::number;
use crate::path::{Found, Path};
use crate::tree::{Expr, Node, Selection};
use crate::truth::Tri;

impl<'a> Run<'a> {
    /// The value of an expression; nothing if a variable is missing, which is then noted.
    pub(crate) fn expr<'s: 'a>(
        &self,
        expr: &'s Expr,
        missing: &mut Vec<String>,
    ) -> Option<Cow<'a, Value>> {
        if !self.may_step() {
            return None;
        }
        match expr {
            Expr::Literal(value) => Some(Cow::Borrowed(value)),
            Expr::Path(path) => self.read(path, missing),
            Expr::List(elements) => {
                let values = self.values(elements, missing)?;
                Some(owned(values.into_iter().map(Cow::into_owned).collect()))
            }
            Expr::Negate(operand) => self
                .expr(operand, missing)
                .map(|value| owned(number::negate(&value))),
            Expr::Arithmetic { op, left, right } => {
                let (left, right) = (self.expr(left, missing), self.expr(right, missing));
                let (left, right) = (left?, right?);
                Some(owned(number::apply(*op, &left, &right)))
            }
            Expr::Call {
                function,
                arguments,
            } => {
                let values = self.values(arguments, missing)?;
                let work = values.iter().map(|value| size(value)).sum();
                self.may_spend(work).then(|| owned(function.apply(&values)))
            }
            Expr::Select { how, list, body } => self.select(*how, list, body, missing),
            Expr::Map { flat, list, body } => self.map(*flat, list, body, missing),
            Expr::If {
                condition,
                then,
                otherwise,
            } => match self.node(condition, missing) {
                Tri::True => self.expr(then, missing),
                Tri::False => self.expr(otherwise, missing),
                Tri::Unknown => None,
            },
            Expr::Coalesce(first, second) => {
                let before = missing.len();
                match self.expr(first, missing) {
                    Some(value) if !value.is_null() => Some(value),
                    _ => {
                        missing.truncate(before);
                        self.expr(second, missing)
                    }
                }
            }
            Expr::Condition(node) => match self.node(node, missing) {
                Tri::True => Some(owned(true.into())),
                Tri::False => Some(owned(false.into())),
                Tri::Unknown => None,
            },
        }
    }

    /// All values, or nothing; every missing variable is noted.
    fn values<'s: 'a>(
        &self,
        exprs: &'s [Expr],
        missing: &mut Vec<String>,
    ) -> Option<Vec<Cow<'a, Value>>> {
        let values: Vec<_> = exprs.iter().map(|expr| self.expr(expr, missing)).collect();
        values.into_iter().collect()
    }

    /// A variable's value; the values found when the path goes through a list.
    pub(super) fn read(&self, path: &Path, missing: &mut Vec<String>) -> Option<Cow<'a, Value>> {
        match self.find(path) {
            Found::One(value) => Some(Cow::Borrowed(value)),
            Found::Many(candidates) if self.closed || !candidates.is_missing() => {
                Some(owned(candidates.values.into_iter().cloned().collect()))
            }
            Found::Missing if self.closed => Some(owned(Value::Null)),
            Found::Missing | Found::Many(_) => {
                self.lack(path, missing);
                None
            }
        }
    }

    fn select<'s: 'a>(
        &self,
        how: Selection,
        list: &'s Expr,
        body: &Node,
        missing: &mut Vec<String>,
    ) -> Option<Cow<'a, Value>> {
        let value = self.expr(list, missing)?;
        let Value::Array(elements) = value.as_ref() else {
            return Some(owned(Value::Null));
        };
        let mut chosen = Vec::new();
        for element in elements {
            let frame = Frame {
                value: element,
                list: list.as_path(),
                outer: self.element,
            };
            match (Run {
                element: Some(&frame),
                ..*self
            })
            .node(body, missing)
            {
                Tri::True => chosen.push(element),
                Tri::False => {}
                Tri::Unknown => return None,
            }
        }
        Some(owned(match how {
            Selection::Count => chosen.len().into(),
            Selection::Filter => chosen.into_iter().cloned().collect(),
        }))
    }

    fn map<'s: 'a>(
        &self,
        flat: bool,
        list: &'s Expr,
        body: &Expr,
        missing: &mut Vec<String>,
    ) -> Option<Cow<'a, Value>> {
        let value = self.expr(list, missing)?;
        let Value::Array(elements) = value.as_ref() else {
            return Some(owned(Value::Null));
        };
        let mut mapped = Vec::new();
        for element in elements {
            let frame = Frame {
                value: element,
                list: list.as_path(),
                outer: self.element,
            };
            let run = Run {
                element: Some(&frame),
                ..*self
            };
            match run.expr(body, missing)?.into_owned() {
                Value::Array(inner) if flat => mapped.extend(inner),
                other => mapped.push(other),
            }
            if mapped.len() > MAX_BUILT_LIST {
                return Some(owned(Value::Null));
            }
        }
        Some(owned(Value::Array(mapped)))
    }
}

/// The work of looking at a value once.
fn size(value: &Value) -> usize {
    match value {
        Value::Array(list) => list.len(),
        Value::Object(map) => map.len(),
        Value::String(text) => text.len() / 64,
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
    }
}

fn owned<'a>(value: Value) -> Cow<'a, Value> {
    Cow::Owned(value)
}
