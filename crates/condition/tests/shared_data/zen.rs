use condition::{Condition, Scope};
use regex::Regex;
use serde_json::Value;

use super::Outside;

/// Cases outside the language: what gives them away, and why they are outside.
const OUTSIDE: &[(&str, &str)] = &[
    (r"^\x22", "assignments: a condition changes nothing"),
    (r"`", "templates: a backtick quotes a variable's name"),
    (
        r"rand\(",
        "no randomness: a condition is a function of its input",
    ),
    (r"\bd\(\)|isToday|isYesterday|isTomorrow", "no wall clock"),
    (r"\[\d*:\d*\]", "text slices"),
    (
        r"fuzzyMatch\(|extract\(|merge\(|mergeDeep\(",
        "functions that conditions do not need",
    ),
    (r"monthString\(|weekdayString\(", "names of months and days"),
    (r"(map|filter)\([\[(]\d+\.\.", "intervals as lists"),
    (r"\{id: #|\{\[", "objects that hold more than constants"),
    (
        r"\.tz\(|offsetName|, '[A-Z]\w+/",
        "time zones by name: needs a time zone database",
    ),
    (
        r"\.(add|sub)\(|\.set\(",
        "date objects: dates are numbers, durations are added to them",
    ),
    (
        r"\.(isBefore|isAfter|isSame|isSameOrBefore|isSameOrAfter)\(",
        "date objects: compare them",
    ),
    (
        r"\.diff\(|\.format\(|isLeapYear|isValid|\.timestamp\(",
        "date objects",
    ),
    (r"^d\('[^']*'\);;'", "date objects: a date is a number here"),
    (
        r"(startOf|endOf)\('\w+'\);;'|^(min|max)\(\[d\(.*;;'",
        "date objects: a date is a number",
    ),
];

#[test]
fn agrees_with_zen_inside_the_language() {
    let mut failures = Vec::new();
    let outside = Outside::new(OUTSIDE);
    let (mut agreed, mut cases) = (0, 0);
    for file in ["standard", "date"] {
        for line in super::read(&format!("zen/{file}.csv")).lines().skip(1) {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            cases += 1;
            if outside.holds(line) {
                continue;
            }
            match check(line) {
                Ok(()) => agreed += 1,
                Err(message) => failures.push(format!("{line}\n    {message}")),
            }
        }
    }
    super::report(&failures);
    assert_eq!((cases, outside.count(), agreed), (727, 240, 487));
}

/// `unary.csv` tests a value that the expression does not name (`> 5`), which our language does
/// not have, except where it names it `$`.
#[test]
fn agrees_with_zen_on_named_unary_cases() {
    let mut failures = Vec::new();
    let mut agreed = 0;
    for line in super::read("zen/unary.csv").lines().skip(1) {
        let Some((expression, rest)) = line.split_once(';') else {
            continue;
        };
        if !expression.contains('$') || expression.contains(['`', ':']) {
            continue;
        }
        match check(&format!("{};{rest}", expression.replace('$', "`$`"))) {
            Ok(()) => agreed += 1,
            Err(message) => failures.push(format!("{line}\n    {message}")),
        }
    }
    super::report(&failures);
    assert_eq!(agreed, 10);
}

fn check(line: &str) -> Result<(), String> {
    let mut fields = line.split(';').map(str::trim);
    let (Some(expression), Some(input), Some(expected)) =
        (fields.next(), fields.next(), fields.next())
    else {
        return Err("not three fields".to_owned());
    };
    let input = if input.is_empty() {
        Value::Null
    } else {
        json5(input)
    };
    let text = match expected {
        "true" => expression.to_owned(),
        "false" => format!("not ({expression})"),
        value => format!("({expression}) == {value}"),
    };
    let condition = Condition::parse(&text).map_err(|errors| errors[0].to_string())?;
    let truth = condition.evaluate(&Scope::new(&input));
    if !truth.is_true() {
        return Err(format!("{condition} is {truth:?}"));
    }
    let again = Condition::parse(&condition.to_string()).map_err(|e| e[0].to_string())?;
    if again == condition {
        Ok(())
    } else {
        Err(format!("{condition} is not what it prints"))
    }
}

/// JSON with unquoted names and single quotes.
fn json5(text: &str) -> Value {
    let names = Regex::new(r"([{,]\s*)(\$|\w+)\s*:").expect("a pattern");
    let text = names.replace_all(text, "$1\"$2\":").replace('\'', "\"");
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{text}: {error}"))
}
