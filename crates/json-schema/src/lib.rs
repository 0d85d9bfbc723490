//! JSON Schemas that clients send: whether one is valid, and whether a value is valid under one.
//!
//! The catalogue checks the schemas of its actions, the simulator the configuration of steps
//! against them. Knows neither actions nor steps; every answer is a list of dotted paths with
//! sentences. The time and memory that a schema can cost are bounded ([`MAX_SCHEMA_BYTES`],
//! [`MAX_SCHEMA_PATTERNS`]).
//!
//! Nothing is ever fetched: a reference must lead to the schema itself, to a resource embedded in
//! it, or to a published meta-schema (those come with the validator).

mod message;
mod size;
#[cfg(test)]
mod tests;

use jsonschema::{Draft, PatternOptions, ValidationError, ValidationOptions, Validator};
use message::{of_problem, of_value};
use serde_json::Value;

pub use size::{MAX_SCHEMA_BYTES, MAX_SCHEMA_PATTERNS};

/// Beyond this many the rest adds nothing for the reader.
const MAX_PROBLEMS: usize = 20;
/// Bytes of one compiled regular expression. With [`MAX_SCHEMA_PATTERNS`] of them it bounds the
/// time and memory that a schema can cost.
const PATTERN_BYTES: usize = 256 * 1_024;
/// Steps back that a pattern with look-around may take on one text.
const PATTERN_BACKTRACKS: usize = 10_000;

/// Whether a value is a valid JSON Schema: of draft 2020-12 unless its `$schema` says otherwise,
/// within bounds of size and depth, and without references to anything outside.
///
/// # Errors
/// Sentences that say where and what; all problems at once, up to a bound.
pub fn check_schema(schema: &Value) -> Result<(), String> {
    let sentence = |(path, message): (String, String)| match path.as_str() {
        "" => message,
        path => format!("At \"{path}\": {message}"),
    };
    let problems: Vec<_> = schema_problems(schema).into_iter().map(sentence).collect();
    if problems.is_empty() {
        Ok(())
    } else {
        Err(problems.join(" "))
    }
}

/// What is wrong with a JSON Schema (see [`check_schema`]): dotted path within it, and sentence.
#[must_use]
pub fn schema_problems(schema: &Value) -> Vec<(String, String)> {
    match schema {
        Value::Object(fields) if fields.is_empty() => return Vec::new(),
        Value::Bool(_) => return Vec::new(),
        Value::Object(_) => {}
        _ => return whole("Expected a JSON Schema, which is an object."),
    }
    if let Some(problem) = size::problem(schema) {
        return whole(problem);
    }
    if let Some(problem) = unknown_draft(schema) {
        return vec![problem];
    }
    // Safe from its panic: the draft is one of those that come with the validator.
    let problems = match jsonschema::meta::validator_for(schema) {
        Ok(meta) => distinct(meta.iter_errors(schema).map(|error| of_problem(&error))),
        Err(error) => vec![of_problem(&error)],
    };
    if !problems.is_empty() {
        return problems;
    }
    match validator(schema) {
        Ok(_) => Vec::new(),
        Err(error) => vec![of_problem(&error)],
    }
}

/// What is wrong with `value` under `schema`: dotted path within the value, and sentence. A
/// schema that is not valid itself is one problem, at the empty path.
#[must_use]
pub fn validate_config(schema: &Value, value: &Value) -> Vec<(String, String)> {
    if let Err(problems) = check_schema(schema) {
        return whole(format!("The schema is not valid. {problems}"));
    }
    match validator(schema) {
        Ok(validator) => distinct(validator.iter_errors(value).map(|error| of_value(&error))),
        Err(error) => vec![of_problem(&error)],
    }
}

/// A schema that was checked before, ready to be asked about many values.
#[derive(Debug)]
pub struct Schema(Validator);

impl Schema {
    /// Makes it ready.
    ///
    /// # Errors
    /// What is wrong with it, as [`check_schema`] says it.
    pub fn compile(schema: &Value) -> Result<Self, String> {
        match validator(schema) {
            Ok(validator) => Ok(Self(validator)),
            Err(error) => Err(check_schema(schema)
                .err()
                .unwrap_or_else(|| of_problem(&error).1)),
        }
    }

    /// What is wrong with `value`: dotted path within it, and sentence.
    #[must_use]
    pub fn problems(&self, value: &Value) -> Vec<(String, String)> {
        distinct(self.0.iter_errors(value).map(|error| of_value(&error)))
    }
}

/// The first problems, each once: a meta-schema is made of several vocabularies, each of which
/// finds the same fault.
fn distinct(problems: impl Iterator<Item = (String, String)>) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    for problem in problems {
        if !found.contains(&problem) {
            found.push(problem);
        }
        if found.len() == MAX_PROBLEMS {
            break;
        }
    }
    found
}

fn validator(schema: &Value) -> Result<Validator, ValidationError<'static>> {
    let options: ValidationOptions<'_> = jsonschema::options();
    options
        // Also when another crate of the same build turns the fetching features on.
        .offline()
        .with_pattern_options(
            PatternOptions::fancy_regex()
                .backtrack_limit(PATTERN_BACKTRACKS)
                .size_limit(PATTERN_BYTES)
                .dfa_size_limit(PATTERN_BYTES),
        )
        .build(schema)
}

fn unknown_draft(schema: &Value) -> Option<(String, String)> {
    let named = schema.get("$schema")?;
    let known = match named {
        Value::String(uri) => Draft::from_schema_uri(uri) != Draft::Unknown,
        _ => false,
    };
    let message = "Not a known draft. Leave it out for draft 2020-12, or name one of: \
                   \"https://json-schema.org/draft/2020-12/schema\", \
                   \"https://json-schema.org/draft/2019-09/schema\", \
                   \"http://json-schema.org/draft-07/schema#\", \
                   \"http://json-schema.org/draft-06/schema#\", \
                   \"http://json-schema.org/draft-04/schema#\".";
    (!known).then(|| ("$schema".to_owned(), message.to_owned()))
}

fn whole(message: impl Into<String>) -> Vec<(String, String)> {
    vec![(String::new(), message.into())]
}
