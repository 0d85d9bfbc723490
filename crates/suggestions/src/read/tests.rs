use super::{
    GenerateRequest, read_generate, read_new_suggestion, read_notes, read_suggestion_change,
    read_suggestion_replacement,
};
use crate::{SuggestionChange, SuggestionSource};
use document::Problem;
use serde_json::{Value, json};
use workflow_model::WorkflowId;

/// A suggestion as the documentation prints it.
fn documented() -> Value {
    json!({
        "id": 1,
        "title": "Auto-approve small discounts",
        "description": "Based on historical data, discounts under 10% are always approved. Consider auto-approval.",
        "source": "historical",
        "workflow_template": {
            "workflow_type": "approval",
            "trigger_conditions": {"discount_percentage": {"$lt": 10}},
            "steps": [{"action": "auto_approve", "conditions": {}}]
        },
        "confidence_score": 0.85,
        "supporting_data": {"sample_count": 150, "approval_rate": 1.0, "avg_approval_time": "2 minutes"},
        "pattern_frequency": 150,
        "status": "pending",
        "reviewed_by": null,
        "reviewed_at": null,
        "created_at": "2024-01-15T10:00:00Z"
    })
}

fn paths(problems: Vec<Problem>) -> Vec<String> {
    problems.into_iter().map(|problem| problem.path).collect()
}

#[test]
fn what_is_printed_is_accepted_and_measured_fields_are_not_taken() {
    let new = read_new_suggestion(&documented()).unwrap();
    assert_eq!(new.title, "Auto-approve small discounts");
    assert_eq!(
        Value::Object(new.workflow_template),
        documented()["workflow_template"]
    );
    assert_eq!((new.source, new.workflow), (SuggestionSource::User, None));
    assert_eq!((new.pattern_frequency, new.supporting_data.len()), (0, 0));
    assert!(new.confidence_score.abs() < f64::EPSILON);
    assert_eq!(new.fingerprint, None);
    assert!(read_suggestion_replacement(&documented()).is_ok());
    assert!(read_suggestion_change(&documented()).is_ok());
}

#[test]
fn defaults_of_a_short_body() {
    let new = read_new_suggestion(&json!({ "title": "  Ask less  ", "workflow": 5.0 })).unwrap();
    assert_eq!(
        (new.title.as_str(), new.description.as_str()),
        ("Ask less", "")
    );
    assert_eq!(new.workflow, Some(WorkflowId(5)));
    assert!(new.workflow_template.is_empty());
    let new = read_new_suggestion(&json!({ "title": "x", "workflow_template": null })).unwrap();
    assert!(new.workflow_template.is_empty());
}

#[test]
fn every_problem_comes_back_under_its_path() {
    let body = json!({
        "title": " ",
        "description": "x".repeat(10_001),
        "workflow": "five",
        "workflow_template": {
            "workflow_type": "aproval",
            "trigger_conditions": { "amount": { "$less": 10 } },
            "steps": [{ "action": "auto_approve", "conditons": {} }],
            "stps": [],
            "name": 7,
            "description": []
        },
        "titel": "x"
    });
    let mut found = paths(read_new_suggestion(&body).unwrap_err());
    found.sort();
    assert_eq!(
        found,
        [
            "description",
            "titel",
            "title",
            "workflow",
            "workflow_template.description",
            "workflow_template.name",
            "workflow_template.steps.0.conditons",
            "workflow_template.stps",
            "workflow_template.trigger_conditions.amount.$less",
            "workflow_template.workflow_type",
        ]
    );
    assert_eq!(
        paths(read_new_suggestion(&json!({})).unwrap_err()),
        ["title"]
    );
    assert_eq!(paths(read_new_suggestion(&json!([])).unwrap_err()), [""]);
    assert_eq!(
        paths(read_new_suggestion(&json!({ "title": "x".repeat(201) })).unwrap_err()),
        ["title"]
    );
    assert!(read_new_suggestion(&json!({ "title": "ü".repeat(200) })).is_ok());
}

#[test]
fn a_change_takes_what_is_there_and_a_replacement_all() {
    let change = read_suggestion_change(&json!({ "description": "", "workflow": 9 })).unwrap();
    let expected = SuggestionChange {
        description: Some(String::new()),
        ..Default::default()
    };
    assert_eq!(change, expected);
    assert_eq!(
        read_suggestion_change(&json!({})).unwrap(),
        SuggestionChange::default()
    );
    assert_eq!(
        paths(read_suggestion_change(&json!({ "title": null })).unwrap_err()),
        ["title"]
    );
    let whole = read_suggestion_replacement(&json!({ "title": "x" })).unwrap();
    assert_eq!(whole.description.as_deref(), Some(""));
    assert_eq!(whole.workflow_template.map(|t| t.len()), Some(0));
    assert_eq!(
        paths(read_suggestion_replacement(&json!({})).unwrap_err()),
        ["title"]
    );
}

#[test]
fn mining_has_defaults_and_bounds() {
    let defaults = GenerateRequest {
        workflow: None,
        sources: vec![SuggestionSource::Historical, SuggestionSource::Pattern],
        window_days: 90,
        min_support: 20,
    };
    assert_eq!(paths(read_generate(&Value::Null).unwrap_err()), [""]);
    assert_eq!(read_generate(&json!({})).unwrap(), defaults);
    let body = json!({
        "workflow": 5, "sources": ["pattern"], "window_days": 3650, "min_support": 5,
    });
    assert_eq!(
        read_generate(&body).unwrap(),
        GenerateRequest {
            workflow: Some(WorkflowId(5)),
            sources: vec![SuggestionSource::Pattern],
            window_days: 3650,
            min_support: 5,
        }
    );
    let body = json!({
        "workflow": 0, "sources": ["llm", "user", "patern"], "window_days": 0, "min_support": 4,
        "window": 3,
    });
    let problems = read_generate(&body).unwrap_err();
    assert!(
        problems[1].message.contains("No language model"),
        "{problems:?}"
    );
    assert_eq!(
        paths(problems),
        [
            "workflow",
            "sources.0",
            "sources.1",
            "sources.2",
            "window_days",
            "min_support",
            "window",
        ]
    );
    assert_eq!(
        paths(read_generate(&json!({ "sources": [] })).unwrap_err()),
        ["sources"]
    );
    let twice = json!({"sources": ["pattern", "historical", "pattern"]});
    assert_eq!(paths(read_generate(&twice).unwrap_err()), ["sources.2"]);
    assert_eq!(
        paths(read_generate(&json!({ "window_days": 3651 })).unwrap_err()),
        ["window_days"]
    );
}

#[test]
fn notes_may_be_missing() {
    let notes = "Good suggestion, will implement this week";
    assert_eq!(read_notes(&json!({ "notes": notes })).unwrap(), notes);
    for empty in [json!({}), json!({ "notes": null }), json!({ "notes": " " })] {
        assert_eq!(read_notes(&empty).unwrap(), "");
    }
    assert_eq!(
        paths(read_notes(&json!({ "note": "x" })).unwrap_err()),
        ["note"]
    );
    assert_eq!(
        paths(read_notes(&json!({ "notes": "x".repeat(10_001) })).unwrap_err()),
        ["notes"]
    );
}
