//! Operator objects to tree: `{"amount": {"$gt": 10000}}`, with MongoDB's meaning. All faults of
//! an object are reported at once, each under its path.

mod aggregate;
mod field;

use serde_json::{Map, Value};

use crate::build;
use crate::error::{ConditionError, did_you_mean};
use crate::limits::{MAX_DEPTH, MAX_LIST, MAX_SEGMENTS};
use crate::path::{Path, Root, Segment};
use crate::tree::Node;
use crate::value::type_name;

/// Reads one operator object whose variables start at `root`.
pub(crate) fn parse(object: &Map<String, Value>) -> Result<Node, Vec<ConditionError>> {
    let mut reader = Reader {
        errors: Vec::new(),
        path: Vec::new(),
    };
    let node = reader.object(object, Root::Input);
    if reader.errors.is_empty() {
        Ok(node)
    } else {
        Err(reader.errors)
    }
}

const LOGICAL: [&str; 5] = ["$and", "$or", "$nor", "$not", "$expr"];

pub(crate) struct Reader {
    errors: Vec<ConditionError>,
    /// Where in the document the reader is.
    path: Vec<String>,
}

impl Reader {
    fn fault(&mut self, message: impl Into<String>) {
        self.errors
            .push(ConditionError::new(self.path.join("."), message));
    }

    /// Reads something one level further down.
    fn within<T>(&mut self, name: &str, read: impl FnOnce(&mut Self) -> T) -> T {
        self.path.push(name.to_owned());
        let result = read(self);
        self.path.pop();
        result
    }

    fn too_deep(&mut self) -> bool {
        let deep = self.path.len() > 2 * MAX_DEPTH;
        if deep {
            self.fault("the condition is nested too deeply");
        }
        deep
    }

    /// The conjunction of an object's members. After a fault, what is returned does not matter.
    fn object(&mut self, object: &Map<String, Value>, root: Root) -> Node {
        if self.too_deep() {
            return Node::Constant(true);
        }
        let mut parts = Vec::with_capacity(object.len());
        for (key, value) in object {
            let part = self.within(key, |reader| {
                if key.starts_with('$') {
                    reader.logical(key, value, root)
                } else {
                    reader
                        .path_of(key, root)
                        .map(|path| reader.field(&path, value))
                }
            });
            parts.extend(part);
        }
        build::and(parts)
    }

    fn logical(&mut self, operator: &str, value: &Value, root: Root) -> Option<Node> {
        match operator {
            "$and" => self.branches(value, root).map(build::and),
            "$or" => self.branches(value, root).map(build::or),
            "$nor" => self
                .branches(value, root)
                .map(|parts| Node::Not(Box::new(build::or(parts)))),
            "$not" => match value {
                Value::Object(object) => Some(Node::Not(Box::new(self.object(object, root)))),
                other => {
                    let found = type_name(other);
                    self.fault(format!("`$not` takes a condition object, not a {found}"));
                    None
                }
            },
            "$expr" => self.aggregate_condition(value),
            _ => {
                let hint = if field::OPERATORS.contains(&operator) {
                    format!(
                        "`{operator}` belongs under a variable, as in \
                         {{\"amount\": {{\"{operator}\": …}}}}"
                    )
                } else {
                    let near = did_you_mean(operator, LOGICAL);
                    format!("unknown operator `{operator}`{near}")
                };
                self.fault(hint);
                None
            }
        }
    }

    fn branches(&mut self, value: &Value, root: Root) -> Option<Vec<Node>> {
        let Value::Array(list) = value else {
            let found = type_name(value);
            self.fault(format!("takes a list of condition objects, not a {found}"));
            return None;
        };
        if list.is_empty() {
            self.fault("takes a list of at least one condition object");
            return None;
        }
        if list.len() > MAX_LIST {
            self.fault(format!("takes at most {MAX_LIST} condition objects"));
            return None;
        }
        let mut parts = Vec::with_capacity(list.len());
        for (position, branch) in list.iter().enumerate() {
            let part = self.within(&position.to_string(), |reader| match branch {
                Value::Object(object) => Some(reader.object(object, root)),
                other => {
                    let found = type_name(other);
                    reader.fault(format!("must be a condition object, not a {found}"));
                    None
                }
            });
            parts.extend(part);
        }
        Some(parts)
    }

    fn path_of(&mut self, key: &str, root: Root) -> Option<Path> {
        let segments: Vec<Segment> = key.split('.').map(Segment::new).collect();
        if segments.iter().any(|segment| segment.name.is_empty()) {
            self.fault("a variable's path cannot have an empty name");
            return None;
        }
        if let Some(operator) = segments
            .iter()
            .find(|segment| segment.name.starts_with('$'))
        {
            let name = &operator.name;
            self.fault(format!(
                "`{name}` cannot be a variable; only operators begin with `$`"
            ));
            return None;
        }
        if segments.len() > MAX_SEGMENTS {
            self.fault(format!("a path has at most {MAX_SEGMENTS} names"));
            return None;
        }
        Some(Path { root, segments })
    }
}
