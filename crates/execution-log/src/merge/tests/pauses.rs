use super::{Run, WORKFLOW, by_id, start};
use crate::Report;
use crate::testing::{at, finished};
use workflow_model::ExecutionStatus::{self, Completed, Paused, Running};

fn said(status: ExecutionStatus, seconds: i64) -> Report {
    Report {
        status: Some(status),
        reported_at: Some(at(seconds)),
        ..start(0)
    }
}

/// Status, since when paused, paused for how many seconds.
fn shown(run: &Run) -> (ExecutionStatus, Option<i64>, i64) {
    let execution = run.execution();
    let since = execution
        .paused_at
        .map(|paused| (paused - at(0)).num_seconds());
    (execution.status, since, execution.paused_millis / 1000)
}

#[test]
fn pauses_add_up_in_any_order() {
    let reports = [
        said(Paused, 10),
        said(Running, 30),
        said(Paused, 50),
        said(Paused, 60),
        said(Running, 65),
    ];
    let end = finished(WORKFLOW, Some("x"), (0, 100), Completed);
    for rotation in 0..reports.len() {
        let mut order = reports.to_vec();
        order.rotate_left(rotation);
        let mut run = Run::of(&order, 1000);
        assert_eq!(shown(&run), (Running, None, 35));
        run.report(&end, 1000).unwrap();
        assert_eq!(shown(&run), (Completed, None, 35));
        assert_eq!(run.execution().duration_millis(), Some(65_000));
    }
}

#[test]
fn a_pause_lasts_until_the_end() {
    let end = finished(WORKFLOW, Some("x"), (0, 100), Completed);
    let run = Run::of(
        &[said(Paused, 40), said(Running, 60), said(Paused, 90)],
        1000,
    );
    assert_eq!(shown(&run), (Paused, Some(90), 20));
    let run = Run::of(&[said(Paused, 40), end.clone()], 1000);
    assert_eq!(shown(&run), (Completed, None, 60));
    let late = Run::of(&[end, said(Paused, 150)], 1000);
    assert_eq!(
        shown(&late),
        (Completed, None, 0),
        "after the end nothing pauses"
    );
}

#[test]
fn without_times_the_clock_counts_and_repetitions_do_not() {
    let mut run = Run::of(&[start(0)], 5);
    let paused = Report {
        status: Some(Paused),
        ..start(0)
    };
    run.report(&paused, 10).unwrap();
    assert_eq!(run.report(&paused, 20), Ok("unchanged"));
    assert_eq!(
        run.report(&start(0), 30),
        Ok("unchanged"),
        "of equal times, paused wins"
    );
    assert_eq!(shown(&run), (Paused, Some(10), 0));
    let step = crate::testing::step("Check", (40, 42));
    run.report(
        &Report {
            steps: vec![step],
            ..start(0)
        },
        45,
    )
    .unwrap();
    assert_eq!(
        shown(&run),
        (Running, None, 35),
        "later news of a running run end the pause"
    );
    assert_eq!(run.report(&paused, 50), Ok("unchanged"));
}

#[test]
fn by_id_the_time_of_the_call_counts() {
    let mut run = Run::of(&[start(0)], 5);
    for (status, now, expected) in [
        (Paused, 10, (Paused, Some(10), 0)),
        (Running, 15, (Running, None, 5)),
        (Paused, 15, (Paused, Some(15), 5)),
        (Running, 15, (Running, None, 5)),
        (Paused, 20, (Paused, Some(20), 5)),
        (Completed, 27, (Completed, None, 12)),
    ] {
        run.report(
            &Report {
                status: Some(status),
                ..by_id()
            },
            now,
        )
        .unwrap();
        assert_eq!(shown(&run), expected, "at {now}");
    }
}

#[test]
fn an_engine_that_says_running_for_ever_does_not_fill_the_store() {
    let mut run = Run::default();
    for beat in 0..2000 {
        run.report(&said(Running, beat), 10_000).unwrap();
    }
    run.report(&said(Paused, 2000), 10_000).unwrap();
    run.report(&said(Running, 2010), 10_000).unwrap();
    assert_eq!(shown(&run), (Running, None, 10));
    let text = &run.0.as_ref().unwrap().1;
    assert!(text.len() < 20_000, "{}", text.len());
}
