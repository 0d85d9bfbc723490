use super::steps::{read_steps, write_steps};
use super::{Stored, read_before, search_text, write_before};
use chrono::DateTime;
use kernel::{StoreError, TenantId};
use serde_json::json;
use workflow_model::{
    Execution, ExecutionId, ExecutionStatus, RecordedStep, StepStatus, WorkflowId,
};

const STORED: Stored = Stored {
    entity: "execution",
    id: 7,
};

fn plain() -> RecordedStep {
    RecordedStep {
        step_index: None,
        step_name: "Prüfen \"und\" \\ senden\n".to_owned(),
        action: None,
        actor: None,
        status: StepStatus::Completed,
        outcome: None,
        attempt: 1,
        started_at: None,
        completed_at: None,
        error_message: None,
    }
}

fn full(status: StepStatus) -> RecordedStep {
    RecordedStep {
        step_index: Some(3),
        action: Some("approval".to_owned()),
        actor: Some("zoë".to_owned()),
        status,
        outcome: Some("approved".to_owned()),
        attempt: 4,
        started_at: DateTime::from_timestamp_millis(-1),
        completed_at: DateTime::from_timestamp_millis(1_700_000_000_123),
        error_message: Some(String::new()),
        ..plain()
    }
}

#[test]
fn steps_read_back_as_written() {
    let steps: Vec<_> = StepStatus::ALL
        .into_iter()
        .map(full)
        .chain([plain()])
        .collect();
    let text = write_steps(&steps).unwrap();
    assert_eq!(read_steps(STORED, &text).unwrap(), steps);
    assert_eq!(write_steps(&[]).unwrap(), "[]");
}

/// What is stored must be readable for as long as there are databases: the form may gain keys, but
/// none may change its meaning.
#[test]
fn the_stored_form_of_steps_is_stable() {
    let named = RecordedStep {
        step_name: "A".to_owned(),
        ..full(StepStatus::Failed)
    };
    let short = RecordedStep {
        step_name: "B".to_owned(),
        ..plain()
    };
    let text = write_steps(&[named, short]).unwrap();
    let expected = "[{\"i\":3,\"n\":\"A\",\"a\":\"approval\",\"w\":\"zoë\",\"s\":\"failed\",\
        \"o\":\"approved\",\"t\":4,\"b\":-1,\"e\":1700000000123,\"m\":\"\"},{\"n\":\"B\"}]";
    assert_eq!(text, expected);
}

fn execution() -> Execution {
    let at = |millis| DateTime::from_timestamp_millis(millis).unwrap();
    Execution {
        id: ExecutionId(7),
        tenant: TenantId(2),
        workflow: WorkflowId(3),
        workflow_name: "Discount \"A\"".to_owned(),
        workflow_type: "approval".to_owned(),
        workflow_version: 4,
        external_id: Some("x-1".to_owned()),
        status: ExecutionStatus::Paused,
        input_data: json!({"z": 1, "a": [null, 1.5]})
            .as_object()
            .unwrap()
            .clone(),
        outcome: None,
        error_message: Some("no".to_owned()),
        started_at: at(1_000),
        completed_at: None,
        paused_at: Some(at(1_500)),
        paused_millis: 12,
        triggered_by: None,
        steps: vec![plain(), full(StepStatus::Running)],
        created_at: at(2_000),
        updated_at: at(3_000),
        revision: 5,
    }
}

#[test]
fn the_execution_before_a_change_reads_back() {
    let before = execution();
    let text = write_before(&before).unwrap();
    assert_eq!(read_before(1, &text).unwrap(), before);
}

#[test]
fn what_does_not_parse_is_corrupt_and_says_where() {
    let check = |result: Result<(), StoreError>| match result {
        Err(StoreError::Corrupt { entity, id, .. }) => {
            assert_eq!((entity, id.as_str()), ("execution", "7"));
        }
        other => panic!("{other:?}"),
    };
    check(read_steps(STORED, "[{\"n\":\"A\",\"s\":\"lost\"}]").map(drop));
    check(read_steps(STORED, "[{}]").map(drop));
    check(STORED.instant(i64::MAX).map(drop));
    check(STORED.json::<Vec<i64>>("{").map(drop));
    check(STORED.choice("no", ExecutionStatus::parse).map(drop));
}

#[test]
fn search_ignores_case_beyond_ascii() {
    assert_eq!(search_text("ÄRGER", "Straße ΟΔΟΣ"), "ärger\nstraße οδος");
}
