//! Tree to canonical expression string. Parentheses stand only where the parser needs them, and
//! after `not` for the reader's sake.

mod path;

use std::fmt::{self, Write};

use serde_json::Value;

use crate::parser::binding;
use crate::tree::{Expr, Node, Operator, Test};

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        node(f, self, 0)
    }
}

/// Constants as in JSON, with a space after commas and colons.
pub(crate) fn literal(f: &mut impl Write, value: &Value) -> fmt::Result {
    match value {
        Value::Array(list) => {
            f.write_char('[')?;
            for (i, element) in list.iter().enumerate() {
                f.write_str(if i == 0 { "" } else { ", " })?;
                literal(f, element)?;
            }
            f.write_char(']')
        }
        Value::Object(map) => {
            f.write_char('{')?;
            for (i, (key, member)) in map.iter().enumerate() {
                f.write_str(if i == 0 { "" } else { ", " })?;
                write!(f, "{}: ", Value::from(key.as_str()))?;
                literal(f, member)?;
            }
            f.write_char('}')
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => write!(f, "{value}"),
    }
}

fn node_binding(node: &Node) -> u8 {
    match node {
        Node::And(_) => binding::AND,
        Node::Or(_) => binding::OR,
        Node::Not(_) => binding::NOT,
        Node::Compare { .. } | Node::In { .. } | Node::Outcome(_) => binding::COMPARE,
        Node::Test { test, .. } => match test {
            Test::Compare(..) | Test::In { .. } | Test::Size(..) => binding::COMPARE,
            Test::HasType(_) | Test::Matches(_) | Test::Mod { .. } => binding::ATOM,
        },
        Node::Constant(_) | Node::Exists(_) | Node::Quantified { .. } | Node::Holds(_) => {
            binding::ATOM
        }
    }
}

fn arithmetic_binding(op: Operator) -> u8 {
    match op {
        Operator::Add | Operator::Subtract => binding::ADD,
        Operator::Multiply | Operator::Divide | Operator::Remainder => binding::MULTIPLY,
        Operator::Power => binding::POWER,
    }
}

fn expr_binding(expr: &Expr) -> u8 {
    match expr {
        Expr::Literal(Value::Number(n)) if n.to_string().starts_with('-') => binding::NEGATE,
        Expr::Literal(_)
        | Expr::Path(_)
        | Expr::List(_)
        | Expr::Call { .. }
        | Expr::Select { .. }
        | Expr::Map { .. } => binding::ATOM,
        Expr::Negate(_) => binding::NEGATE,
        Expr::Arithmetic { op, .. } => arithmetic_binding(*op),
        Expr::If { .. } => binding::TERNARY,
        Expr::Coalesce(..) => binding::COALESCE,
        Expr::Condition(node) => node_binding(node),
    }
}

fn node(f: &mut fmt::Formatter<'_>, node: &Node, least: u8) -> fmt::Result {
    if node_binding(node) < least {
        f.write_char('(')?;
        node_bare(f, node)?;
        return f.write_char(')');
    }
    node_bare(f, node)
}

fn node_bare(f: &mut fmt::Formatter<'_>, it: &Node) -> fmt::Result {
    const OPERAND: u8 = binding::COMPARE + 1;
    match it {
        Node::Constant(value) => write!(f, "{value}"),
        Node::And(parts) => joined(f, parts, " and ", binding::AND + 1),
        Node::Or(parts) => joined(f, parts, " or ", binding::OR + 1),
        Node::Not(inner) => {
            f.write_str("not ")?;
            node(f, inner, binding::ATOM)
        }
        Node::Outcome(label) => write!(f, "outcome is {}", Value::from(label.as_str())),
        Node::Exists(path) => write!(f, "exists({path})"),
        Node::Test { subject, test } => self::test(f, subject, test),
        Node::Compare { op, left, right } => {
            expr(f, left, OPERAND)?;
            write!(f, " {} ", op.symbol())?;
            expr(f, right, OPERAND)
        }
        Node::In {
            item,
            list,
            negated,
        } => {
            expr(f, item, OPERAND)?;
            f.write_str(membership(*negated))?;
            expr(f, list, OPERAND)
        }
        Node::Quantified {
            quantifier,
            list,
            body,
        } => {
            write!(f, "{}(", quantifier.name())?;
            expr(f, list, 0)?;
            f.write_str(", ")?;
            node(f, body, 0)?;
            f.write_char(')')
        }
        Node::Holds(inner) => expr(f, inner, 0),
    }
}

fn membership(negated: bool) -> &'static str {
    if negated { " not in " } else { " in " }
}

fn joined(f: &mut fmt::Formatter<'_>, parts: &[Node], word: &str, least: u8) -> fmt::Result {
    for (i, part) in parts.iter().enumerate() {
        f.write_str(if i == 0 { "" } else { word })?;
        node(f, part, least)?;
    }
    Ok(())
}

fn test(f: &mut fmt::Formatter<'_>, subject: &Expr, test: &Test) -> fmt::Result {
    const OPERAND: u8 = binding::COMPARE + 1;
    match test {
        Test::Compare(op, value) => {
            expr(f, subject, OPERAND)?;
            write!(f, " {} ", op.symbol())?;
            literal(f, value)
        }
        Test::Size(op, value) => {
            f.write_str("size(")?;
            expr(f, subject, 0)?;
            write!(f, ") {} ", op.symbol())?;
            literal(f, value)
        }
        Test::In { values, negated } => {
            expr(f, subject, OPERAND)?;
            f.write_str(membership(*negated))?;
            f.write_char('[')?;
            for (i, value) in values.iter().enumerate() {
                f.write_str(if i == 0 { "" } else { ", " })?;
                literal(f, value)?;
            }
            f.write_char(']')
        }
        Test::HasType(kind) => {
            f.write_str("hasType(")?;
            expr(f, subject, 0)?;
            write!(f, ", \"{}\")", kind.name())
        }
        Test::Matches(pattern) => {
            f.write_str("matches(")?;
            expr(f, subject, 0)?;
            write!(f, ", {}", Value::from(pattern.source.as_str()))?;
            if !pattern.options.is_empty() {
                write!(f, ", \"{}\"", pattern.options)?;
            }
            f.write_char(')')
        }
        Test::Mod { divisor, remainder } => {
            f.write_str("mod(")?;
            expr(f, subject, 0)?;
            write!(f, ", {divisor}, {remainder})")
        }
    }
}

fn expr(f: &mut fmt::Formatter<'_>, it: &Expr, least: u8) -> fmt::Result {
    if expr_binding(it) < least {
        f.write_char('(')?;
        expr_bare(f, it)?;
        return f.write_char(')');
    }
    expr_bare(f, it)
}

fn expr_bare(f: &mut fmt::Formatter<'_>, it: &Expr) -> fmt::Result {
    match it {
        Expr::Literal(value) => literal(f, value),
        Expr::Path(path) => write!(f, "{path}"),
        Expr::List(elements) => {
            f.write_char('[')?;
            arguments(f, elements)?;
            f.write_char(']')
        }
        Expr::Negate(operand) => {
            f.write_char('-')?;
            expr(f, operand, binding::NEGATE)
        }
        Expr::Arithmetic { op, left, right } => {
            let power = arithmetic_binding(*op);
            let (least_left, least_right) = match op {
                Operator::Power => (power + 1, binding::NEGATE),
                Operator::Add
                | Operator::Subtract
                | Operator::Multiply
                | Operator::Divide
                | Operator::Remainder => (power, power + 1),
            };
            expr(f, left, least_left)?;
            write!(f, " {} ", op.symbol())?;
            expr(f, right, least_right)
        }
        Expr::Call {
            function,
            arguments: given,
        } => {
            write!(f, "{}(", function.name())?;
            arguments(f, given)?;
            f.write_char(')')
        }
        Expr::Select { how, list, body } => {
            write!(f, "{}(", how.name())?;
            expr(f, list, 0)?;
            f.write_str(", ")?;
            node(f, body, 0)?;
            f.write_char(')')
        }
        Expr::Map { flat, list, body } => {
            f.write_str(if *flat { "flatMap(" } else { "map(" })?;
            expr(f, list, 0)?;
            f.write_str(", ")?;
            expr(f, body, 0)?;
            f.write_char(')')
        }
        Expr::If {
            condition,
            then,
            otherwise,
        } => {
            node(f, condition, binding::OR)?;
            f.write_str(" ? ")?;
            expr(f, then, 0)?;
            f.write_str(" : ")?;
            expr(f, otherwise, binding::TERNARY)
        }
        Expr::Coalesce(first, second) => {
            expr(f, first, binding::COALESCE + 1)?;
            f.write_str(" ?? ")?;
            expr(f, second, binding::COALESCE)
        }
        Expr::Condition(inner) => node_bare(f, inner),
    }
}

fn arguments(f: &mut fmt::Formatter<'_>, arguments: &[Expr]) -> fmt::Result {
    for (i, argument) in arguments.iter().enumerate() {
        f.write_str(if i == 0 { "" } else { ", " })?;
        expr(f, argument, 0)?;
    }
    Ok(())
}
