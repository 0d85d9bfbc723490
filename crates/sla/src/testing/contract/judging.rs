//! [`crate::JudgementStore::project`]: what is reported is judged.

use super::world::{
    THEM, US, breaches, catch_up, counters, end, make, new_sla, policy, project, project_in,
    record, run, start, sweep, us, window,
};
use crate::testing::Fixture;
use crate::{NewSla, Severity};
use execution_log::testing::{actor, at, finished, patch, started};
use execution_log::{RecordOptions, Report};
use workflow_model::ExecutionStatus;

/// However it ended, and however often it is reported, projected or swept, it counts once.
pub async fn every_ended_execution_counts_once(fx: &dyn Fixture) {
    let (workflow, sla) = start(fx).await;
    for (name, status) in [
        ("a", ExecutionStatus::Completed),
        ("b", ExecutionStatus::Failed),
        ("c", ExecutionStatus::Cancelled),
        ("a", ExecutionStatus::Completed),
    ] {
        record(
            fx,
            US,
            finished(workflow, Some(name), (0, 200), status),
            200,
        )
        .await;
        catch_up(fx, 200).await;
    }
    run(fx, workflow, "runs", 200).await;
    let done = project(fx, 201).await;
    assert_eq!(
        done.touched,
        [],
        "a run within its thresholds does not count"
    );
    assert_eq!(counters(fx, &sla).await, (3, 3));
    assert_eq!(breaches(fx).await.len(), 3);
    assert_eq!(project(fx, 202).await.taken, 0);
    assert_eq!(window(fx, &sla, 202).await.total, 3);
}

/// A breach is a duration strictly over the target, to the millisecond.
pub async fn the_target_itself_is_kept(fx: &dyn Fixture) {
    let (workflow, sla) = start(fx).await;
    end(fx, workflow, "at", (0, 100)).await;
    project(fx, 100).await;
    assert_eq!(counters(fx, &sla).await, (1, 0));
    let over = Report {
        completed_at: Some(at(100) + chrono::TimeDelta::milliseconds(1)),
        ..finished(workflow, Some("over"), (0, 100), ExecutionStatus::Completed)
    };
    record(fx, US, over, 101).await;
    let done = project(fx, 101).await;
    assert_eq!(done.touched, [sla.id]);
    assert_eq!(counters(fx, &sla).await, (2, 1));
}

/// Over the warning threshold there is a record; under the target its margin is negative and
/// the promise is kept.
pub async fn a_warning_under_the_target_is_no_breach(fx: &dyn Fixture) {
    let (workflow, sla) = start(fx).await;
    end(fx, workflow, "kept", (0, 80)).await;
    end(fx, workflow, "close", (0, 90)).await;
    project(fx, 90).await;
    let breaches = breaches(fx).await;
    assert_eq!(breaches.len(), 1);
    assert_eq!(
        (breaches[0].severity, breaches[0].margin_millis()),
        (Severity::Warning, -10_000)
    );
    assert_eq!(counters(fx, &sla).await, (2, 0));
}

/// Over the target but not over critical it stays a warning.
pub async fn severities_have_their_thresholds(fx: &dyn Fixture) {
    let (workflow, _) = start(fx).await;
    for (name, seconds) in [
        ("none", 80),
        ("warning", 81),
        ("late", 150),
        ("critical", 151),
    ] {
        end(fx, workflow, name, (0, seconds)).await;
    }
    let done = project(fx, 151).await;
    let found: Vec<_> = breaches(fx)
        .await
        .iter()
        .map(|b| (b.severity, b.actual_millis))
        .collect();
    let expected = [
        (Severity::Warning, 81_000),
        (Severity::Warning, 150_000),
        (Severity::Critical, 151_000),
    ];
    assert_eq!(found, expected);
    assert_eq!(done.breaches, breaches(fx).await);
}

/// What counts is the time that it was active.
pub async fn pauses_do_not_count(fx: &dyn Fixture) {
    let (workflow, sla) = start(fx).await;
    let id = run(fx, workflow, "waits", 0).await;
    for (status, seconds) in [
        (ExecutionStatus::Paused, 50),
        (ExecutionStatus::Running, 1_050),
        (ExecutionStatus::Completed, 1_100),
    ] {
        let report = Report {
            status: Some(status),
            ..patch(id)
        };
        record(fx, US, report, seconds).await;
        catch_up(fx, seconds).await;
    }
    assert_eq!(counters(fx, &sla).await, (1, 0));
    let found = breaches(fx).await;
    assert_eq!(
        found.iter().map(|b| b.actual_millis).collect::<Vec<_>>(),
        [100_000]
    );
}

/// Each active SLA of the workflow judges; inactive ones and those of others do not.
pub async fn only_active_slas_of_the_workflow_judge(fx: &dyn Fixture) {
    let (workflow, first) = start(fx).await;
    let second = make(fx, new_sla(workflow, "Second"), 0).await;
    let inactive = NewSla {
        is_active: false,
        ..new_sla(workflow, "Inactive")
    };
    let inactive = make(fx, inactive, 0).await;
    let elsewhere = fx.workflow(US, "Bills").await;
    let elsewhere = make(fx, new_sla(elsewhere, "Elsewhere"), 0).await;
    end(fx, workflow, "slow", (0, 200)).await;
    run(fx, workflow, "hangs", 0).await;
    catch_up(fx, 300).await;
    for (sla, expected) in [
        (&first, (2, 2)),
        (&second, (2, 2)),
        (&inactive, (0, 0)),
        (&elsewhere, (0, 0)),
    ] {
        assert_eq!(counters(fx, sla).await, expected, "{}", sla.name);
    }
    let of: Vec<_> = breaches(fx).await.iter().map(|b| b.sla).collect();
    assert_eq!(of.iter().filter(|sla| **sla == first.id).count(), 2);
    assert_eq!(of.iter().filter(|sla| **sla == second.id).count(), 2);
    assert_eq!(of.len(), 4);
}

/// A call takes at most `limit` changes, says how many, and 0 when nothing waits.
pub async fn batches_are_bounded_and_come_to_an_end(fx: &dyn Fixture) {
    let (workflow, sla) = start(fx).await;
    project(fx, 0).await;
    for name in ["a", "b", "c", "d", "e"] {
        end(fx, workflow, name, (0, 200)).await;
    }
    let mut taken = Vec::new();
    for _ in 0..4 {
        let step = fx
            .judgements()
            .project(US, at(200), &policy(), 2)
            .await
            .unwrap();
        taken.push(step.taken);
    }
    assert_eq!(taken, [2, 2, 1, 0]);
    assert_eq!(counters(fx, &sla).await, (5, 5));
}

/// A start that was reported long after it happened is no alarm when its end is known too.
pub async fn start_and_end_taken_together_raise_no_alarm(fx: &dyn Fixture) {
    let (workflow, sla) = start(fx).await;
    project(fx, 0).await;
    let reports = vec![
        started(workflow, Some("old"), -5_000),
        finished(
            workflow,
            Some("old"),
            (-5_000, -4_950),
            ExecutionStatus::Completed,
        ),
    ];
    let options = RecordOptions {
        atomic: false,
        now: at(10),
    };
    fx.log()
        .record(&us(), reports, options, None)
        .await
        .unwrap();
    catch_up(fx, 10).await;
    assert_eq!(counters(fx, &sla).await, (1, 0));
    assert_eq!(breaches(fx).await, []);
}

/// A queue that nobody read for long raises no false alarm: a report of a run is judged by the
/// clock of its time, and the end that follows by its own.
pub async fn a_late_report_is_judged_as_of_its_time(fx: &dyn Fixture) {
    let (workflow, sla) = start(fx).await;
    project(fx, 0).await;
    run(fx, workflow, "quick", 10).await;
    end(fx, workflow, "quick", (10, 20)).await;
    for _ in 0..3 {
        fx.judgements()
            .project(US, at(5_000), &policy(), 1)
            .await
            .unwrap();
    }
    sweep(fx, 5_000).await;
    assert_eq!(counters(fx, &sla).await, (1, 0));
    assert_eq!(breaches(fx).await, []);
}

/// A projection of one tenant leaves the others' changes where they are.
pub async fn projections_stay_in_their_tenant(fx: &dyn Fixture) {
    let (_, ours) = start(fx).await;
    let workflow = fx.workflow(THEM, "Orders").await;
    let made = fx
        .slas()
        .insert(&actor(THEM), new_sla(workflow, "Theirs"), at(0), None)
        .await;
    let theirs = made.unwrap().unwrap();
    let slow = finished(workflow, Some("slow"), (0, 200), ExecutionStatus::Completed);
    record(fx, THEM, slow, 200).await;
    assert_eq!(project(fx, 200).await.taken, 0);
    assert_eq!(counters(fx, &theirs).await, (0, 0));
    assert_eq!(project_in(fx, THEM, 200).await.touched, [theirs.id]);
    assert_eq!(
        (counters(fx, &theirs).await, counters(fx, &ours).await),
        ((1, 1), (0, 0))
    );
    assert_eq!(breaches(fx).await, []);
}
