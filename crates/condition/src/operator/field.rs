use serde_json::{Map, Value};

use super::Reader;
use crate::build;
use crate::error::did_you_mean;
use crate::limits::MAX_LIST;
use crate::path::{Path, Root};
use crate::pattern::Pattern;
use crate::tree::{Comparison, Expr, Node, Quantifier, Test, TypeName};
use crate::value::type_name;

/// Operators that stand under a variable.
pub(super) const OPERATORS: [&str; 17] = [
    "$eq",
    "$ne",
    "$gt",
    "$gte",
    "$lt",
    "$lte",
    "$in",
    "$nin",
    "$exists",
    "$type",
    "$regex",
    "$options",
    "$mod",
    "$size",
    "$all",
    "$elemMatch",
    "$not",
];

impl Reader {
    /// `{"amount": value}`: equality, or the conjunction of operators.
    pub(super) fn field(&mut self, path: &Path, value: &Value) -> Node {
        match value {
            Value::Object(object) if object.keys().any(|key| key.starts_with('$')) => {
                self.operators(path, object)
            }
            value => test(path, Test::Compare(Comparison::Eq, value.clone())),
        }
    }

    fn operators(&mut self, path: &Path, object: &Map<String, Value>) -> Node {
        if self.too_deep() {
            return Node::Constant(true);
        }
        let mut parts = Vec::with_capacity(object.len());
        for (operator, operand) in object {
            let part = self.within(operator, |reader| match operator.as_str() {
                "$regex" => reader.regex(path, operand, object.get("$options")),
                "$options" => {
                    if !object.contains_key("$regex") {
                        reader.fault("`$options` goes with `$regex`, which is missing");
                    }
                    None
                }
                operator => reader.operator(path, operator, operand),
            });
            parts.extend(part);
        }
        build::and(parts)
    }

    fn operator(&mut self, path: &Path, operator: &str, operand: &Value) -> Option<Node> {
        let compare = |op| Some(test(path, Test::Compare(op, operand.clone())));
        match operator {
            "$eq" => compare(Comparison::Eq),
            "$ne" => compare(Comparison::Ne),
            "$gt" => compare(Comparison::Gt),
            "$gte" => compare(Comparison::Gte),
            "$lt" => compare(Comparison::Lt),
            "$lte" => compare(Comparison::Lte),
            "$in" | "$nin" => self.list(operand).map(|values| {
                test(
                    path,
                    Test::In {
                        values,
                        negated: operator == "$nin",
                    },
                )
            }),
            "$exists" => self.exists(path, operand),
            "$type" => self.types(path, operand),
            "$mod" => self.modulo(path, operand),
            "$size" => match operand {
                Value::Number(n) if n.is_u64() => {
                    Some(test(path, Test::Size(Comparison::Eq, operand.clone())))
                }
                other => self.refuse("a whole number that is not negative", other),
            },
            "$all" => self.all(path, operand),
            "$elemMatch" => self.element(path, operand),
            "$not" => match operand {
                Value::Object(object) if object.keys().any(|key| key.starts_with('$')) => {
                    Some(Node::Not(Box::new(self.operators(path, object))))
                }
                other => self.refuse("an operator object such as {\"$gt\": 5}", other),
            },
            _ if operator.starts_with('$') => {
                let hint = did_you_mean(operator, OPERATORS);
                self.fault(format!("unknown operator `{operator}`{hint}"));
                None
            }
            _ => {
                self.fault("operators and plain names cannot be mixed in one object");
                None
            }
        }
    }

    /// Says what an operator takes.
    fn refuse<T>(&mut self, wanted: &str, found: &Value) -> Option<T> {
        let operator = self.path.last().cloned().unwrap_or_default();
        let found = match found {
            Value::Number(number) => format!("{number}"),
            Value::Object(_) => "this object".to_owned(),
            Value::Array(list) if list.is_empty() => "an empty list".to_owned(),
            other => format!("a {}", type_name(other)),
        };
        self.fault(format!("`{operator}` takes {wanted}, not {found}"));
        None
    }

    fn list(&mut self, operand: &Value) -> Option<Vec<Value>> {
        match operand {
            Value::Array(values) if values.len() <= MAX_LIST => Some(values.clone()),
            Value::Array(_) => {
                self.fault(format!("a list has at most {MAX_LIST} elements"));
                None
            }
            other => self.refuse("a list", other),
        }
    }

    fn exists(&mut self, path: &Path, operand: &Value) -> Option<Node> {
        let exists = Node::Exists(path.clone());
        match operand {
            Value::Bool(true) => Some(exists),
            Value::Bool(false) => Some(Node::Not(Box::new(exists))),
            other => self.refuse("true or false", other),
        }
    }

    fn types(&mut self, path: &Path, operand: &Value) -> Option<Node> {
        let single = [operand.clone()];
        let kinds = operand.as_array().map_or(single.as_slice(), Vec::as_slice);
        if kinds.is_empty() {
            return self.refuse("a type or a list of types", operand);
        }
        let mut tests = Vec::new();
        for kind in kinds {
            let known = match kind {
                Value::String(name) => TypeName::from_name(name),
                Value::Number(code) => code.as_i64().and_then(TypeName::from_code),
                Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
            };
            if let Some(kind) = known {
                tests.push(test(path, Test::HasType(kind)));
            } else {
                let names: Vec<&str> = TypeName::names().collect();
                let names = names.join(", ");
                self.fault(format!("no type {kind} in JSON; there are {names}"));
            }
        }
        Some(build::or(tests))
    }

    fn modulo(&mut self, path: &Path, operand: &Value) -> Option<Node> {
        let whole = |value: &Value| match value {
            Value::Number(n) => {
                n.as_i64()
                    .or_else(|| match crate::number::from_float(n.as_f64()?) {
                        Value::Number(whole) => whole.as_i64(),
                        _ => None,
                    })
            }
            _ => None,
        };
        match operand.as_array().map(Vec::as_slice) {
            Some([divisor, remainder]) => match (whole(divisor), whole(remainder)) {
                (Some(0), _) => {
                    self.fault("the divisor of `$mod` cannot be zero");
                    None
                }
                (Some(divisor), Some(remainder)) => {
                    Some(test(path, Test::Mod { divisor, remainder }))
                }
                _ => self.refuse("[divisor, remainder], two whole numbers", operand),
            },
            _ => self.refuse("[divisor, remainder], two whole numbers", operand),
        }
    }

    fn regex(&mut self, path: &Path, operand: &Value, options: Option<&Value>) -> Option<Node> {
        let Value::String(source) = operand else {
            return self.refuse("a text", operand);
        };
        let options = match options {
            None => "",
            Some(Value::String(options)) => options,
            Some(other) => {
                let found = type_name(other);
                self.fault(format!("`$options` takes letters of `imsx`, not a {found}"));
                return None;
            }
        };
        match Pattern::new(source, options) {
            Ok(pattern) => Some(test(path, Test::Matches(pattern))),
            Err(message) => {
                self.fault(message);
                None
            }
        }
    }

    /// `$all: [a, b]` is `$and` of both; of nothing it matches nothing (MongoDB's manual).
    fn all(&mut self, path: &Path, operand: &Value) -> Option<Node> {
        let values = self.list(operand)?;
        if values.is_empty() {
            return Some(Node::Constant(false));
        }
        let parts = values.iter().enumerate().filter_map(|(position, value)| {
            match value
                .as_object()
                .and_then(|object| object.get("$elemMatch"))
            {
                Some(inner) => self.within(&format!("{position}.$elemMatch"), |reader| {
                    reader.element(path, inner)
                }),
                None => Some(test(path, Test::Compare(Comparison::Eq, value.clone()))),
            }
        });
        Some(build::and(parts.collect()))
    }

    /// One element meets all: `{"$gt": 5}` for the element itself, `{"price": 5}` for its members.
    fn element(&mut self, path: &Path, operand: &Value) -> Option<Node> {
        let Value::Object(object) = operand else {
            return self.refuse("a condition object", operand);
        };
        let first = object.keys().next().map(String::as_str);
        let on_element = first.is_some_and(|key| OPERATORS.contains(&key));
        let root = Root::Element(0);
        let body = if on_element {
            self.operators(
                &Path {
                    root,
                    segments: Vec::new(),
                },
                object,
            )
        } else {
            self.object(object, root)
        };
        Some(Node::Quantified {
            quantifier: Quantifier::Any,
            list: Expr::Path(path.clone()),
            body: Box::new(body),
        })
    }
}

fn test(path: &Path, test: Test) -> Node {
    Node::Test {
        subject: Expr::Path(path.clone()),
        test,
    }
}
