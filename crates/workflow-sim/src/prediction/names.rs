//! Names in a request that nothing has.

use super::request::{Change, Resources, Variant};
use super::setting::Setting;
use document::{Problem, closest};
use std::collections::BTreeSet;
use workflow_model::Definition;

/// Every name of a step, an action or a target that the workflow and its history do not have.
pub(crate) fn problems(setting: &Setting<'_>, variants: &[Variant]) -> Vec<Problem> {
    let mut steps: BTreeSet<String> = BTreeSet::new();
    let mut actions: BTreeSet<String> = BTreeSet::new();
    let mut add = |definition: &Definition| {
        let net = super::net::Net::new(definition);
        steps.extend(net.names);
        actions.extend(net.actions.into_iter().filter(|action| !action.is_empty()));
    };
    add(&setting.definition);
    let changes = || variants.iter().flat_map(|variant| &variant.changes);
    for change in changes() {
        if let Change::Definition(definition) = change {
            add(definition);
        }
    }
    for activity in &setting.fit.activities {
        steps.insert(activity.name.clone());
        if !activity.action.is_empty() {
            actions.insert(activity.action.clone());
        }
    }
    let known = Known { steps, actions };
    let mut found = Vec::new();
    in_request(setting, &known, &mut found);
    in_variants(variants, &known, &mut found);
    found
}

struct Known {
    steps: BTreeSet<String>,
    actions: BTreeSet<String>,
}

impl Known {
    fn check(&self, path: String, name: &str, or_action: bool, found: &mut Vec<Problem>) {
        if self.steps.contains(name) || (or_action && self.actions.contains(name)) {
            return;
        }
        let (what, actions) = if or_action {
            ("step or action", Some(&self.actions))
        } else {
            ("step", None)
        };
        let all = self.steps.iter().chain(actions.into_iter().flatten());
        let hint = closest(name, all.map(String::as_str))
            .map(|near| format!(" Did you mean \"{near}\"?"))
            .unwrap_or_default();
        found.push(Problem {
            path,
            message: format!("The workflow has no {what} \"{name}\".{hint}"),
        });
    }
}

fn in_request(setting: &Setting<'_>, known: &Known, found: &mut Vec<Problem>) {
    let request = &setting.request;
    let mut each = |field: &str, names: Vec<&String>, or_action: bool| {
        for name in names {
            known.check(format!("{field}.{name}"), name, or_action, found);
        }
    };
    each("durations", keys(&request.durations), true);
    each("waiting", keys(&request.waiting), true);
    each("assignments", keys(&request.assignments), true);
    each("failures", keys(&request.failures), true);
    each("costs", keys(&request.costs), true);
    each("batching", keys(&request.batching), false);
    each(
        "branch_probabilities",
        keys(&request.branch_probabilities),
        false,
    );
    for (step, ways) in &request.branch_probabilities {
        for (target, _) in ways {
            if !target.eq_ignore_ascii_case("end") {
                let path = format!("branch_probabilities.{step}.{target}");
                known.check(path, target, false, found);
            }
        }
    }
    for (at, rule) in request.priorities.iter().enumerate() {
        if let Some(step) = &rule.step {
            known.check(format!("priorities.{at}.step"), step, false, found);
        }
    }
    if let Resources::Given(resources) = &request.resources {
        for (at, resource) in resources.iter().enumerate() {
            for (place, skill) in resource.skills.iter().enumerate() {
                known.check(format!("resources.{at}.skills.{place}"), skill, true, found);
            }
        }
    }
}

/// The names in a list of entries.
fn keys<T>(entries: &[(String, T)]) -> Vec<&String> {
    entries.iter().map(|(name, _)| name).collect()
}

fn in_variants(variants: &[Variant], known: &Known, found: &mut Vec<Problem>) {
    for variant in variants {
        for (at, change) in variant.changes.iter().enumerate() {
            let path = format!("{}.changes.{at}.step", variant.path);
            match change {
                Change::Condition { step, .. } => known.check(path, step, false, found),
                Change::Automate { step, .. }
                | Change::DurationFactor {
                    step: Some(step), ..
                } => known.check(path, step, true, found),
                Change::DurationFactor { step: None, .. }
                | Change::Amount { .. }
                | Change::ResourceCalendar { .. }
                | Change::ArrivalFactor { .. }
                | Change::Definition(_) => {}
            }
        }
    }
}
