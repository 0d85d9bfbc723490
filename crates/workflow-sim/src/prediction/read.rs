//! Reads what a prediction is asked for.

mod changes;
mod distributions;
mod resources;
mod rules;

use super::request::{
    Arrivals, Batching, Budget, Failure, Flow, Precision, PredictionRequest, WarmUp,
};
use document::{Field, Node, Object};
use serde_json::Value;

/// A century: a longer time is a mistake of units.
const MAX_SECONDS: f64 = 3_155_760_000.0;
/// Names of steps, resources and calendars.
const MAX_NAME: usize = 200;
/// Steps, resources and so on in one request.
const MAX_ENTRIES: usize = 1000;

/// Reads the fields of a simulation's request that are about prediction. The caller reads the
/// subject, `input_data` and `mode` (see [`PredictionRequest::input`]) and finishes the object.
/// `None` after all problems were noted, each under its path.
pub fn read_prediction(body: &mut Object<'_>) -> Option<PredictionRequest> {
    let default = PredictionRequest::default();
    let cases = field(body, "cases", default.cases, |n| natural(&n, 1, 1_000_000));
    let seed = field(body, "seed", default.seed, |n| {
        n.integer(0..=i64::MAX).map(i64::unsigned_abs)
    });
    let window_days = field(body, "window_days", default.window_days, |n| {
        natural(&n, 1, 3650)
    });
    let start_at = field(body, "start_at", None, |n| n.instant().map(Some));
    let flow = field(body, "flow", default.flow, |n| {
        n.choice(&[
            ("auto", Flow::Auto),
            ("definition", Flow::Definition),
            ("history", Flow::History),
        ])
    });
    let calendars = field(body, "calendars", Vec::new(), |n| resources::calendars(&n));
    let resources = field(body, "resources", default.resources, |n| {
        resources::resources(&n)
    });
    let arrivals = field(body, "arrivals", default.arrivals, arrivals);
    let durations = field(body, "durations", Vec::new(), |n| times(&n));
    let waiting = field(body, "waiting", Vec::new(), |n| times(&n));
    let assignments = field(body, "assignments", Vec::new(), |n| {
        entries(&n, |n| n.texts(MAX_ENTRIES, MAX_NAME))
    });
    let branch_probabilities = field(body, "branch_probabilities", Vec::new(), |n| {
        entries(&n, |n| rules::shares(&n))
    });
    let failures = field(body, "failures", Vec::new(), |n| entries(&n, failure));
    let priorities = field(body, "priorities", Vec::new(), |n| rules::priorities(&n));
    let batching = field(body, "batching", Vec::new(), |n| entries(&n, batching));
    let costs = field(body, "costs", Vec::new(), |n| {
        entries(&n, |n| n.number(0.0..=1e12))
    });
    let warm_up = field(body, "warm_up", default.warm_up, |n| warm_up(&n));
    let precision = field(body, "precision", default.precision, precision);
    let budget = field(body, "budget", default.budget, budget);
    let changes = field(body, "changes", Vec::new(), |n| changes::variants(&n));
    let request = PredictionRequest {
        input: default.input,
        cases: cases?,
        seed: seed?,
        window_days: window_days?,
        start_at: start_at?,
        flow: flow?,
        arrivals: arrivals?,
        durations: durations?,
        waiting: waiting?,
        resources: resources?,
        assignments: assignments?,
        calendars: calendars?,
        branch_probabilities: branch_probabilities?,
        failures: failures?,
        priorities: priorities?,
        batching: batching?,
        costs: costs?,
        warm_up: warm_up?,
        precision: precision?,
        budget: budget?,
        changes: changes?,
        threads: default.threads,
    };
    rules::references(body, &request).then_some(request)
}

/// A field, or what holds without it. `null` is a problem.
fn field<'a, T>(
    body: &mut Object<'a>,
    name: &'static str,
    default: T,
    read: impl FnOnce(Node<'a>) -> Option<T>,
) -> Option<T> {
    match body.field(name) {
        Field::Present(node) => read(node),
        Field::Absent => Some(default),
        Field::Null => {
            body.fail(name, "This field may not be null.");
            None
        }
    }
}

fn natural(node: &Node<'_>, min: u32, max: u32) -> Option<u32> {
    let number = node.integer(i64::from(min)..=i64::from(max))?;
    u32::try_from(number).ok()
}

/// An object with keys that a client chooses: each once, in order.
fn entries<T>(node: &Node<'_>, read: impl Fn(Node<'_>) -> Option<T>) -> Option<Vec<(String, T)>> {
    let map = node.any_object()?;
    if map.len() > MAX_ENTRIES {
        return node.fail(format!("At most {MAX_ENTRIES} entries, got {}.", map.len()));
    }
    let one = |(key, value): (&String, &Value)| {
        let inner = Node::new(value, format!("{}.{key}", node.path()), node.problems());
        if key.trim().is_empty() || key.chars().count() > MAX_NAME {
            return inner.fail(format!("A name has 1 to {MAX_NAME} characters."));
        }
        Some((key.trim().to_owned(), read(inner)?))
    };
    let read: Vec<_> = map.iter().map(one).collect();
    read.into_iter().collect()
}

/// Distributions by step or action.
fn times(node: &Node<'_>) -> Option<Vec<(String, super::Distribution)>> {
    entries(node, distributions::distribution)
}

fn arrivals(node: Node<'_>) -> Option<Arrivals> {
    let mut body = node.object()?;
    let interval = field(&mut body, "interval", None, |n| {
        distributions::over_zero(n).map(Some)
    });
    let rate = field(&mut body, "per_hour", None, |n| {
        n.number(1e-9..=1e9).map(Some)
    });
    let calendar = field(&mut body, "calendar", None, |n| n.text(MAX_NAME).map(Some));
    let interval = match (interval?, rate?) {
        (Some(_), Some(_)) => {
            body.fail("per_hour", "Give either interval or per_hour, not both.");
            return None;
        }
        (None, Some(rate)) => Some(super::Distribution::Exponential {
            mean: 3600.0 / rate,
        }),
        (interval, None) => interval,
    };
    body.finish();
    Some(Arrivals {
        interval,
        calendar: calendar?,
    })
}

fn failure(node: Node<'_>) -> Option<Failure> {
    if node.value().is_number() {
        return Some(Failure {
            probability: node.number(0.0..=1.0)?,
            max_retries: None,
            retry_delay: None,
        });
    }
    let mut body = node.object()?;
    let probability = body
        .required("probability")
        .and_then(|n| n.number(0.0..=1.0));
    let retries = field(&mut body, "max_retries", None, |n| {
        natural(&n, 0, 100).map(Some)
    });
    let delay = field(&mut body, "retry_delay", None, |n| {
        distributions::distribution(n).map(Some)
    });
    body.finish();
    Some(Failure {
        probability: probability?,
        max_retries: retries?,
        retry_delay: delay?,
    })
}

fn batching(node: Node<'_>) -> Option<Batching> {
    let mut body = node.object()?;
    let size = body.required("size").and_then(|n| natural(&n, 1, 10_000));
    let wait = field(&mut body, "max_wait_seconds", None, |n| {
        n.number(0.0..=MAX_SECONDS).map(Some)
    });
    body.finish();
    Some(Batching {
        size: size?,
        max_wait_seconds: wait?,
    })
}

fn warm_up(node: &Node<'_>) -> Option<WarmUp> {
    if node.value().is_number() {
        return natural(node, 0, 1_000_000).map(WarmUp::Cases);
    }
    match node.value().as_str() {
        Some("auto") => Some(WarmUp::Auto),
        Some("none") => Some(WarmUp::None),
        _ => node.fail("Expected \"auto\", \"none\" or a number of cases."),
    }
}

fn precision(node: Node<'_>) -> Option<Precision> {
    let default = Precision::default();
    let mut body = node.object()?;
    let width = field(
        &mut body,
        "relative_half_width",
        default.relative_half_width,
        |n| n.number(0.0001..=1.0),
    );
    let confidence = field(&mut body, "confidence", default.confidence, |n| {
        n.number(0.5..=0.9999)
    });
    let most = field(
        &mut body,
        "max_replications",
        default.max_replications,
        |n| natural(&n, 2, 10_000),
    );
    body.finish();
    Some(Precision {
        relative_half_width: width?,
        confidence: confidence?,
        max_replications: most?,
    })
}

fn budget(node: Node<'_>) -> Option<Budget> {
    let default = Budget::default();
    let mut body = node.object()?;
    let tasks = field(&mut body, "tasks", default.tasks, |n| {
        n.integer(1..=10_000_000_000).map(i64::unsigned_abs)
    });
    let seconds = field(&mut body, "seconds", default.seconds, |n| {
        n.number(0.1..=3600.0)
    });
    body.finish();
    Some(Budget {
        tasks: tasks?,
        seconds: seconds?,
    })
}
