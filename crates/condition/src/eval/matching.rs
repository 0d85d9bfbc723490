//! One clause: a variable or value against constants, values, lists.

use serde_json::Value;

use super::Run;
use super::test::{is_null_test, passes};
use crate::path::{Candidates, Found, Path};
use crate::tree::{Comparison, Expr, Test};
use crate::truth::Tri;
use crate::value::{equal, holds};

impl Run<'_> {
    pub(super) fn test(&self, subject: &Expr, test: &Test, missing: &mut Vec<String>) -> Tri {
        let negated = match test {
            Test::Compare(Comparison::Ne, _)
            | Test::Size(Comparison::Ne, _)
            | Test::In { negated: true, .. } => true,
            Test::Compare(..)
            | Test::Size(..)
            | Test::In { negated: false, .. }
            | Test::HasType(_)
            | Test::Matches(_)
            | Test::Mod { .. } => false,
        };
        let expand = !matches!(test, Test::Size(..));
        let answer = match subject {
            Expr::Path(path) => {
                let on_missing = || passes(test, &Value::Null) == Tri::True && is_null_test(test);
                self.any_match(
                    path,
                    expand,
                    on_missing,
                    |value| passes(test, value),
                    missing,
                )
            }
            expr => match self.expr(expr, missing) {
                None => return Tri::Unknown,
                Some(value) => passes(test, &value),
            },
        };
        answer.negate_if(negated)
    }

    /// MongoDB's matching: a value passes, or any element of a list at the end of the path.
    fn any_match(
        &self,
        path: &Path,
        expand: bool,
        on_missing: impl Fn() -> bool,
        passes: impl Fn(&Value) -> Tri,
        missing: &mut Vec<String>,
    ) -> Tri {
        let value_passes = |value: &Value| match value {
            Value::Array(elements) if !self.may_spend(elements.len()) => Tri::Unknown,
            Value::Array(elements) if expand && path.expands() => {
                either(std::iter::once(value).chain(elements).map(&passes))
            }
            value => passes(value),
        };
        match self.find(path) {
            Found::One(value) => value_passes(value),
            Found::Missing if self.closed => on_missing().into(),
            Found::Missing => self.lack(path, missing),
            Found::Many(Candidates {
                values, lacking, ..
            }) if self.closed => {
                let found = either(values.into_iter().map(value_passes));
                if lacking > 0 && on_missing() {
                    Tri::True
                } else {
                    found
                }
            }
            Found::Many(candidates) if candidates.is_missing() => self.lack(path, missing),
            Found::Many(candidates) => either(candidates.values.into_iter().map(value_passes)),
        }
    }

    /// Two variables are compared as whole values; with one, a list stands for its elements.
    pub(super) fn compare(
        &self,
        op: Comparison,
        left: &Expr,
        right: &Expr,
        missing: &mut Vec<String>,
    ) -> Tri {
        let one_sided = match (left.as_path(), right.as_path()) {
            (Some(path), None) => Some((path, right, op)),
            (None, Some(path)) => Some((path, left, op.flipped())),
            (Some(_), Some(_)) | (None, None) => None,
        };
        let Some((path, other, op)) = one_sided else {
            let (left, right) = (self.expr(left, missing), self.expr(right, missing));
            let (Some(left), Some(right)) = (left, right) else {
                return Tri::Unknown;
            };
            return holds(op, &left, &right).into();
        };
        let Some(other) = self.expr(other, missing) else {
            self.read(path, missing); // the answer names every missing variable
            return Tri::Unknown;
        };
        let (op, negated) = if op == Comparison::Ne {
            (Comparison::Eq, true)
        } else {
            (op, false)
        };
        let passes = |value: &Value| holds(op, value, &other).into();
        let on_missing = || other.is_null() && holds(op, &Value::Null, &Value::Null);
        self.any_match(path, true, on_missing, passes, missing)
            .negate_if(negated)
    }

    pub(super) fn member(
        &self,
        item: &Expr,
        list: &Expr,
        negated: bool,
        missing: &mut Vec<String>,
    ) -> Tri {
        let Some(list_value) = self.expr(list, missing) else {
            self.expr(item, missing);
            return Tri::Unknown;
        };
        let within = |item: &Value| match list_value.as_ref() {
            Value::Array(values) => values.iter().any(|value| equal(value, item)).into(),
            Value::Object(map) => item
                .as_str()
                .is_some_and(|key| map.contains_key(key))
                .into(),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Tri::False,
        };
        let answer = if let (Some(path), None) = (item.as_path(), list.as_path()) {
            let on_missing = || within(&Value::Null) == Tri::True;
            self.any_match(path, true, on_missing, within, missing)
        } else {
            let value = self.expr(item, missing);
            value.map_or(Tri::Unknown, |value| within(&value))
        };
        answer.negate_if(negated)
    }
}

fn either(parts: impl Iterator<Item = Tri>) -> Tri {
    let mut result = Tri::False;
    for part in parts {
        match part {
            Tri::True => return Tri::True,
            Tri::Unknown => result = Tri::Unknown,
            Tri::False => {}
        }
    }
    result
}
