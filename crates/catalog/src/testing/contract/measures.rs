//! What is measured.

use super::{measured, named, project, ran, record, workflow};
use crate::testing::{CatalogFixture, at, step};
use crate::{DurationCounts, StepKey, StepStatistics, duration_bucket};
use execution_log::testing::started;
use execution_log::{Consumer, ExecutionFilter, Report};
use kernel::TenantId;
use std::collections::BTreeMap;
use workflow_model::{RecordedStep, StepStatus, WorkflowId};

type Sums = (i64, i64, i64, i64);

/// Sums the log by itself, knowing nothing of changes.
pub(super) async fn recount(
    fixture: &dyn CatalogFixture,
    tenant: TenantId,
) -> Vec<(StepKey, StepStatistics)> {
    let filter = ExecutionFilter::default();
    let all = fixture
        .log()
        .log()
        .scan(tenant, &filter, None, 1_000)
        .await
        .unwrap();
    let mut rows: BTreeMap<(WorkflowId, String, String), Sums> = BTreeMap::new();
    for execution in &all {
        for step in &execution.steps {
            let ended = step.status == StepStatus::Completed || step.status == StepStatus::Failed;
            if !ended {
                continue;
            }
            let action = step.action.clone().unwrap_or_default();
            let row = rows
                .entry((execution.workflow, step.step_name.clone(), action))
                .or_default();
            if step.status == StepStatus::Completed {
                row.0 += 1;
            } else {
                row.1 += 1;
            }
            if let (Some(from), Some(to)) = (step.started_at, step.completed_at) {
                row.2 += 1;
                row.3 += to.timestamp_millis() - from.timestamp_millis();
            }
        }
    }
    rows.into_iter()
        .map(
            |((workflow, step_name, action_type), (completed, failed, timed, total_millis))| {
                let key = StepKey {
                    workflow,
                    step_name,
                    action_type,
                };
                (
                    key,
                    StepStatistics {
                        completed,
                        failed,
                        timed,
                        total_millis,
                    },
                )
            },
        )
        .collect()
}

/// Counts the durations of the log by itself.
pub(super) async fn recounted_durations(
    fixture: &dyn CatalogFixture,
    tenant: TenantId,
) -> Vec<(StepKey, DurationCounts)> {
    let filter = ExecutionFilter::default();
    let log = fixture.log().log();
    let all = log.scan(tenant, &filter, None, 1_000).await.unwrap();
    let mut rows: BTreeMap<StepKey, DurationCounts> = BTreeMap::new();
    for execution in &all {
        for step in &execution.steps {
            let ended = step.status == StepStatus::Completed || step.status == StepStatus::Failed;
            if let (true, Some(from), Some(to)) = (ended, step.started_at, step.completed_at) {
                let key = StepKey {
                    workflow: execution.workflow,
                    step_name: step.step_name.clone(),
                    action_type: step.action.clone().unwrap_or_default(),
                };
                let millis = to.timestamp_millis() - from.timestamp_millis();
                let counts = rows.entry(key).or_default();
                counts.add(duration_bucket(millis), 1);
            }
        }
    }
    rows.into_iter().collect()
}

pub(super) async fn durations(
    fixture: &dyn CatalogFixture,
    tenant: TenantId,
) -> Vec<(StepKey, DurationCounts)> {
    fixture.statistics().durations(tenant, None).await.unwrap()
}

pub(super) async fn rows(
    fixture: &dyn CatalogFixture,
    tenant: TenantId,
) -> Vec<(StepKey, StepStatistics)> {
    fixture.statistics().steps(tenant, None).await.unwrap()
}

pub(super) fn run(workflow: WorkflowId, id: &str, steps: Vec<RecordedStep>) -> Report {
    Report {
        steps,
        ..started(workflow, Some(id), 0)
    }
}

/// After runs were reported, continued, corrected and deleted, every sum is what a recount of the
/// log gives, however the changes were batched.
pub async fn sums_equal_a_recount(fixture: &dyn CatalogFixture) {
    use StepStatus::{Completed, Failed, Running};
    let a = fixture.tenant("a").await;
    let approve = named(fixture, a, "approve", "approval").await;
    let (one, two) = (
        workflow(fixture, a, "one").await,
        workflow(fixture, a, "two").await,
    );
    let unknown_end = |step| RecordedStep {
        completed_at: None,
        ..step
    };
    let unknown_start = |step| RecordedStep {
        started_at: None,
        ..step
    };
    let again = |step| RecordedStep { attempt: 2, ..step };
    let running = unknown_end(step("approve", "approval", Running, 0));
    let reports = [
        run(
            one,
            "1",
            vec![step("check", "validation", Completed, 40), running.clone()],
        ),
        run(one, "2", vec![step("approve", "approval", Failed, 250)]),
        run(
            one,
            "2",
            vec![again(step("approve", "approval", Completed, 900))],
        ),
        run(
            two,
            "1",
            vec![unknown_start(step("approve", "approval", Completed, 70))],
        ),
        run(
            one,
            "1",
            vec![step("approve", "approval", Completed, 1_234)],
        ), // now it ended
        run(
            one,
            "1",
            vec![step("approve", "approval", Completed, 1_234)],
        ), // said twice
        run(two, "2", vec![step("mail", "notification", Completed, 5)]),
        run(
            two,
            "3",
            vec![step("mail", "notification", Failed, 0), running],
        ),
    ];
    let mut kept = Vec::new();
    for (i, report) in reports.into_iter().enumerate() {
        kept.push(record(fixture, a, report).await.execution().id);
        if i % 3 == 2 {
            project(fixture, a).await;
            assert_eq!(
                rows(fixture, a).await,
                recount(fixture, a).await,
                "after report {i}"
            );
        }
    }
    project(fixture, a).await;
    assert_eq!(rows(fixture, a).await, recount(fixture, a).await);
    assert_eq!(
        durations(fixture, a).await,
        recounted_durations(fixture, a).await
    );
    assert_eq!(
        measured(fixture, a, &approve).await,
        (3, 1, 3, 250 + 900 + 1_234)
    );
    for (i, id) in [kept[1], kept[6], kept[0]].into_iter().enumerate() {
        assert!(
            fixture
                .log()
                .log()
                .delete(a, id, None, at(4_000_000))
                .await
                .unwrap()
        );
        project(fixture, a).await;
        assert_eq!(
            rows(fixture, a).await,
            recount(fixture, a).await,
            "after deletion {i}"
        );
        assert_eq!(
            durations(fixture, a).await,
            recounted_durations(fixture, a).await
        );
    }
    assert_eq!(measured(fixture, a, &approve).await, (1, 0, 0, 0));
    let filter = ExecutionFilter::default();
    for execution in fixture
        .log()
        .log()
        .scan(a, &filter, None, 100)
        .await
        .unwrap()
    {
        assert!(
            fixture
                .log()
                .log()
                .delete(a, execution.id, None, at(5_000_000))
                .await
                .unwrap()
        );
    }
    project(fixture, a).await;
    assert_eq!(rows(fixture, a).await, vec![]);
    assert_eq!(durations(fixture, a).await, vec![]);
    assert_eq!(measured(fixture, a, &approve).await, (0, 0, 0, 0));
}

/// An action's percentiles are those of the durations that count for it, within 5 %, over all
/// workflows; changes move them though together they leave the sums as they were.
pub async fn percentiles_follow_from_the_durations(fixture: &dyn CatalogFixture) {
    let a = fixture.tenant("a").await;
    let mail = named(fixture, a, "mail", "notification").await;
    let other = named(fixture, a, "other", "notification").await;
    let (one, two) = (
        workflow(fixture, a, "one").await,
        workflow(fixture, a, "two").await,
    );
    let of = |action: crate::Action| async move {
        let seen = fixture.actions().get(a, action.id).await.unwrap().unwrap();
        let percentiles = seen.percentiles;
        percentiles.map(|them| (them.p50_millis, them.p95_millis))
    };
    assert_eq!(of(mail.clone()).await, None);
    let mails = |millis: i64| vec![step("mail", "notification", StepStatus::Completed, millis)];
    for millis in 1..=19 {
        let flow = if millis % 2 == 0 { one } else { two };
        let report = run(flow, &millis.to_string(), mails(millis));
        record(fixture, a, report).await;
    }
    let long = vec![
        step("mail", "notification", StepStatus::Failed, 7_000),
        RecordedStep {
            attempt: 2,
            ..step("mail", "notification", StepStatus::Completed, 1_000)
        },
    ];
    let long = record(fixture, a, run(one, "long", long)).await;
    project(fixture, a).await;
    let (median, slow) = of(mail.clone()).await.unwrap();
    assert_eq!(median, 11);
    assert!((950..=1_050).contains(&slow), "{slow}");
    assert_eq!(
        of(other.clone()).await,
        None,
        "the steps bear the other name"
    );
    let before = measured(fixture, a, &mail).await;
    let swapped = vec![
        step("mail", "notification", StepStatus::Failed, 4_000),
        RecordedStep {
            attempt: 2,
            ..step("mail", "notification", StepStatus::Completed, 4_000)
        },
    ];
    let log = fixture.log().log();
    let gone = log
        .delete(a, long.execution().id, None, at(4_000_000))
        .await;
    assert!(gone.unwrap());
    record(fixture, a, run(one, "other", swapped)).await;
    project(fixture, a).await;
    assert_eq!(measured(fixture, a, &mail).await, before);
    let (_, slow) = of(mail).await.unwrap();
    assert!((3_800..=4_200).contains(&slow), "{slow}");
}

/// Counted durations are by workflow and by key.
pub async fn durations_are_by_workflow_and_by_key(fixture: &dyn CatalogFixture) {
    let a = fixture.tenant("a").await;
    let (one, two) = (
        workflow(fixture, a, "one").await,
        workflow(fixture, a, "two").await,
    );
    let took = |name, millis| step(name, "x", StepStatus::Completed, millis);
    ran(fixture, a, one, vec![took("b", 5), took("a", 100)]).await;
    ran(fixture, a, two, vec![took("b", 5)]).await;
    ran(fixture, a, one, vec![took("b", 5)]).await;
    project(fixture, a).await;
    let shown = |rows: Vec<(StepKey, DurationCounts)>| -> Vec<(String, Vec<(i64, i64)>)> {
        rows.into_iter()
            .map(|(key, counts)| (key.step_name, counts.buckets().collect()))
            .collect()
    };
    let of = |workflow| fixture.statistics().durations(a, workflow);
    let hundred = duration_bucket(100);
    assert_eq!(
        shown(of(Some(one)).await.unwrap()),
        [
            ("a".to_owned(), vec![(hundred, 1)]),
            ("b".to_owned(), vec![(5, 2)])
        ]
    );
    assert_eq!(
        shown(of(Some(two)).await.unwrap()),
        [("b".to_owned(), vec![(5, 1)])]
    );
    assert_eq!(of(None).await.unwrap().len(), 3);
    let b = fixture.tenant("b").await;
    let theirs = fixture.statistics().durations(b, None).await.unwrap();
    assert_eq!(theirs, vec![]);
}

/// At most so many changes are taken at a time, oldest first, each once; they count when they
/// were taken, and are answered.
pub async fn projecting_takes_changes_in_order(fixture: &dyn CatalogFixture) {
    let a = fixture.tenant("a").await;
    let mail = named(fixture, a, "mail", "notification").await;
    let flow = workflow(fixture, a, "flow").await;
    let mut ids = Vec::new();
    for millis in [1, 10, 100, 1_000, 10_000] {
        let steps = vec![step("mail", "notification", StepStatus::Completed, millis)];
        ids.push(ran(fixture, a, flow, steps).await.execution().id);
    }
    assert_eq!(measured(fixture, a, &mail).await, (0, 0, 0, 0));
    let mut taken = Vec::new();
    for sums in [(2, 0, 2, 11), (4, 0, 4, 1_111), (5, 0, 5, 11_111)] {
        let changes = fixture.statistics().project(a, 2).await.unwrap();
        assert!(changes.len() <= 2);
        taken.extend(changes);
        assert_eq!(measured(fixture, a, &mail).await, sums);
    }
    let order: Vec<_> = taken
        .iter()
        .map(|change| change.after.as_ref().unwrap().id)
        .collect();
    assert_eq!(order, ids);
    assert!(taken.is_sorted_by(|a, b| a.sequence < b.sequence));
    let backlog = fixture
        .log()
        .log()
        .backlog(a, Consumer::Statistics)
        .await
        .unwrap();
    assert_eq!(backlog, 0);
    assert_eq!(fixture.statistics().project(a, 2).await.unwrap(), vec![]);
    assert_eq!(measured(fixture, a, &mail).await, (5, 0, 5, 11_111));
}

/// Rows of one workflow are its own, and all come by key; a row that sank to zero is left out.
pub async fn rows_are_by_workflow_and_by_key(fixture: &dyn CatalogFixture) {
    let a = fixture.tenant("a").await;
    let (one, two) = (
        workflow(fixture, a, "one").await,
        workflow(fixture, a, "two").await,
    );
    let done = |name, action| step(name, action, StepStatus::Completed, 3);
    ran(fixture, a, two, vec![done("b", "y"), done("a", "x")]).await;
    ran(
        fixture,
        a,
        one,
        vec![done("b", "y"), done("b", "x"), done("a", "z")],
    )
    .await;
    let gone = ran(fixture, a, one, vec![done("gone", "x")]).await;
    let log = fixture.log().log();
    assert!(
        log.delete(a, gone.execution().id, None, at(4_000_000))
            .await
            .unwrap()
    );
    project(fixture, a).await;
    let steps = |workflow| fixture.statistics().steps(a, workflow);
    let shown = |rows: Vec<(StepKey, StepStatistics)>| -> Vec<String> {
        rows.iter()
            .map(|(key, _)| format!("{} {}", key.step_name, key.action_type))
            .collect()
    };
    assert_eq!(
        shown(steps(Some(one)).await.unwrap()),
        ["a z", "b x", "b y"]
    );
    assert_eq!(shown(steps(Some(two)).await.unwrap()), ["a x", "b y"]);
    let mut all = [
        steps(Some(one)).await.unwrap(),
        steps(Some(two)).await.unwrap(),
    ]
    .concat();
    all.sort_by(|(a, _), (b, _)| a.cmp(b));
    assert_eq!(steps(None).await.unwrap(), all);
    let none = steps(Some(WorkflowId(one.0.max(two.0) + 1_000)))
        .await
        .unwrap();
    assert_eq!(none, vec![]);
}
