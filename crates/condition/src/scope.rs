use serde_json::Value;

/// What a condition is asked about: the input, and how the step before ended.
#[derive(Clone, Copy, Debug)]
pub struct Scope<'a> {
    input: &'a Value,
    outcome: Option<&'a str>,
}

impl<'a> Scope<'a> {
    /// A scope of input alone; no step has ended yet.
    #[must_use]
    pub fn new(input: &'a Value) -> Self {
        Self {
            input,
            outcome: None,
        }
    }

    /// The same with the outcome of the step before (`approved`), if it is known.
    #[must_use]
    pub fn with_outcome(self, outcome: Option<&'a str>) -> Self {
        Self { outcome, ..self }
    }

    /// The input.
    #[must_use]
    pub fn input(&self) -> &'a Value {
        self.input
    }

    /// The outcome of the step before.
    #[must_use]
    pub fn outcome(&self) -> Option<&'a str> {
        self.outcome
    }
}
