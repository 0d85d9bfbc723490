//! As much of YAML as the scenarios use: maps, lists, scalars, flow lists, quotes, comments.

use serde_json::{Map, Value};

struct Line<'a> {
    indent: usize,
    text: &'a str,
}

/// The value of a document.
pub(crate) fn parse(text: &str) -> Value {
    let lines: Vec<Line<'_>> = text
        .lines()
        .map(|line| line.split(" #").next().unwrap_or(line))
        .filter(|line| !line.trim().is_empty())
        .map(|line| Line {
            indent: line.len() - line.trim_start().len(),
            text: line.trim(),
        })
        .collect();
    let mut at = 0;
    block(&lines, &mut at)
}

/// The block that begins here, as far as its indentation goes.
fn block(lines: &[Line<'_>], at: &mut usize) -> Value {
    let Some(first) = lines.get(*at) else {
        return Value::Null;
    };
    let indent = first.indent;
    if first.text.starts_with("- ") {
        let mut items = Vec::new();
        while lines
            .get(*at)
            .is_some_and(|line| line.indent == indent && line.text.starts_with("- "))
        {
            items.push(item(lines, at, indent));
        }
        return Value::Array(items);
    }
    if key(first.text).is_none() {
        *at += 1;
        return scalar(first.text);
    }
    let mut map = Map::new();
    while let Some(line) = lines.get(*at).filter(|line| line.indent == indent) {
        let Some((name, rest)) = key(line.text) else {
            break;
        };
        *at += 1;
        map.insert(name.to_owned(), value(rest, lines, at, indent));
    }
    Value::Object(map)
}

/// `- name: …`, whose further lines are indented deeper than the dash.
fn item(lines: &[Line<'_>], at: &mut usize, indent: usize) -> Value {
    let text = lines[*at].text.trim_start_matches("- ");
    *at += 1;
    let Some((name, rest)) = key(text) else {
        return scalar(text);
    };
    let mut map = Map::new();
    map.insert(name.to_owned(), value(rest, lines, at, indent + 2));
    while let Some(line) = lines.get(*at).filter(|line| line.indent == indent + 2) {
        let Some((name, rest)) = key(line.text).filter(|_| !line.text.starts_with("- ")) else {
            break;
        };
        *at += 1;
        map.insert(name.to_owned(), value(rest, lines, at, indent + 2));
    }
    Value::Object(map)
}

fn value(rest: &str, lines: &[Line<'_>], at: &mut usize, indent: usize) -> Value {
    match rest {
        "" if lines.get(*at).is_some_and(|line| line.indent > indent) => block(lines, at),
        "" => Value::Null,
        text => scalar(text),
    }
}

fn key(text: &str) -> Option<(&str, &str)> {
    if text.starts_with(['\'', '"', '[']) {
        return None;
    }
    let (name, rest) = text.split_once(':')?;
    let plain = name
        .chars()
        .all(|c| c.is_alphanumeric() || "_-.$".contains(c));
    (plain && (rest.is_empty() || rest.starts_with(' '))).then(|| (name, rest.trim()))
}

fn scalar(text: &str) -> Value {
    if let Some(items) = text
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
    {
        return items.split(',').map(|item| scalar(item.trim())).collect();
    }
    for quote in ['\'', '"'] {
        let inner = text
            .strip_prefix(quote)
            .and_then(|rest| rest.strip_suffix(quote));
        if let Some(inner) = inner {
            return inner.into();
        }
    }
    match text {
        "true" => true.into(),
        "false" => false.into(),
        number => number
            .parse::<i64>()
            .map_or_else(|_text| text.into(), Value::from),
    }
}
