//! What a workflow consists of.

use crate::{GraphSpec, Guard, Step, read_definition_fields};
use document::{Node, Problem, Problems};
use serde_json::{Map, Value, json};

/// A variable that a workflow reads.
#[derive(Debug, Clone, PartialEq)]
pub struct Variable {
    /// As written.
    pub source: Map<String, Value>,
    /// Its name: the first part of a path in conditions.
    pub name: String,
    /// Its type, when one is declared.
    pub kind: Option<VariableType>,
    /// Whether an input without it is incomplete.
    pub required: bool,
    /// Its value when the input lacks it.
    pub default: Option<Value>,
}

/// The type of a variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VariableType {
    /// A number.
    Number,
    /// A whole number.
    Integer,
    /// A text.
    String,
    /// True or false.
    Boolean,
    /// A date, or a date and time, in RFC 3339.
    Date,
    /// A list.
    Array,
    /// An object.
    Object,
}

/// What a workflow consists of. Made by [`Definition::read`]; what was written reads back.
#[derive(Debug, Clone, PartialEq)]
pub struct Definition {
    /// Which inputs start the workflow.
    pub trigger: Guard,
    /// The steps, in order.
    pub steps: Vec<Step>,
    /// The variables it reads.
    pub variables: Vec<Variable>,
    /// Settings of the engine, such as `timeout` and `max_retries`.
    pub settings: Map<String, Value>,
    /// The drawing, when there is one.
    pub graph: Option<GraphSpec>,
}

impl Definition {
    /// A definition without any step.
    #[must_use]
    pub fn empty() -> Self {
        Self {
            trigger: Guard::always(),
            steps: Vec::new(),
            variables: Vec::new(),
            settings: Map::new(),
            graph: None,
        }
    }

    /// Reads a definition from an object with the keys `trigger_conditions`, `steps`,
    /// `variables`, `settings` and `graph_spec`, each optional.
    ///
    /// # Errors
    /// All problems, each under its path.
    pub fn read(value: &Value) -> Result<Self, Vec<Problem>> {
        let problems = Problems::default();
        let read = Node::root(value, &problems).object().map(|mut body| {
            let definition = read_definition_fields(&mut body);
            body.finish();
            definition
        });
        problems.settle(read.flatten())
    }

    /// The document that [`Definition::read`] reads back to the same definition.
    #[must_use]
    pub fn to_json(&self) -> Value {
        json!({
            "trigger_conditions": self.trigger.source,
            "steps": self.steps_json(),
            "variables": self.variables_json(),
            "settings": self.settings,
            "graph_spec": self.graph_json(),
        })
    }

    /// The steps as written.
    #[must_use]
    pub fn steps_json(&self) -> Value {
        Value::Array(
            self.steps
                .iter()
                .map(|s| Value::Object(s.source.clone()))
                .collect(),
        )
    }

    /// The variables as written.
    #[must_use]
    pub fn variables_json(&self) -> Value {
        Value::Array(
            self.variables
                .iter()
                .map(|v| Value::Object(v.source.clone()))
                .collect(),
        )
    }

    /// The drawing as written; `null` without one.
    #[must_use]
    pub fn graph_json(&self) -> Value {
        self.graph
            .as_ref()
            .map_or(Value::Null, |graph| graph.source.clone())
    }
}
