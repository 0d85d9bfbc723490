//! Constructors that bring equal meaning to one shape, shared by every spelling.

use serde_json::Value;

use crate::function::{Function, Kind};
use crate::tree::{Comparison, Expr, Node, Operator, Selection, Test};

/// Conjunction: flat, and a single part stands for itself.
pub(crate) fn and(parts: Vec<Node>) -> Node {
    join(parts, true)
}

/// Disjunction: flat, and a single part stands for itself.
pub(crate) fn or(parts: Vec<Node>) -> Node {
    join(parts, false)
}

fn join(parts: Vec<Node>, conjunction: bool) -> Node {
    let mut flat = Vec::with_capacity(parts.len());
    for part in parts {
        match part {
            Node::And(inner) if conjunction => flat.extend(inner),
            Node::Or(inner) if !conjunction => flat.extend(inner),
            other => flat.push(other),
        }
    }
    if flat.len() < 2 {
        return flat.pop().unwrap_or(Node::Constant(conjunction));
    }
    if conjunction {
        Node::And(flat)
    } else {
        Node::Or(flat)
    }
}

/// A comparison; a constant stands on the right.
pub(crate) fn compare(op: Comparison, left: Expr, right: Expr) -> Node {
    match (left, right) {
        (subject, Expr::Literal(constant)) => test(subject, op, constant),
        (Expr::Literal(constant), subject) => test(subject, op.flipped(), constant),
        (left, right) => Node::Compare { op, left, right },
    }
}

fn test(subject: Expr, op: Comparison, constant: Value) -> Node {
    match subject {
        Expr::Call {
            function: Function::Size,
            mut arguments,
        } if matches!(arguments.as_slice(), [Expr::Path(_)]) => {
            let subject = arguments.remove(0);
            Node::Test {
                subject,
                test: Test::Size(op, constant),
            }
        }
        subject => Node::Test {
            subject,
            test: Test::Compare(op, constant),
        },
    }
}

/// Membership.
pub(crate) fn member(item: Expr, list: Expr, negated: bool) -> Result<Node, String> {
    match list {
        Expr::Literal(Value::Array(values)) => Ok(Node::Test {
            subject: item,
            test: Test::In { values, negated },
        }),
        list => match kind(&list) {
            Kind::Any | Kind::List | Kind::Object => Ok(Node::In {
                item,
                list,
                negated,
            }),
            other => Err(format!(
                "the right side of `in` is {}; it must be a list such as `[\"a\", \"b\"]`{}",
                other.described(),
                if other == Kind::Text {
                    " (for a part of a text use `contains`)"
                } else {
                    ""
                },
            )),
        },
    }
}

/// A list of expressions; all constants make one constant.
pub(crate) fn list(elements: Vec<Expr>) -> Expr {
    if elements
        .iter()
        .all(|element| matches!(element, Expr::Literal(_)))
    {
        let constant = |element| {
            if let Expr::Literal(value) = element {
                Some(value)
            } else {
                None
            }
        };
        return Expr::Literal(elements.into_iter().filter_map(constant).collect());
    }
    Expr::List(elements)
}

/// The negative; a number literal carries its sign itself.
pub(crate) fn negate(operand: Expr) -> Result<Expr, String> {
    if let Expr::Literal(Value::Number(number)) = &operand
        && let Some(negative) = crate::number::negate_number(number)
    {
        return Ok(Expr::Literal(Value::Number(negative)));
    }
    match kind(&operand) {
        Kind::Any | Kind::Number => Ok(Expr::Negate(Box::new(operand))),
        other => Err(format!(
            "`-` needs a number, and this is {}",
            other.described()
        )),
    }
}

/// Arithmetic; refuses operands that can never be numbers.
pub(crate) fn arithmetic(op: Operator, left: Expr, right: Expr) -> Result<Expr, String> {
    for side in [&left, &right] {
        let kind = kind(side);
        let fits =
            matches!(kind, Kind::Any | Kind::Number) || (op == Operator::Add && kind == Kind::Text);
        if !fits {
            let symbol = op.symbol();
            let described = kind.described();
            return Err(format!(
                "`{symbol}` needs numbers, and one side is {described}"
            ));
        }
    }
    if op == Operator::Add
        && matches!(
            (kind(&left), kind(&right)),
            (Kind::Text, Kind::Number) | (Kind::Number, Kind::Text)
        )
    {
        return Err(
            "`+` cannot add a number and a text; use `string(…)` or `number(…)`".to_owned(),
        );
    }
    Ok(Expr::Arithmetic {
        op,
        left: Box::new(left),
        right: Box::new(right),
    })
}

/// An expression where a condition is needed: `active` means `active == true`.
pub(crate) fn condition(expr: Expr) -> Result<Node, String> {
    match expr {
        Expr::Condition(node) => Ok(*node),
        Expr::Literal(Value::Bool(value)) => Ok(Node::Constant(value)),
        Expr::Call { function, .. } if function.kind() == Kind::Bool => Ok(Node::Holds(expr)),
        expr => match kind(&expr) {
            Kind::Any | Kind::Bool => Ok(compare(Comparison::Eq, expr, Expr::Literal(true.into()))),
            other => Err(format!(
                "this is {}, not a condition; compare it with something",
                other.described()
            )),
        },
    }
}

/// A condition where a value is needed.
pub(crate) fn value(node: Node) -> Expr {
    match node {
        Node::Constant(value) => Expr::Literal(value.into()),
        Node::Holds(expr) => expr,
        node => Expr::Condition(Box::new(node)),
    }
}

/// What an expression gives, as far as that is certain.
pub(crate) fn kind(expr: &Expr) -> Kind {
    match expr {
        Expr::Literal(value) => Kind::of(value),
        Expr::Path(_) => Kind::Any,
        Expr::Arithmetic {
            op: Operator::Add,
            left,
            right,
        } => sum(kind(left), kind(right)),
        Expr::Arithmetic { .. } | Expr::Negate(_) => Kind::Number,
        Expr::Call { function, .. } => function.kind(),
        Expr::Select { how, .. } => match how {
            Selection::Filter => Kind::List,
            Selection::Count => Kind::Number,
        },
        Expr::List(_) | Expr::Map { .. } => Kind::List,
        Expr::If {
            then, otherwise, ..
        } => same(kind(then), kind(otherwise)),
        Expr::Coalesce(first, second) => same(kind(first), kind(second)),
        Expr::Condition(_) => Kind::Bool,
    }
}

/// A sum is of the kind that either side is known to be.
fn sum(left: Kind, right: Kind) -> Kind {
    let either = |kind| left == kind || right == kind;
    if either(Kind::Text) {
        Kind::Text
    } else if either(Kind::Number) {
        Kind::Number
    } else {
        Kind::Any
    }
}

fn same(a: Kind, b: Kind) -> Kind {
    if a == b { a } else { Kind::Any }
}
