use condition::{Condition, Scope};
use regex::Regex;
use serde_json::{Value, json};

use super::Outside;

const FILES: [&str; 10] = [
    "basic",
    "comparisons",
    "fields",
    "fp_math",
    "integer_math",
    "lists",
    "logic",
    "macros",
    "string",
    "timestamps",
];

/// Cases outside the language. Beside these, cases with bindings or an expected error, and those
/// whose value JSON cannot hold, are counted but not compared.
const OUTSIDE: &[(&str, &str)] = &[
    (
        r"TestAllTypes|google\.protobuf|NullValue",
        "protocol buffer messages",
    ),
    (r#"\bb['"]"#, "bytes: JSON has none"),
    (r#"\br['"]"#, "raw texts"),
    (
        r"\b\d+[uU]\b|uint",
        "unsigned integers: JSON has one sort of number",
    ),
    (r"\b0x", "hexadecimal numbers"),
    (r"dyn\(", "dynamic typing is the only typing"),
    (
        r"\b(int|double|bytes)\(",
        "conversions between number types",
    ),
    (
        r"size\('|size\(b|size\(\{",
        "`size` is for lists, as MongoDB's `$size`; `len` is for texts",
    ),
    (
        r"[{,]\s*(\d+(\.\d+)?|true|false|null)\s*:",
        "objects whose names are not texts",
    ),
    (
        r"\}\s*\.(exists|all|exists_one|map|filter)\(",
        "list functions over an object's names",
    ),
    (r"[\])}]\[|\}\.", "an index on a constant"),
    (r"\.get[A-Z]\w+\(", "accessors: `year(…)`, `month(…)`"),
    (
        r"type\(|string\((timestamp|duration)",
        "types of dates: a date is a number",
    ),
    (
        r"0\.0\s*/\s*0\.0|/ 0|/0\b|% 0",
        "a division by zero is null, not NaN, infinity or an error",
    ),
    (r"\\[aUvx?0-7]|\\U", "escapes that JSON does not have"),
    (
        r"'horses'|'cows' \?|32\b",
        "operands of another type: refused when the condition is made",
    ),
    (
        r"-9223372036854775808 ?[-*/%]|9223372036854775807 ?[+*]",
        "overflow is not an error",
    ),
    (
        r"\[1, 'foo', 3\]\.all\(e, e %",
        "arithmetic on a text is null, not an error",
    ),
    (
        r"^\[\]$|^\{\}$",
        "a list or object is no condition and no comparison",
    ),
    (r"^1 in |^'key' in|in \{", "membership in an object literal"),
    (r"[ (]\.\d|^\.\d", "a number begins with a digit"),
    (r"\] \+ ", "joining lists"),
    (
        r"f_unknown",
        "a function that does not exist is refused when the condition is made",
    ),
];

struct Case {
    file: &'static str,
    expr: String,
    expected: Option<Value>,
}

fn cases() -> Vec<Case> {
    let expr =
        Regex::new(r#"(?m)^\s+expr: (?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')\s*(?:#.*)?$"#)
            .expect("a pattern");
    let scalar =
        Regex::new(r#"value:? \{\s*(bool|int64|double|string|null)_value: ("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\S+)\s*\}\s*\}?\s*$"#)
            .expect("a pattern");
    let mut cases = Vec::new();
    for file in FILES {
        let text = super::read(&format!("cel-spec/{file}.textproto"));
        for test in text.split("\n  test {").skip(1) {
            let test = test.split("\n  }").next().unwrap_or_default();
            let Some(found) = expr.captures(test) else {
                continue;
            };
            let written = found
                .get(1)
                .or(found.get(2))
                .expect("an expression")
                .as_str();
            let simple = !test.contains("bindings") && !test.contains("eval_error");
            let expected = scalar.captures(test).filter(|_| simple).and_then(|value| {
                match (&value[1], unquote(&value[2])) {
                    ("bool", text) => Some(json!(text == "true")),
                    ("null", _) => Some(Value::Null),
                    ("string", text) if text.contains('\\') => None,
                    ("string", text) => Some(json!(text)),
                    (_, text) => serde_json::from_str(text).ok(),
                }
            });
            cases.push(Case {
                file,
                expr: unescape(written),
                expected,
            });
        }
    }
    cases
}

fn unquote(text: &str) -> &str {
    let inner = |quote: char| text.strip_prefix(quote)?.strip_suffix(quote);
    inner('"').or_else(|| inner('\'')).unwrap_or(text)
}

/// One level of escapes of the file format.
fn unescape(text: &str) -> String {
    text.replace("\\\"", "\"")
        .replace("\\'", "'")
        .replace("\\\\", "\\")
}

#[test]
fn agrees_with_cel_inside_the_language() {
    let outside = Outside::new(OUTSIDE);
    let mut failures = Vec::new();
    let (mut agreed, mut not_a_value) = (0, 0);
    let cases = cases();
    for case in &cases {
        if outside.holds(&case.expr) {
            continue;
        }
        let Some(expected) = &case.expected else {
            not_a_value += 1;
            continue;
        };
        let text = match expected {
            Value::Bool(true) => case.expr.clone(),
            Value::Bool(false) => format!("not ({})", case.expr),
            value => format!("({}) == {value}", case.expr),
        };
        let result =
            Condition::parse(&text).map(|condition| condition.evaluate(&Scope::new(&Value::Null)));
        match result {
            Ok(truth) if truth.is_true() => agreed += 1,
            other => failures.push(format!("{}: {text}\n    {other:?}", case.file)),
        }
    }
    super::report(&failures);
    assert_eq!(
        (cases.len(), outside.count(), not_a_value, agreed),
        (833, 471, 78, 284)
    );
}
