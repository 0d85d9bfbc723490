//! Tree back to an operator object, where one says the same.

use serde_json::{Map, Value, json};

use crate::path::{Path, Root};
use crate::tree::{Comparison, Expr, Node, Quantifier, Test};

/// The operator object (`false` for what never holds), or nothing if the tree says more than one
/// can.
pub(crate) fn object(node: &Node) -> Option<Value> {
    match node {
        Node::Constant(false) => Some(Value::Bool(false)),
        node => write(node, Root::Input),
    }
}

fn write(node: &Node, root: Root) -> Option<Value> {
    match node {
        Node::Constant(true) => Some(json!({})),
        Node::And(parts) => conjunction(parts, root),
        Node::Or(parts) => Some(json!({"$or": all(parts, root)?})),
        Node::Not(inner) => negation(inner, root),
        Node::Exists(path) => field(path, root, &json!({"$exists": true})),
        Node::Test {
            subject: Expr::Path(path),
            test,
        } => field(path, root, &operators(test)?),
        Node::Quantified {
            quantifier: Quantifier::Any,
            list: Expr::Path(path),
            body,
        } => {
            let inner = element(body)?;
            field(path, root, &json!({"$elemMatch": inner}))
        }
        Node::Constant(false)
        | Node::Outcome(_)
        | Node::Test { .. }
        | Node::Compare { .. }
        | Node::In { .. }
        | Node::Quantified { .. }
        | Node::Holds(_) => None,
    }
}

fn all(parts: &[Node], root: Root) -> Option<Vec<Value>> {
    parts.iter().map(|part| write(part, root)).collect()
}

/// One object for all where no member repeats, else `$and`.
fn conjunction(parts: &[Node], root: Root) -> Option<Value> {
    let parts = all(parts, root)?;
    let mut merged = Map::new();
    for part in &parts {
        for (key, value) in part.as_object()? {
            if merged.contains_key(key) && !merge(merged.get_mut(key)?, key, value) {
                return Some(json!({"$and": parts}));
            }
            if !merged.contains_key(key) {
                merged.insert(key.clone(), value.clone());
            }
        }
        if part.as_object().is_some_and(Map::is_empty) {
            return Some(json!({"$and": parts}));
        }
    }
    // Merging may bring clauses out of their order; the order is part of the tree.
    let value = Value::Object(merged);
    let same = crate::operator::parse(value.as_object()?).ok()?;
    let wanted = crate::operator::parse(json!({"$and": parts}).as_object()?).ok()?;
    Some(if same == wanted {
        value
    } else {
        json!({"$and": parts})
    })
}

/// Adds operators of the same variable, such as `$lt` to `$gt`.
fn merge(present: &mut Value, key: &str, more: &Value) -> bool {
    let (Some(present), Some(more)) = (present.as_object_mut(), more.as_object()) else {
        return false;
    };
    let operators = |map: &Map<String, Value>| map.keys().all(|key| key.starts_with('$'));
    let free = more
        .keys()
        .all(|key| !present.contains_key(key) && key != "$options");
    if key.starts_with('$') || !operators(present) || !operators(more) || !free {
        return false;
    }
    present.extend(more.clone());
    true
}

fn negation(inner: &Node, root: Root) -> Option<Value> {
    match inner {
        Node::Exists(path) => field(path, root, &json!({"$exists": false})),
        Node::Or(parts) => Some(json!({"$nor": all(parts, root)?})),
        Node::Test {
            subject: Expr::Path(path),
            test,
        } => {
            let inner = match operators(test)? {
                Value::Object(map) if map.keys().all(|k| k.starts_with('$')) && !map.is_empty() => {
                    Value::Object(map)
                }
                equal => json!({"$eq": equal}),
            };
            field(path, root, &json!({"$not": inner}))
        }
        other => Some(json!({"$nor": [write(other, root)?]})),
    }
}

fn field(path: &Path, root: Root, operators: &Value) -> Option<Value> {
    if path.root != root
        || path
            .segments
            .iter()
            .any(|segment| segment.name.starts_with('$'))
    {
        return None;
    }
    if path.segments.is_empty() {
        return None; // the element itself, see `element`
    }
    Some(json!({path.dotted(): operators}))
}

/// The body of `$elemMatch`: members of the element, or operators on the element itself.
fn element(body: &Node) -> Option<Value> {
    let root = Root::Element(0);
    let parts = match body {
        Node::And(parts) => parts.as_slice(),
        single => std::slice::from_ref(single),
    };
    let on_element = |part: &Node| {
        if let Node::Not(inner) = part {
            return Some(json!({"$not": as_operators(test_of_element(inner)?)?}));
        }
        as_operators(test_of_element(part)?)
    };
    let operators: Option<Vec<Value>> = parts.iter().map(on_element).collect();
    let Some(operators) = operators else {
        return write(body, root);
    };
    let mut merged = json!({});
    let fits = operators.iter().all(|next| merge(&mut merged, "", next));
    fits.then_some(merged)
}

/// The test, if a node is one of the element itself.
fn test_of_element(node: &Node) -> Option<&Test> {
    let Node::Test {
        subject: Expr::Path(path),
        test,
    } = node
    else {
        return None;
    };
    (path.root == Root::Element(0) && path.segments.is_empty()).then_some(test)
}

fn as_operators(test: &Test) -> Option<Value> {
    match test {
        Test::Compare(Comparison::Eq, value) => Some(json!({"$eq": value})),
        Test::Compare(..)
        | Test::In { .. }
        | Test::HasType(_)
        | Test::Matches(_)
        | Test::Mod { .. }
        | Test::Size(..) => operators(test),
    }
}

/// What stands under the variable.
fn operators(test: &Test) -> Option<Value> {
    Some(match test {
        Test::Compare(Comparison::Eq, value) if holds_operator(value) => json!({"$eq": value}),
        Test::Compare(Comparison::Eq, value) => value.clone(),
        Test::Compare(op, value) => json!({op.operator(): value}),
        Test::In { values, negated } => json!({if *negated { "$nin" } else { "$in" }: values}),
        Test::HasType(kind) => json!({"$type": kind.name()}),
        Test::Matches(pattern) if pattern.options.is_empty() => json!({"$regex": pattern.source}),
        Test::Matches(pattern) => {
            json!({"$regex": pattern.source, "$options": pattern.options})
        }
        Test::Mod { divisor, remainder } => json!({"$mod": [divisor, remainder]}),
        Test::Size(Comparison::Eq, size) if size.is_u64() => json!({"$size": size}),
        Test::Size(Comparison::Ne, size) if size.is_u64() => json!({"$not": {"$size": size}}),
        Test::Size(..) => return None,
    })
}

/// Whether an object literal would be read as operators.
fn holds_operator(value: &Value) -> bool {
    value
        .as_object()
        .is_some_and(|map| map.keys().any(|key| key.starts_with('$')))
}
