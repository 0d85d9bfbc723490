use super::{Run, WORKFLOW, by_id, start};
use crate::testing::{at, finished};
use crate::{RecordError, Report, WorkflowKey};
use serde_json::{Value, json};
use workflow_model::{ExecutionStatus, WorkflowId};

fn end(to: i64, status: ExecutionStatus) -> Report {
    finished(WORKFLOW, Some("x"), (0, to), status)
}

fn nothing_said() -> Report {
    Report {
        status: None,
        started_at: None,
        ..start(0)
    }
}

fn input(value: &Value) -> Report {
    Report {
        input_data: value.as_object().cloned(),
        ..start(0)
    }
}

#[test]
fn the_earliest_start_said_beats_the_time_of_the_report() {
    let mut run = Run::of(&[nothing_said()], 100);
    assert_eq!(run.execution().started_at, at(100));
    run.report(&start(300), 400).unwrap();
    assert_eq!(
        run.execution().started_at,
        at(300),
        "said, though later than the default"
    );
    run.report(&start(200), 400).unwrap();
    run.report(&start(250), 400).unwrap();
    assert_eq!(run.execution().started_at, at(200));
    assert_eq!(run.report(&nothing_said(), 500), Ok("unchanged"));
}

#[test]
fn a_run_did_not_start_after_what_is_known_of_it() {
    let report = Report {
        steps: vec![crate::testing::step("A", (30, 40))],
        ..Report {
            started_at: None,
            ..end(60, ExecutionStatus::Completed)
        }
    };
    assert_eq!(Run::of(&[report], 1000).execution().started_at, at(30));
}

#[test]
fn a_start_said_by_id_corrects() {
    let mut run = Run::of(&[start(10)], 100);
    run.report(
        &Report {
            started_at: Some(at(20)),
            ..by_id()
        },
        100,
    )
    .unwrap();
    assert_eq!(run.execution().started_at, at(20));
    run.report(
        &Report {
            started_at: Some(at(15)),
            ..by_id()
        },
        100,
    )
    .unwrap();
    assert_eq!(run.execution().started_at, at(15));
    assert_eq!(
        run.report(&start(10), 200),
        Ok("unchanged"),
        "a repeated report corrects nothing"
    );
}

#[test]
fn a_final_status_beats_others_and_the_later_end_beats_the_earlier() {
    use ExecutionStatus::{Cancelled, Completed, Failed, Paused};
    let check = |reports: &[Report], status, to: i64| {
        for order in [reports.to_vec(), reports.iter().rev().cloned().collect()] {
            let run = Run::of(&order, 1000);
            assert_eq!(run.execution().status, status);
            assert_eq!(run.execution().completed_at, Some(at(to)));
        }
    };
    let paused = Report {
        status: Some(Paused),
        reported_at: Some(at(900)),
        ..start(0)
    };
    check(&[end(50, Completed), paused], Completed, 50);
    check(&[end(50, Failed), end(60, Completed)], Completed, 60);
    check(&[end(50, Failed), end(50, Completed)], Failed, 50);
    check(
        &[end(50, Failed), end(50, Completed), end(50, Cancelled)],
        Cancelled,
        50,
    );
    let implied = Report {
        status: None,
        ..end(70, Completed)
    };
    check(&[end(50, Failed), implied], Failed, 70);
}

#[test]
fn an_end_without_a_status_completes() {
    let report = Report {
        status: None,
        ..end(60, ExecutionStatus::Failed)
    };
    assert_eq!(
        Run::of(&[report], 100).execution().status,
        ExecutionStatus::Completed
    );
}

#[test]
fn an_end_without_a_time_is_when_it_was_reported_first() {
    let silent = Report {
        completed_at: None,
        ..end(0, ExecutionStatus::Failed)
    };
    let mut run = Run::of(&[start(0), silent.clone()], 100);
    assert_eq!(run.execution().completed_at, Some(at(100)));
    assert_eq!(run.report(&silent, 200), Ok("unchanged"));
    run.report(
        &Report {
            reported_at: Some(at(80)),
            ..silent.clone()
        },
        200,
    )
    .unwrap();
    assert_eq!(run.execution().completed_at, Some(at(80)));
    run.report(&end(90, ExecutionStatus::Failed), 200).unwrap();
    assert_eq!(
        run.execution().completed_at,
        Some(at(90)),
        "said beats inferred"
    );
    assert_eq!(run.report(&silent, 70), Ok("unchanged"));
}

#[test]
fn an_inferred_end_is_not_before_the_start() {
    let silent = Report {
        completed_at: None,
        ..end(0, ExecutionStatus::Failed)
    };
    let ahead = Report {
        started_at: Some(at(110)),
        ..silent
    };
    let execution = Run::of(&[ahead], 100).execution().clone();
    assert_eq!(
        (execution.started_at, execution.completed_at),
        (at(110), Some(at(110)))
    );
}

#[test]
fn reports_by_id_correct_what_has_ended() {
    let mut run = Run::of(&[end(50, ExecutionStatus::Completed)], 100);
    let failed = Report {
        status: Some(ExecutionStatus::Failed),
        ..by_id()
    };
    assert_eq!(run.report(&failed, 100), Ok("changed"));
    assert_eq!(run.execution().status, ExecutionStatus::Failed);
    assert_eq!(
        run.execution().completed_at,
        Some(at(50)),
        "the end that was said stays"
    );
    let earlier = Report {
        completed_at: Some(at(40)),
        ..by_id()
    };
    run.report(&earlier, 100).unwrap();
    assert_eq!(run.execution().completed_at, Some(at(40)));
    assert_eq!(
        run.execution().status,
        ExecutionStatus::Failed,
        "an end says nothing of how"
    );
    for outcome in ["b", "a"] {
        let said = Report {
            outcome: Some(outcome.to_owned()),
            ..by_id()
        };
        assert_eq!(
            run.report(&said, 100),
            Ok("changed"),
            "within one millisecond, too"
        );
        assert_eq!(run.execution().outcome.as_deref(), Some(outcome));
    }
    let reopened = Report {
        status: Some(ExecutionStatus::Running),
        ..by_id()
    };
    assert_eq!(run.report(&reopened, 100), Ok("unchanged"));
}

#[test]
fn later_reports_win_and_absent_fields_say_nothing() {
    let said = |at_seconds: i64, outcome: Option<&str>| Report {
        outcome: outcome.map(str::to_owned),
        reported_at: Some(at(at_seconds)),
        ..start(0)
    };
    let reports = [said(30, Some("new")), said(20, Some("old")), said(40, None)];
    let run = Run::of(&reports, 100);
    assert_eq!(run.execution().outcome.as_deref(), Some("new"));
    let with_end = Report {
        outcome: Some("last".to_owned()),
        ..end(10, ExecutionStatus::Completed)
    };
    let run = Run::of(&[with_end, said(30, Some("new"))], 100);
    assert_eq!(
        run.execution().outcome.as_deref(),
        Some("last"),
        "an end beats what was before"
    );
}

#[test]
fn input_merges_key_by_key() {
    let at_time = |seconds: i64, value: &Value| Report {
        reported_at: Some(at(seconds)),
        ..input(value)
    };
    let reports = [
        at_time(10, &json!({"a": 1, "b": {"x": 1}})),
        at_time(30, &json!({"b": {"y": 2}, "c": null})),
        at_time(20, &json!({"a": 2, "b": 0})),
    ];
    let expected = json!({"a": 2, "b": {"y": 2}, "c": null});
    assert_eq!(
        Some(&Run::of(&reports, 100).execution().input_data),
        expected.as_object()
    );
}

#[test]
fn a_version_that_is_said_beats_the_current_one() {
    let said = Report {
        workflow_version: Some(3),
        ..start(0)
    };
    for reports in [[said.clone(), start(0)], [start(0), said]] {
        assert_eq!(Run::of(&reports, 100).execution().workflow_version, 3);
    }
}

#[test]
fn what_cannot_be_is_refused_under_its_path() {
    let refused = |reports: &[Report]| {
        let mut run = Run::default();
        let mut last = Ok("");
        for report in reports {
            last = run.report(report, 100);
        }
        match last {
            Err(RecordError::Contradiction(path, _)) => path,
            other => panic!("{other:?}"),
        }
    };
    let completed = ExecutionStatus::Completed;
    assert_eq!(
        refused(&[Report {
            started_at: Some(at(61)),
            ..end(60, completed)
        }]),
        "completed_at"
    );
    let end_only = Report {
        started_at: None,
        ..end(60, completed)
    };
    assert_eq!(refused(&[start(70), end_only]), "completed_at");
    assert_eq!(
        refused(&[Report {
            status: start(0).status,
            ..end(60, completed)
        }]),
        "completed_at"
    );
    assert_eq!(refused(&[start(100 + 86_401)]), "started_at");
    let ahead = Report {
        reported_at: Some(at(100 + 86_401)),
        ..start(0)
    };
    assert_eq!(refused(&[ahead]), "reported_at");
    let renamed = Report {
        external_id: Some("y".to_owned()),
        ..by_id()
    };
    assert_eq!(refused(&[start(0), renamed]), "external_id");
    let moved = Report {
        workflow: Some(WorkflowKey::Id(WorkflowId(6))),
        ..by_id()
    };
    assert_eq!(refused(&[start(0), moved]), "workflow");
    assert!(
        Run::default().report(&start(100 + 86_400), 100).is_ok(),
        "a day ahead is allowed"
    );
}
