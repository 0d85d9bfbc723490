//! The fields of a template, one by one. Documents are kept as written once they were found
//! readable, so that an export gives back what came in.

use document::{Node, Object};
use semver::Version;
use serde_json::{Map, Value};
use workflow_model::{read_graph_spec, read_settings, read_steps, read_variables};

pub(super) const MAX_NAME: usize = 200;
pub(super) const MAX_DESCRIPTION: usize = 10_000;
const MAX_VERSION: usize = 100;
/// The version of a template whose author says none.
pub(super) const DEFAULT_VERSION: Version = Version::new(1, 0, 0);

pub(super) fn version(node: &Node<'_>) -> Option<Version> {
    let text = match node.value() {
        // A version is often written as a number by mistake: the sentence below says how to.
        Value::Number(number) => number.to_string(),
        _ => node.text(MAX_VERSION)?,
    };
    match Version::parse(&text) {
        Ok(version) => Some(version),
        Err(error) => node.fail(format!(
            "\"{text}\" is not a semantic version ({error}). Write MAJOR.MINOR.PATCH, such as \
             \"{}\".",
            nearest(&text)
        )),
    }
}

/// What the author of a version that does not parse probably meant.
fn nearest(text: &str) -> Version {
    let numbers: Option<Vec<u64>> = text
        .trim_start_matches(['v', 'V'])
        .split('.')
        .map(|part| part.parse().ok())
        .collect();
    match numbers.as_deref() {
        Some([major]) => Version::new(*major, 0, 0),
        Some([major, minor]) => Version::new(*major, *minor, 0),
        Some([major, minor, patch]) => Version::new(*major, *minor, *patch),
        _ => DEFAULT_VERSION,
    }
}

pub(super) fn steps(node: &Node<'_>) -> Option<Vec<Value>> {
    read_steps(node)?;
    as_list(node)
}

pub(super) fn variables(node: &Node<'_>) -> Option<Vec<Value>> {
    read_variables(node)?;
    as_list(node)
}

pub(super) fn settings(node: &Node<'_>) -> Option<Map<String, Value>> {
    read_settings(node)
}

pub(super) fn drawing(node: &Node<'_>) -> Option<Value> {
    read_graph_spec(node)?;
    Some(node.value().clone())
}

pub(super) fn boolean(body: &mut Object<'_>, name: &'static str, default: bool) -> Option<bool> {
    body.not_null(name).map_or(Some(default), |n| n.boolean())
}

/// A text that may be absent or blank.
pub(super) fn text_or_blank(
    body: &mut Object<'_>,
    name: &'static str,
    max: usize,
) -> Option<String> {
    body.not_null(name)
        .map_or_else(|| Some(String::new()), |n| n.text_or_blank(max))
}

fn as_list(node: &Node<'_>) -> Option<Vec<Value>> {
    node.value().as_array().cloned()
}
