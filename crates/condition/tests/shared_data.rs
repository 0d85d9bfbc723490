//! The language against reference material of others: an oracle for MongoDB's operators, and the
//! test suites of two expression languages as far as they say the same as ours.
//!
//! Run with `--features shared-data`; `WFI_SHARED_DATA` says where the material is.

#![expect(
    clippy::expect_used,
    reason = "a test that cannot read its material fails"
)]

#[path = "shared_data/cel.rs"]
mod cel;
#[path = "shared_data/mongo.rs"]
mod mongo;
#[path = "shared_data/zen.rs"]
mod zen;

use std::cell::Cell;
use std::path::PathBuf;

use regex::Regex;

/// The text of a file of the reference material. A missing one fails the test.
fn read(name: &str) -> String {
    #[expect(clippy::disallowed_methods, reason = "where the reference material is")]
    let folder = std::env::var("WFI_SHARED_DATA").unwrap_or_else(|_| {
        concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data").to_owned()
    });
    let path = PathBuf::from(folder).join("simulation").join(name);
    std::fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("{}: {error}; set WFI_SHARED_DATA", path.display()))
}

/// All failures at once.
fn report(failures: &[String]) {
    assert!(
        failures.is_empty(),
        "{} failures:\n{}",
        failures.len(),
        failures.join("\n")
    );
}

/// What gives a case away that lies outside the language, and why it lies there.
struct Outside {
    rules: Vec<(Regex, &'static str, Cell<usize>)>,
}

impl Outside {
    fn new(rules: &[(&str, &'static str)]) -> Self {
        let rule = |(pattern, why): &(&str, &'static str)| {
            (Regex::new(pattern).expect("a pattern"), *why, Cell::new(0))
        };
        Self {
            rules: rules.iter().map(rule).collect(),
        }
    }

    fn holds(&self, case: &str) -> bool {
        let found = self
            .rules
            .iter()
            .find(|(pattern, ..)| pattern.is_match(case));
        found
            .inspect(|(.., count)| count.set(count.get() + 1))
            .is_some()
    }

    /// How many cases the rules took; a rule that took none is out of date.
    fn count(&self) -> usize {
        for (pattern, why, count) in &self.rules {
            assert_ne!(count.get(), 0, "no case is outside by `{pattern}` ({why})");
        }
        self.rules.iter().map(|(.., count)| count.get()).sum()
    }
}
