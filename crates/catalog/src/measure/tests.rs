use super::{StepKey, StepStatistics, belongs_to, measure, statistics_changes};
use crate::LatencyClass;
use crate::testing::{at, step};
use execution_log::Change;
use kernel::TenantId;
use proptest::prelude::*;
use serde_json::Map;
use std::collections::BTreeMap;
use workflow_model::{
    Execution, ExecutionId, ExecutionStatus, RecordedStep, StepStatus, WorkflowId,
};

fn sums(completed: i64, failed: i64, timed: i64, total_millis: i64) -> StepStatistics {
    StepStatistics {
        completed,
        failed,
        timed,
        total_millis,
    }
}

fn execution(workflow: i64, steps: Vec<RecordedStep>) -> Execution {
    Execution {
        id: ExecutionId(1),
        tenant: TenantId(1),
        workflow: WorkflowId(workflow),
        workflow_name: "flow".to_owned(),
        workflow_type: "approval".to_owned(),
        workflow_version: 1,
        external_id: None,
        status: ExecutionStatus::Running,
        input_data: Map::new(),
        outcome: None,
        error_message: None,
        started_at: at(0),
        completed_at: None,
        paused_at: None,
        paused_millis: 0,
        triggered_by: None,
        steps,
        created_at: at(0),
        updated_at: at(0),
        revision: 1,
    }
}

fn change(before: Option<Execution>, after: Option<Execution>) -> Change {
    Change {
        sequence: 1,
        before,
        after,
        recorded_at: at(0),
    }
}

#[test]
fn only_attempts_that_ended_count() {
    let one = |status, millis| measure(&step("s", "x", status, millis));
    assert_eq!(one(StepStatus::Completed, 40), sums(1, 0, 1, 40));
    assert_eq!(one(StepStatus::Failed, 0), sums(0, 1, 1, 0));
    assert_eq!(one(StepStatus::Running, 40), sums(0, 0, 0, 0));
    assert_eq!(one(StepStatus::Skipped, 40), sums(0, 0, 0, 0));
    let untimed = RecordedStep {
        started_at: None,
        ..step("s", "x", StepStatus::Completed, 40)
    };
    assert_eq!(measure(&untimed), sums(1, 0, 0, 0));
}

/// The documented example: 450 ms and 0.998 on 1,250 executions.
#[test]
fn means_and_rates_come_from_integers() {
    let some = sums(1_247, 3, 1_250, 562_500);
    assert_eq!(some.mean_millis(), Some(450.0));
    assert_eq!(some.success_rate(), Some(0.9976));
    assert_eq!(
        (
            sums(0, 0, 0, 0).mean_millis(),
            sums(0, 0, 0, 0).success_rate()
        ),
        (None, None)
    );
    let untimed = sums(0, 2, 0, 0);
    assert_eq!(
        (untimed.mean_millis(), untimed.success_rate()),
        (None, Some(0.0))
    );
}

#[test]
fn a_change_that_moves_nothing_corrects_nothing() {
    let done = || execution(1, vec![step("s", "x", StepStatus::Completed, 40)]);
    assert_eq!(
        statistics_changes(&[change(Some(done()), Some(done()))]),
        vec![]
    );
    assert_eq!(
        statistics_changes(&[change(None, Some(execution(1, vec![])))]),
        vec![]
    );
    let there_and_gone = [change(None, Some(done())), change(Some(done()), None)];
    assert_eq!(statistics_changes(&there_and_gone), vec![]);
}

#[test]
fn a_step_that_changed_moves_from_row_to_row() {
    let before = execution(1, vec![step("s", "x", StepStatus::Failed, 40)]);
    let after = execution(1, vec![step("s", "y", StepStatus::Completed, 50)]);
    let found = statistics_changes(&[change(Some(before), Some(after))]);
    let key = |action_type: &str| StepKey {
        workflow: WorkflowId(1),
        step_name: "s".to_owned(),
        action_type: action_type.to_owned(),
    };
    let found: Vec<_> = found
        .into_iter()
        .map(|change| (change.key, change.delta))
        .collect();
    assert_eq!(
        found,
        vec![
            (key("x"), sums(0, -1, -1, -40)),
            (key("y"), sums(1, 0, 1, 50))
        ]
    );
}

#[test]
fn the_edges_of_latency_classes_are_the_documented_ones() {
    use LatencyClass::{Fast, Instant, Medium, Slow, VerySlow};
    for (millis, class) in [
        (0.0, Instant),
        (99.999, Instant),
        (100.0, Fast),
        (999.999, Fast),
        (1_000.0, Medium),
        (4_999.999, Medium),
        (5_000.0, Slow),
        (29_999.999, Slow),
        (30_000.0, VerySlow),
    ] {
        assert_eq!(LatencyClass::of_millis(millis), class, "{millis}");
    }
    for (name, class) in LatencyClass::CHOICES {
        assert_eq!(
            (LatencyClass::parse(name), class.as_str()),
            (Some(class), name)
        );
    }
    assert_eq!(LatencyClass::parse("Fast"), None);
}

fn steps() -> impl Strategy<Value = Vec<RecordedStep>> {
    let one = (0..3_usize, 0..2_usize, 0..4_usize, 0_i64..1_000).prop_map(
        |(name, action, status, millis)| {
            step(
                ["a", "b", "c"][name],
                ["x", "y"][action],
                StepStatus::ALL[status],
                millis,
            )
        },
    );
    prop::collection::vec(one, 0..6)
}

proptest! {
    /// However a history of one execution is cut into batches, the corrections add up to the
    /// sums of its last state.
    #[test]
    fn corrections_add_up_to_the_last_state(
        states in prop::collection::vec(prop::option::of((1_i64..3, steps())), 1..8),
        cut in 0_usize..8,
    ) {
        let states: Vec<Option<Execution>> =
            states.into_iter().map(|s| s.map(|(flow, steps)| execution(flow, steps))).collect();
        let mut history = vec![None];
        history.extend(states);
        let changes: Vec<Change> =
            history.windows(2).map(|w| change(w[0].clone(), w[1].clone())).collect();
        let (first, second) = changes.split_at(cut.min(changes.len()));
        let mut rows: BTreeMap<StepKey, StepStatistics> = BTreeMap::new();
        for correction in [statistics_changes(first), statistics_changes(second)].concat() {
            rows.entry(correction.key).or_default().add(&correction.delta);
        }
        rows.retain(|_, row| *row != StepStatistics::default());
        let mut expected: BTreeMap<StepKey, StepStatistics> = BTreeMap::new();
        if let Some(last) = history.last().unwrap() {
            for step in &last.steps {
                let ended = matches!(step.status, StepStatus::Completed | StepStatus::Failed);
                if ended {
                    let key = super::step_key(last.workflow, step);
                    expected.entry(key).or_default().add(&measure(step));
                }
            }
        }
        prop_assert_eq!(rows, expected);
    }

    /// A row of a type counts for each action of its own name, or, when none has it, for all.
    #[test]
    fn a_named_row_counts_for_its_namesakes_only(
        row in 0..4_usize,
        actions in prop::collection::vec(0..3_usize, 1..5),
    ) {
        let pool = ["a", "b", "c", "d"];
        let key = StepKey {
            workflow: WorkflowId(1),
            step_name: pool[row].to_owned(),
            action_type: "x".to_owned(),
        };
        let names: Vec<String> = actions.iter().map(|&i| pool[i].to_owned()).collect();
        let namesakes = names.iter().filter(|name| **name == key.step_name).count();
        let counted = names.iter().filter(|name| belongs_to(&key, "x", name, &names)).count();
        prop_assert_eq!(counted, if namesakes > 0 { namesakes } else { names.len() });
        prop_assert!(!belongs_to(&key, "y", &key.step_name, &names));
    }
}
