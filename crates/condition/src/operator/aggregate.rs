use serde_json::Value;

use super::Reader;
use crate::build;
use crate::error::did_you_mean;
use crate::function::Function;
use crate::path::Root;
use crate::tree::{Comparison, Expr, Node, Operator};
use crate::value::type_name;

const OPERATORS: [&str; 19] = [
    "$eq",
    "$ne",
    "$gt",
    "$gte",
    "$lt",
    "$lte",
    "$and",
    "$or",
    "$not",
    "$in",
    "$add",
    "$subtract",
    "$multiply",
    "$divide",
    "$mod",
    "$abs",
    "$size",
    "$literal",
    "$ifNull",
];

impl Reader {
    /// `$expr`: `{"$gt": ["$spent", "$budget"]}` compares variables with each other.
    pub(super) fn aggregate_condition(&mut self, value: &Value) -> Option<Node> {
        let expr = self.aggregate(value)?;
        match build::condition(expr) {
            Ok(node) => Some(node),
            Err(message) => {
                self.fault(message);
                None
            }
        }
    }

    fn aggregate(&mut self, value: &Value) -> Option<Expr> {
        if self.too_deep() {
            return None;
        }
        match value {
            Value::String(text) if text.starts_with("$$") => {
                self.fault(format!("`{text}`: there are no aggregation variables here"));
                None
            }
            Value::String(text) => match text.strip_prefix('$') {
                Some(path) => self.path_of(path, Root::Input).map(Expr::Path),
                None => Some(Expr::Literal(value.clone())),
            },
            Value::Object(object) => {
                let mut members = object.iter();
                let (Some((operator, operand)), None) = (members.next(), members.next()) else {
                    self.fault("an expression object has exactly one operator");
                    return None;
                };
                self.within(operator, |reader| {
                    reader.aggregate_operator(operator, operand)
                })
            }
            Value::Array(list) => {
                let elements = self.operands(list)?;
                Some(build::list(elements))
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => Some(Expr::Literal(value.clone())),
        }
    }

    fn operands(&mut self, list: &[Value]) -> Option<Vec<Expr>> {
        if list.len() > crate::limits::MAX_LIST {
            self.fault("too many operands");
            return None;
        }
        let read = |(position, value): (usize, &Value)| {
            self.within(&position.to_string(), |reader| reader.aggregate(value))
        };
        let operands: Vec<Option<Expr>> = list.iter().enumerate().map(read).collect();
        operands.into_iter().collect()
    }

    fn aggregate_operator(&mut self, operator: &str, operand: &Value) -> Option<Expr> {
        if operator == "$literal" {
            return Some(Expr::Literal(operand.clone()));
        }
        if !OPERATORS.contains(&operator) {
            let hint = did_you_mean(operator, OPERATORS);
            self.fault(format!("unknown operator `{operator}` in `$expr`{hint}"));
            return None;
        }
        let single = [operand.clone()];
        let list = operand.as_array().map_or(single.as_slice(), Vec::as_slice);
        let operands = self.operands(list)?;
        let given = operands.len();
        let built = match operator {
            "$and" => Some(connective(operands, build::and)),
            "$or" => Some(connective(operands, build::or)),
            "$add" => fold(Operator::Add, operands),
            "$multiply" => fold(Operator::Multiply, operands),
            _ => match <[Expr; 2]>::try_from(operands) {
                Ok([left, right]) => binary(operator, left, right),
                Err(operands) => match <[Expr; 1]>::try_from(operands) {
                    Ok([only]) => unary(operator, only),
                    Err(_) => None,
                },
            },
        };
        match built {
            Some(Ok(expr)) => Some(expr),
            Some(Err(message)) => {
                self.fault(message);
                None
            }
            None => {
                let found = type_name(operand);
                self.fault(format!(
                    "`{operator}` cannot take {given} operands (a {found})"
                ));
                None
            }
        }
    }
}

type Built = Option<Result<Expr, String>>;

fn connective(operands: Vec<Expr>, join: impl Fn(Vec<Node>) -> Node) -> Result<Expr, String> {
    let parts: Result<Vec<Node>, String> = operands.into_iter().map(build::condition).collect();
    parts.map(|parts| build::value(join(parts)))
}

fn fold(op: Operator, operands: Vec<Expr>) -> Built {
    let mut operands = operands.into_iter();
    let first = operands.next()?;
    Some(operands.try_fold(first, |sum, next| build::arithmetic(op, sum, next)))
}

fn binary(operator: &str, left: Expr, right: Expr) -> Built {
    let compare = |op, left, right| Some(Ok(build::value(build::compare(op, left, right))));
    match operator {
        "$eq" => compare(Comparison::Eq, left, right),
        "$ne" => compare(Comparison::Ne, left, right),
        "$gt" => compare(Comparison::Gt, left, right),
        "$gte" => compare(Comparison::Gte, left, right),
        "$lt" => compare(Comparison::Lt, left, right),
        "$lte" => compare(Comparison::Lte, left, right),
        "$in" => Some(build::member(left, right, false).map(build::value)),
        "$subtract" => Some(build::arithmetic(Operator::Subtract, left, right)),
        "$divide" => Some(build::arithmetic(Operator::Divide, left, right)),
        "$mod" => Some(build::arithmetic(Operator::Remainder, left, right)),
        "$ifNull" => Some(Ok(Expr::Coalesce(Box::new(left), Box::new(right)))),
        _ => None,
    }
}

fn unary(operator: &str, only: Expr) -> Built {
    let call = |function| {
        Some(Ok(Expr::Call {
            function,
            arguments: vec![only.clone()],
        }))
    };
    match operator {
        "$not" => Some(build::condition(only).map(|n| build::value(Node::Not(Box::new(n))))),
        "$abs" => call(Function::Abs),
        "$size" => call(Function::Size),
        _ => None,
    }
}
