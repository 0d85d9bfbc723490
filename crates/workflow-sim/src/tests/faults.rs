//! Every kind of fault that a user is promised, in one definition: all at once, each under its
//! path and with what to do.

use super::support::{action, definition, faults_with, run_with};
use crate::{ActionFact, Facts, FaultKind, StepPercentile, validate};
use serde_json::{Value, json};

fn catalogue() -> Facts {
    let mail = ActionFact {
        input_schema: json!({
            "type": "object",
            "required": ["to"],
            "properties": {"to": {"type": "string"}, "copies": {"type": "integer"}}
        }),
        ..action("mail", true)
    };
    let old = ActionFact {
        is_active: false,
        ..action("old", true)
    };
    Facts {
        actions: vec![mail, old, action("charge", false), action("fetch", true)],
        percentiles: vec![StepPercentile {
            step_name: "Slow".to_owned(),
            action_type: "fetch".to_owned(),
            timed: 200,
            p95_millis: 7_250,
        }],
        ..Facts::default()
    }
}

fn faulty() -> Value {
    json!({
        "variables": [{"name": "x", "type": "number"}],
        "steps": [
            {"name": "Blank"},
            {"name": "Unknown", "action": "fetsh"},
            {"name": "Inactive", "action": "old"},
            {"name": "Config", "action": "mail", "config": {"to": 7, "copies": "two"}},
            {"name": "Dangling", "action": "fetch",
             "branches": [{"condition": "x > 1", "next_step": "Nowhere"}]},
            {"name": "Choice", "action": "decision", "branches": [
                {"condition": "x > 1", "next_step": "Early"},
                {"condition": "x < 0", "next_step": "Slow"}]},
            {"name": "Early", "action": "fetch", "conditions": "score > 1"},
            {"name": "Never", "action": "fetch", "conditions": "x > 3 and x < 2"},
            {"name": "Nobody", "action": "approval"},
            {"name": "Twice", "action": "charge", "max_retries": 2},
            {"name": "Slow", "action": "fetch", "timeout_seconds": 5, "outputs": ["score"],
             "branches": [{"next_step": "Round"}]},
            {"name": "Lost", "action": "fetch"},
            {"name": "Round", "action": "fetch", "branches": [{"next_step": "Round"}]}
        ]
    })
}

#[test]
fn all_are_named_at_once() {
    use FaultKind as Kind;
    let expected = [
        ("steps.4.branches.0.next_step", Kind::DanglingReference),
        ("steps.0.action", Kind::MissingAction),
        ("steps.1.action", Kind::UnknownAction),
        ("steps.2.action", Kind::InactiveAction),
        ("steps.8.approver", Kind::MissingApprover),
        ("steps.9.max_retries", Kind::UnsafeRetry),
        ("steps.10.timeout_seconds", Kind::ShortTimeout),
        ("steps.3.config.to", Kind::InvalidConfig),
        ("steps.3.config.copies", Kind::InvalidConfig),
        ("steps.11", Kind::UnreachableStep),
        ("steps.12", Kind::CycleWithoutExit),
        ("steps.7.conditions", Kind::Contradiction),
        ("steps.5", Kind::NonExhaustive),
        ("steps.6.conditions", Kind::OutputBeforeItExists),
    ];
    let expected: Vec<_> = expected.map(|(path, kind)| (path.to_owned(), kind)).into();
    assert_eq!(faults_with(&faulty(), &catalogue()), expected);
}

/// A sentence for each: what is wrong; what to do.
#[test]
fn each_says_what_to_do() {
    let remedies = [
        "name",
        "name",
        "Correct it",
        "Activate",
        "activate",
        "correct",
        "add",
        "Add",
        "remove",
        "set max_retries",
        "more time",
        "move that step up",
        "branch to it",
        "Did you mean",
    ];
    for fault in validate(&definition(&faulty()), &catalogue()) {
        let told = remedies.iter().any(|remedy| fault.message.contains(remedy));
        assert!(told, "{fault}");
        assert!(fault.message.ends_with('.'), "{fault}");
    }
}

/// A definition with faults is followed as far as it goes, and the answer names them.
#[test]
fn the_dry_run_shows_them_with_their_paths() {
    let run = run_with(&faulty(), &json!({"x": 0}), &catalogue());
    assert!(run.validation_errors.iter().any(|error| {
        error.starts_with("steps.3.config.copies: ") && error.contains("input schema")
    }));
    assert!(run.warnings.iter().any(|warning| warning
        == "steps.10.timeout_seconds: \"Slow\" is given 5 s, but one attempt in twenty takes 7.25 \
            s or more (95th percentile of 200 measured of this step); give it more time."));
    assert!(!run.execution_path.is_empty());
}

/// What is filled in when the step runs cannot be judged before.
#[test]
fn a_config_that_is_completed_later_only_warns() {
    let of = |config: Value| {
        let written = json!({"steps": [{"name": "Config", "action": "mail", "config": config}]});
        let found = validate(&definition(&written), &catalogue());
        found
            .into_iter()
            .map(|fault| (fault.path, fault.blocking))
            .collect::<Vec<_>>()
    };
    assert_eq!(of(json!({"to": "ann"})), []);
    let whole = "steps.0.config".to_owned();
    assert_eq!(of(json!({})), [(whole.clone(), false)]);
    assert_eq!(of(json!({"copies": 1})), [(whole.clone(), true)]);
    assert_eq!(of(json!({"cc": "{{ input.cc }}"})), [(whole, false)]);
    let copies = "steps.0.config.copies".to_owned();
    assert_eq!(
        of(json!({"to": "a", "copies": "${n}"})),
        [(copies.clone(), false)]
    );
    assert_eq!(of(json!({"to": "a", "copies": "n"})), [(copies, true)]);
}

#[test]
fn one_of_several_actions_that_takes_the_config_is_enough() {
    let mut facts = catalogue();
    facts.actions.push(action("mail", true));
    let other = facts.actions.len() - 1;
    "Mail without rules".clone_into(&mut facts.actions[other].name);
    let of = |name: &str| {
        faults_with(
            &json!({"steps": [{"name": name, "action": "mail", "config": {"to": 7}}]}),
            &facts,
        )
        .len()
    };
    assert_eq!(of("Any"), 0);
    assert_eq!(of("The mail"), 1, "the one that bears the step's name");
}

/// Two nodes are as near as each other to a name that is none: the hint is the same each time.
#[test]
fn a_hint_does_not_depend_on_chance() {
    let nodes: Vec<_> = (0..20)
        .map(|at| json!({"id": format!("n{}", (b'a' + at) as char), "type": "start"}))
        .collect();
    let written = json!({"graph_spec": {"nodes": nodes, "edges": [{"from": "na", "to": "nz"}]}});
    for _ in 0..20 {
        let faults = validate(&definition(&written), &catalogue());
        assert!(
            faults[0].message.contains("Did you mean \"na\"?"),
            "{}",
            faults[0]
        );
    }
}
