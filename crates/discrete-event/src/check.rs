//! Everything that is wrong with a model and an experiment, at once.

mod experiment;
mod nodes;

use std::collections::BTreeSet;

use crate::distribution::{Distribution, faults};
use crate::error::Problem;
use crate::experiment::Experiment;
use crate::model::{CalendarId, Model, NodeId, NodeKind, Profiles, Resource, Times};
use crate::network::Graph;

/// Everything that is wrong.
pub(crate) fn problems(model: &Model, experiment: &Experiment) -> Vec<Problem> {
    let mut found = Found::default();
    calendars(model, &mut found);
    for (index, resource) in model.resources.iter().enumerate() {
        check_resource(model, resource, &format!("resources.{index}"), &mut found);
    }
    found.unique(
        "resources",
        model.resources.iter().map(|resource| &resource.name),
    );
    arrivals(model, &mut found);
    nodes::check(model, &mut found);
    if found.references_hold {
        ways_to_an_end(model, &mut found);
    }
    experiment::check(experiment, &mut found);
    found.problems
}

/// Problems found so far.
#[derive(Debug)]
struct Found {
    problems: Vec<Problem>,
    /// Whether everything that the model names exists.
    references_hold: bool,
}

impl Default for Found {
    fn default() -> Self {
        Self {
            problems: Vec::new(),
            references_hold: true,
        }
    }
}

impl Found {
    fn add(&mut self, path: impl Into<String>, message: impl Into<String>) {
        self.problems.push(Problem {
            path: path.into(),
            message: message.into(),
        });
    }

    fn must(&mut self, holds: bool, path: impl FnOnce() -> String, message: &str) {
        if !holds {
            self.add(path(), message);
        }
    }

    fn distribution(&mut self, distribution: &Distribution, path: &str) {
        for (place, message) in faults(distribution) {
            let dot = if place.is_empty() { "" } else { "." };
            self.add(format!("{path}{dot}{place}"), message);
        }
    }

    fn length(&mut self, seconds: f64, path: impl FnOnce() -> String) {
        let holds = seconds.is_finite() && seconds >= 0.0;
        self.must(
            holds,
            path,
            "Must be a finite number of seconds, not negative.",
        );
    }

    fn cost(&mut self, cost: f64, path: impl FnOnce() -> String) {
        let holds = cost.is_finite() && cost >= 0.0;
        self.must(holds, path, "Must be a finite number, not negative.");
    }

    fn calendar(&mut self, model: &Model, id: Option<CalendarId>, path: &str) {
        if let Some(CalendarId(number)) = id {
            self.exists(number, model.calendars.len(), path, "calendar");
        }
    }

    fn node(&mut self, model: &Model, NodeId(number): NodeId, path: &str) {
        self.exists(number, model.nodes.len(), path, "node");
    }

    fn exists(&mut self, number: u32, count: usize, path: &str, what: &str) {
        if number as usize >= count {
            self.references_hold = false;
            self.add(path, format!("There is no {what} {number}."));
        }
    }

    fn unique<'n>(&mut self, path: &str, names: impl Iterator<Item = &'n String>) {
        let mut known = BTreeSet::new();
        for (index, name) in names.enumerate() {
            if !known.insert(name) {
                self.add(
                    format!("{path}.{index}.name"),
                    format!("\"{name}\" is there twice."),
                );
            }
        }
    }
}

fn calendars(model: &Model, found: &mut Found) {
    for (index, calendar) in model.calendars.iter().enumerate() {
        found.must(
            !calendar.weekly.is_empty(),
            || format!("calendars.{index}.weekly"),
            "There must be at least one shift.",
        );
    }
    found.unique(
        "calendars",
        model.calendars.iter().map(|calendar| &calendar.name),
    );
}

fn check_resource(model: &Model, resource: &Resource, path: &str, found: &mut Found) {
    found.must(
        resource.amount > 0,
        || format!("{path}.amount"),
        "There must be at least one.",
    );
    found.calendar(model, resource.calendar, &format!("{path}.calendar"));
    found.cost(resource.cost_per_hour, || format!("{path}.cost_per_hour"));
    for (index, absence) in resource.absences.iter().enumerate() {
        found.must(
            absence.from.is_finite() && absence.to.is_finite() && absence.from < absence.to,
            || format!("{path}.absences.{index}"),
            "Must begin before it ends, both at finite times.",
        );
    }
}

fn arrivals(model: &Model, found: &mut Found) {
    found.must(
        !model.arrivals.is_empty(),
        || "arrivals".to_owned(),
        "No cases come: there must be at least one stream.",
    );
    for (index, arrival) in model.arrivals.iter().enumerate() {
        let path = format!("arrivals.{index}");
        match &arrival.times {
            Times::Renewal {
                interarrival,
                calendar,
            } => {
                found.distribution(interarrival, &format!("{path}.interarrival"));
                found.must(
                    faults(interarrival).is_empty() && interarrival.mean() > 0.0,
                    || format!("{path}.interarrival"),
                    "There must be time between two cases, on average.",
                );
                found.calendar(model, *calendar, &format!("{path}.calendar"));
            }
            Times::At(times) => {
                let lengths = times.iter().all(|time| time.is_finite() && *time >= 0.0);
                found.must(
                    lengths && times.is_sorted(),
                    || format!("{path}.times"),
                    "Must be finite numbers of seconds from the origin, ascending.",
                );
            }
        }
        found.node(model, arrival.start, &format!("{path}.start"));
        let empty = match &arrival.profiles {
            Profiles::None => false,
            Profiles::Drawn(range) | Profiles::InOrder(range) => range.is_empty(),
        };
        found.must(
            !empty,
            || format!("{path}.profiles"),
            "There must be at least one.",
        );
    }
    found.unique(
        "arrivals",
        model.arrivals.iter().map(|arrival| &arrival.name),
    );
}

/// Where cases could come but from where no way leads to an end.
fn ways_to_an_end(model: &Model, found: &mut Found) {
    let graph = Graph::new(model);
    let ends = (0u32..)
        .zip(&model.nodes)
        .filter_map(|(node, spec)| matches!(spec.kind, NodeKind::End { .. }).then_some(node));
    let ending = graph.leading_to(ends);
    for (index, (reached, ending)) in graph.reached().into_iter().zip(ending).enumerate() {
        if reached && !ending {
            let name = model.nodes.get(index).map_or("", |node| node.name.as_str());
            found.add(
                format!("nodes.{index}"),
                format!("No way leads from \"{name}\" to an end."),
            );
        }
    }
}
