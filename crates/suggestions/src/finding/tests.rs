use super::{Finding, FindingKind, Share, fingerprint, materially_changed};
use crate::testing::{actor, at, mined};
use crate::{NewSuggestion, Suggestion, SuggestionId, SuggestionSource, SuggestionStatus};
use kernel::TenantId;
use serde_json::{Map, Value, json};
use workflow_model::WorkflowId;

fn finding(count: u64, of: u64, data: &Value) -> Finding {
    Finding {
        kind: FindingKind::AutoApprove,
        workflow: WorkflowId(7),
        title: "Auto-approve small discounts".to_owned(),
        description: String::new(),
        workflow_template: Map::new(),
        claimed: Share { count, of },
        pattern_frequency: count,
        supporting_data: data.as_object().cloned().unwrap(),
        fingerprint: fingerprint(FindingKind::AutoApprove, WorkflowId(7), &["a"]),
    }
}

/// A suggestion made of a finding, whatever its state.
fn suggestion(finding: Finding) -> Suggestion {
    let tenant = TenantId(1);
    Suggestion {
        id: SuggestionId(1),
        tenant,
        content: finding.into(),
        status: SuggestionStatus::Rejected,
        reviewed_by: None,
        reviewed_at: None,
        review_notes: String::new(),
        implemented_as: None,
        created_by: actor(tenant).user,
        created_at: at(0),
        updated_at: at(0),
        revision: 2,
    }
}

#[test]
fn a_finding_becomes_a_suggestion_with_its_lower_bound() {
    let made: NewSuggestion = finding(150, 150, &json!({ "sample_count": 150 })).into();
    assert!((made.confidence_score - 0.975_029_755_6).abs() < 1e-9);
    assert_eq!(made.source, SuggestionSource::Historical);
    assert_eq!(
        (made.pattern_frequency, made.workflow),
        (150, Some(WorkflowId(7)))
    );
    assert_eq!(made.supporting_data["sample_count"], json!(150));
    assert_eq!(made.fingerprint.as_ref().map(String::len), Some(64));
}

#[test]
fn material_is_what_changes_the_decision() {
    let rule = json!({ "threshold": 10 });
    let old = suggestion(finding(150, 150, &rule));
    let check = |count, of, data: Value, expected| {
        let found = materially_changed(&old, &finding(count, of, &data));
        assert_eq!(found, expected, "{count} of {of}, {data}");
    };
    check(150, 150, rule.clone(), false);
    check(299, 299, rule.clone(), false);
    check(300, 300, rule.clone(), true);
    check(150, 160, rule.clone(), false);
    check(150, 165, rule.clone(), true);
    check(20, 20, rule, true);
    check(150, 150, json!({ "threshold": 11 }), false);
    check(150, 150, json!({ "threshold": 11.1 }), true);
    check(150, 150, json!({ "threshold": 8.9 }), true);
    check(150, 150, json!({}), true);
    check(
        150,
        150,
        json!({ "threshold": 10, "values": ["gold"] }),
        true,
    );
}

#[test]
fn a_users_suggestion_without_counts_is_outdone_by_any_finding() {
    let mut old = suggestion(finding(150, 150, &json!({})));
    old.content = mined(WorkflowId(7), "a", 0.0, 0);
    assert!(materially_changed(&old, &finding(20, 20, &json!({}))));
}

/// Fingerprints are kept in databases: these may never change.
#[test]
fn fingerprints_are_stable_and_tell_patterns_apart() {
    let of = |kind, workflow, parts: &[&str]| fingerprint(kind, WorkflowId(workflow), parts);
    assert_eq!(
        of(
            FindingKind::AutoApprove,
            7,
            &["=Manager Approval", "discount_percentage", "$lt"]
        ),
        "66e359fc2c8217a5f87542250af46b30fa8b9097fcf793942ae7b32aa919a0b8"
    );
    let mut different = vec![
        of(FindingKind::AutoApprove, 7, &["a", "b"]),
        of(FindingKind::AutoApprove, 7, &["ab", ""]),
        of(FindingKind::AutoApprove, 7, &["", "ab"]),
        of(FindingKind::AutoApprove, 8, &["a", "b"]),
    ];
    different.extend(FindingKind::ALL.map(|kind| of(kind, 7, &[])));
    let size = different.len();
    different.sort();
    different.dedup();
    assert_eq!(different.len(), size);
}
