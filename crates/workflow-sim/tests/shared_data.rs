//! The dry run against reference material of others: token traces of a BPMN simulator, the
//! conformance scenarios of Serverless Workflow, and the graphs of a rules engine.
//!
//! Each case is translated into a definition of ours; that those of them which lie outside the
//! model are listed with why, and that a listed one does not pass, is part of the test.
//!
//! Run with `--features shared-data`; `WFI_SHARED_DATA` says where the material is.

#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test that cannot read its material fails"
)]

#[path = "shared_data/bpmn.rs"]
mod bpmn;
#[path = "shared_data/ctk.rs"]
mod ctk;
#[path = "shared_data/yaml.rs"]
mod yaml;
#[path = "shared_data/zen.rs"]
mod zen;

use serde_json::{Map, Value};
use std::path::PathBuf;
use workflow_model::Definition;
use workflow_sim::{DryRun, Facts, dry_run};

/// The folder of the reference material.
fn folder() -> PathBuf {
    #[expect(clippy::disallowed_methods, reason = "where the reference material is")]
    let folder = std::env::var("WFI_SHARED_DATA").unwrap_or_else(|_unset| {
        concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data").to_owned()
    });
    PathBuf::from(folder).join("simulation")
}

/// The text of a file of the reference material. A missing one fails the test.
fn read(name: &str) -> String {
    let path = folder().join(name);
    std::fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("{}: {error}; set WFI_SHARED_DATA", path.display()))
}

/// The names of the files of a folder with this ending, without it, in order.
fn names(inside: &str, ending: &str) -> Vec<String> {
    let path = folder().join(inside);
    let files = std::fs::read_dir(&path)
        .unwrap_or_else(|error| panic!("{}: {error}; set WFI_SHARED_DATA", path.display()));
    let mut names: Vec<String> = files
        .filter_map(|file| {
            let name = file.unwrap().file_name().into_string().unwrap();
            name.strip_suffix(ending).map(str::to_owned)
        })
        .collect();
    names.sort();
    names
}

fn run(written: &Value, input: &Value, facts: &Facts) -> DryRun {
    let definition = Definition::read(written).unwrap_or_else(|e| panic!("{e:?}: {written:#}"));
    let input: &Map<String, Value> = input.as_object().expect("an object");
    let facts = Facts {
        catalogue_is_empty: true,
        ..facts.clone()
    };
    dry_run(&definition, input, &facts)
}

/// Fails with all that went wrong: cases that do not pass, and listed ones that do.
fn settle(outcomes: &[(String, Result<(), String>)], outside: &[(&str, &str)]) {
    let mut wrong = Vec::new();
    for (case, outcome) in outcomes {
        let listed = outside.iter().find(|(name, _)| name == case);
        match (outcome, listed) {
            (Ok(()), None) | (Err(_), Some(_)) => {}
            (Ok(()), Some((_, why))) => wrong.push(format!("{case} passes, but is listed: {why}")),
            (Err(error), None) => wrong.push(format!("{case}: {error}")),
        }
    }
    for (name, _) in outside {
        let known = outcomes.iter().any(|(case, _)| case == name);
        if !known {
            wrong.push(format!("{name} is listed, but there is no such case"));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
