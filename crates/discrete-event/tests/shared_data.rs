//! Every closed form of the reference answers lies within the 99.9 % interval at a half-width below
//! one percent.
//!
//! Run with `--features shared-data`; `WFI_SHARED_DATA` says where the answers are.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "a test that cannot read its answers fails, and prints what it found"
)]

#[path = "support/claims.rs"]
mod claims;
#[path = "support/networks.rs"]
mod networks;

use std::path::PathBuf;

use claims::claims;
use serde_json::Value;

#[test]
fn every_closed_form_is_hit() {
    #[expect(clippy::disallowed_methods, reason = "where the answers are")]
    let folder = std::env::var("WFI_SHARED_DATA").unwrap_or_else(|_| {
        concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data").to_owned()
    });
    let path = PathBuf::from(folder).join("simulation/mmc/answers.json");
    let text = std::fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("{}: {error}; set WFI_SHARED_DATA", path.display()));
    let answers: Value = serde_json::from_str(&text).expect("JSON");
    let claims = claims(0.01);
    let mut failures = Vec::new();
    for claim in &claims {
        let expected = |answer: &str| {
            let expected = answers.pointer(answer).and_then(Value::as_f64);
            expected.unwrap_or_else(|| panic!("no answer {answer}"))
        };
        failures.extend(claim.check(expected, 0.01));
    }
    for name in answers.as_object().expect("an object").keys() {
        let tried = claims.iter().any(|claim| claim.has(&format!("/{name}")));
        assert!(tried, "nobody claims {name}");
    }
    assert!(failures.is_empty(), "{failures:#?}");
}
