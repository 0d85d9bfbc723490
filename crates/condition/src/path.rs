//! Variable paths, and how they walk through objects and lists.

use serde_json::Value;

/// Where a path starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Root {
    Input,
    /// The element under test of the n-th enclosing list function; 0 is the innermost.
    Element(u8),
}

/// A dotted path. Only a path from an element may have no segments.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Path {
    pub(crate) root: Root,
    pub(crate) segments: Vec<Segment>,
}

/// One name of a path; a number is an index where the walk meets a list.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Segment {
    pub(crate) name: String,
    pub(crate) index: Option<usize>,
}

impl Segment {
    pub(crate) fn new(name: impl Into<String>) -> Self {
        let name = name.into();
        let canonical = name == "0" || (!name.starts_with('0') && !name.starts_with('+'));
        let index = if canonical { name.parse().ok() } else { None };
        Self { name, index }
    }
}

/// What a path finds.
pub(crate) enum Found<'a> {
    One(&'a Value),
    Missing,
    /// The walk went through a list.
    Many(Candidates<'a>),
}

/// The ends of a walk through one or more lists.
#[derive(Default)]
pub(crate) struct Candidates<'a> {
    pub(crate) values: Vec<&'a Value>,
    /// Ends without a value: an object that lacks the name.
    pub(crate) lacking: usize,
    /// Elements that cannot have the name, such as a number in a list of objects.
    pub(crate) skipped: usize,
}

impl Candidates<'_> {
    /// Whether the variable is absent: there were elements, and none of them has it.
    pub(crate) fn is_missing(&self) -> bool {
        self.values.is_empty() && self.lacking + self.skipped > 0
    }
}

impl Path {
    pub(crate) fn input(segments: Vec<Segment>) -> Self {
        Self {
            root: Root::Input,
            segments,
        }
    }

    /// The dotted text that users see in answers: `customer.address.city`.
    pub(crate) fn dotted(&self) -> String {
        let names: Vec<&str> = self.segments.iter().map(|s| s.name.as_str()).collect();
        names.join(".")
    }

    /// Whether a list at the end stands for its elements. The element under test itself does not.
    pub(crate) fn expands(&self) -> bool {
        !self.segments.is_empty()
    }

    pub(crate) fn find<'a>(&self, start: &'a Value) -> Found<'a> {
        let mut value = start;
        for (position, segment) in self.segments.iter().enumerate() {
            match value {
                Value::Object(map) => match map.get(segment.name.as_str()) {
                    Some(next) => value = next,
                    None => return Found::Missing,
                },
                Value::Array(_) => {
                    let mut candidates = Candidates::default();
                    walk(value, &self.segments[position..], &mut candidates);
                    return Found::Many(candidates);
                }
                _ => return Found::Missing,
            }
        }
        Found::One(value)
    }
}

/// Follows the rest of a path as MongoDB does: a list is entered once at its place, by index and
/// through those of its elements that are objects.
fn walk<'a>(value: &'a Value, rest: &[Segment], out: &mut Candidates<'a>) {
    let Some((segment, after)) = rest.split_first() else {
        out.values.push(value);
        return;
    };
    match value {
        Value::Object(map) => match map.get(segment.name.as_str()) {
            Some(next) => walk(next, after, out),
            None => out.lacking += 1,
        },
        Value::Array(elements) => {
            if let Some(element) = segment.index.and_then(|index| elements.get(index)) {
                walk(element, after, out);
            }
            for element in elements {
                if element.is_object() {
                    walk(element, rest, out);
                } else if segment.index.is_none() {
                    out.skipped += 1;
                }
            }
            if segment.index.is_some_and(|index| index >= elements.len()) {
                out.skipped += 1;
            }
        }
        _ => out.lacking += 1,
    }
}
