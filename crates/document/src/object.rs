//! The fields of an object.

use crate::{Node, Problems, closest};
use serde_json::{Map, Value};

/// What an object says about a field.
#[derive(Debug)]
pub enum Field<'a> {
    /// Nothing.
    Absent,
    /// `null`.
    Null,
    /// A value.
    Present(Node<'a>),
}

/// An object being read. Call [`Object::finish`] last: it notes the fields nobody asked for.
#[derive(Debug)]
pub struct Object<'a> {
    map: &'a Map<String, Value>,
    path: String,
    problems: &'a Problems,
    known: Vec<&'static str>,
}

impl<'a> Object<'a> {
    pub(crate) fn new(map: &'a Map<String, Value>, path: String, problems: &'a Problems) -> Self {
        Self {
            map,
            path,
            problems,
            known: Vec::new(),
        }
    }

    /// Where the object stands.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Where a field of the object stands.
    #[must_use]
    pub fn path_of(&self, name: &str) -> String {
        if self.path.is_empty() {
            name.to_owned()
        } else {
            format!("{}.{name}", self.path)
        }
    }

    /// The field, telling absence from `null`.
    pub fn field(&mut self, name: &'static str) -> Field<'a> {
        self.known.push(name);
        match self.map.get(name) {
            None => Field::Absent,
            Some(Value::Null) => Field::Null,
            Some(value) => Field::Present(Node::new(value, self.path_of(name), self.problems)),
        }
    }

    /// The field; `null` counts as absent.
    pub fn optional(&mut self, name: &'static str) -> Option<Node<'a>> {
        match self.field(name) {
            Field::Present(node) => Some(node),
            Field::Absent | Field::Null => None,
        }
    }

    /// The field; `null` is a problem, absence is not.
    pub fn not_null(&mut self, name: &'static str) -> Option<Node<'a>> {
        match self.field(name) {
            Field::Present(node) => Some(node),
            Field::Absent => None,
            Field::Null => {
                self.fail(name, "This field may not be null.");
                None
            }
        }
    }

    /// The field; absence and `null` are problems.
    pub fn required(&mut self, name: &'static str) -> Option<Node<'a>> {
        match self.field(name) {
            Field::Present(node) => Some(node),
            Field::Absent => {
                self.fail(name, "This field is required");
                None
            }
            Field::Null => {
                self.fail(name, "This field may not be null.");
                None
            }
        }
    }

    /// Fields that exist but that a client cannot set: ignored when sent.
    pub fn read_only(&mut self, names: &[&'static str]) {
        self.known.extend_from_slice(names);
    }

    /// Notes a problem of a field.
    pub fn fail(&self, name: &str, message: impl Into<String>) {
        self.problems.add(self.path_of(name), message);
    }

    /// Whether the object has no field at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.map.is_empty()
    }

    /// Notes every field that nobody asked for.
    pub fn finish(self) {
        for name in self.map.keys() {
            if self.known.contains(&name.as_str()) {
                continue;
            }
            let hint = match closest(name, self.known.iter().copied()) {
                Some(known) => format!("Unknown field; did you mean \"{known}\"?"),
                None => format!("Unknown field. Known are: {}.", self.known.join(", ")),
            };
            self.fail(name, hint);
        }
    }
}
