//! What is wrong with nodes.

use std::collections::BTreeSet;

use super::Found;
use crate::distribution::{NOT_A_SHARE, NOT_ONE};
use crate::model::{Candidate, Choice, Demand, JoinRule, Model, NodeKind, Task};
use crate::network::ways_out;

pub(super) fn check(model: &Model, found: &mut Found) {
    let mut task_names = BTreeSet::new();
    for (index, node) in model.nodes.iter().enumerate() {
        let path = format!("nodes.{index}");
        for (way, to) in ways_out(&node.kind).into_iter().enumerate() {
            found.node(model, to, &format!("{path}.ways.{way}"));
        }
        match &node.kind {
            NodeKind::Task(spec) => {
                if !task_names.insert(&node.name) {
                    let message = format!("There is another task \"{}\".", node.name);
                    found.add(format!("{path}.name"), message);
                }
                task(model, spec, &path, found);
            }
            NodeKind::Choice(spec) => choice(spec, &path, found),
            NodeKind::Fork(targets) => {
                found.must(
                    !targets.is_empty(),
                    || path,
                    "There must be at least one way.",
                );
            }
            NodeKind::Join(join) => {
                let holds = match join.rule {
                    JoinRule::All => true,
                    JoinRule::First { count, .. } => count > 0,
                };
                found.must(
                    holds,
                    || format!("{path}.count"),
                    "There must be at least one.",
                );
            }
            NodeKind::End { .. } => {}
        }
    }
}

fn task(model: &Model, task: &Task, path: &str, found: &mut Found) {
    match &task.demand {
        Demand::Unattended { duration, calendar } => {
            found.distribution(duration, &format!("{path}.duration"));
            found.calendar(model, *calendar, &format!("{path}.calendar"));
        }
        Demand::OneOf(all) => candidates(model, all, path, found),
    }
    if let Some(batch) = task.batch {
        found.must(
            batch.size > 0,
            || format!("{path}.batch.size"),
            "There must be at least one.",
        );
        found.length(batch.max_wait.unwrap_or(0.0), || {
            format!("{path}.batch.max_wait")
        });
    }
    if let Some(capacity) = task.capacity {
        let path = || format!("{path}.capacity.limit");
        found.must(
            capacity.limit > 0,
            path,
            "There must be room for at least one.",
        );
    }
    if let Some(failure) = &task.failure {
        let share = (0.0..=1.0).contains(&failure.probability);
        found.must(share, || format!("{path}.failure.probability"), NOT_A_SHARE);
        found.distribution(&failure.retry_delay, &format!("{path}.failure.retry_delay"));
    }
    if let Some(timeout) = &task.timeout {
        found.length(timeout.seconds, || format!("{path}.timeout.seconds"));
        found.calendar(model, timeout.calendar, &format!("{path}.timeout.calendar"));
    }
    found.cost(task.fixed_cost, || format!("{path}.fixed_cost"));
}

fn candidates(model: &Model, all: &[Candidate], path: &str, found: &mut Found) {
    found.must(
        !all.is_empty(),
        || format!("{path}.candidates"),
        "Nobody can do the task: there must be at least one.",
    );
    let mut known = BTreeSet::new();
    for (index, candidate) in all.iter().enumerate() {
        let path = format!("{path}.candidates.{index}");
        let number = candidate.resource.0;
        found.exists(
            number,
            model.resources.len(),
            &format!("{path}.resource"),
            "resource",
        );
        found.must(
            known.insert(number),
            || format!("{path}.resource"),
            "Is a candidate already.",
        );
        if let Some(resource) = model.resources.get(number as usize) {
            found.must(
                (1..=resource.amount).contains(&candidate.units),
                || format!("{path}.units"),
                "Must be at least one, and not more than the resource has.",
            );
        }
        found.distribution(&candidate.duration, &format!("{path}.duration"));
    }
}

fn choice(choice: &Choice, path: &str, found: &mut Found) {
    found.must(
        !choice.ways.is_empty(),
        || path.to_owned(),
        "There must be at least one way.",
    );
    for (index, way) in choice.ways.iter().enumerate() {
        let share = (0.0..=1.0).contains(&way.probability);
        found.must(
            share,
            || format!("{path}.ways.{index}.probability"),
            NOT_A_SHARE,
        );
    }
    let sum: f64 = choice.ways.iter().map(|way| way.probability).sum();
    found.must((sum - 1.0).abs() < 1e-9, || format!("{path}.ways"), NOT_ONE);
    for (profile, way) in choice.fixed.iter().enumerate() {
        let known = way.is_none_or(|way| (way as usize) < choice.ways.len());
        found.must(
            known,
            || format!("{path}.fixed.{profile}"),
            "There is no such way.",
        );
    }
}
