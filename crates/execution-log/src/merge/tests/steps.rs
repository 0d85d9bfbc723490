use super::{Run, start};
use crate::testing::{at, step};
use crate::{RecordError, Report};
use workflow_model::{RecordedStep, StepStatus};

fn of(steps: Vec<RecordedStep>) -> Report {
    Report { steps, ..start(0) }
}

fn running(name: &str, from: i64) -> RecordedStep {
    RecordedStep {
        status: StepStatus::Running,
        completed_at: None,
        ..step(name, (from, from))
    }
}

fn ended(name: &str, to: i64) -> RecordedStep {
    RecordedStep {
        started_at: None,
        ..step(name, (to, to))
    }
}

fn untimed(name: &str, status: StepStatus) -> RecordedStep {
    RecordedStep {
        started_at: None,
        completed_at: None,
        status,
        ..step(name, (0, 0))
    }
}

/// Name, start and end of each step.
fn shown(run: &Run) -> Vec<(&str, Option<i64>, Option<i64>)> {
    let seconds =
        |time: Option<chrono::DateTime<chrono::Utc>>| time.map(|time| (time - at(0)).num_seconds());
    let steps = run.execution().steps.iter();
    steps
        .map(|s| {
            (
                s.step_name.as_str(),
                seconds(s.started_at),
                seconds(s.completed_at),
            )
        })
        .collect()
}

/// Any order of the reports, and each twice, gives these steps.
fn check(reports: &[Report], expected: &[(&str, Option<i64>, Option<i64>)]) {
    for order in [reports.to_vec(), reports.iter().rev().cloned().collect()] {
        let mut run = Run::of(&order, 1000);
        assert_eq!(shown(&run), expected);
        for report in &order {
            assert_eq!(run.report(report, 1000), Ok("unchanged"), "{report:?}");
        }
    }
}

#[test]
fn a_step_is_known_by_name_attempt_and_start() {
    let again = RecordedStep {
        attempt: 2,
        ..step("A", (10, 30))
    };
    check(
        &[
            of(vec![running("A", 10)]),
            of(vec![step("A", (10, 20))]),
            of(vec![again]),
        ],
        &[("A", Some(10), Some(20)), ("A", Some(10), Some(30))],
    );
    check(
        &[of(vec![step("A", (10, 20))]), of(vec![step("A", (30, 40))])],
        &[("A", Some(10), Some(20)), ("A", Some(30), Some(40))],
    );
}

#[test]
fn a_start_and_an_end_reported_apart_are_one_step() {
    check(
        &[of(vec![running("A", 10)]), of(vec![ended("A", 20)])],
        &[("A", Some(10), Some(20))],
    );
    check(
        &[
            of(vec![untimed("A", StepStatus::Running)]),
            of(vec![ended("A", 20)]),
        ],
        &[("A", None, Some(20))],
    );
}

#[test]
fn an_end_before_the_start_is_of_another_step() {
    check(
        &[of(vec![running("A", 30)]), of(vec![ended("A", 20)])],
        &[("A", None, Some(20)), ("A", Some(30), None)],
    );
}

#[test]
fn ends_alone_tell_steps_apart() {
    check(
        &[
            of(vec![ended("A", 10), ended("B", 15)]),
            of(vec![ended("A", 20)]),
        ],
        &[
            ("A", None, Some(10)),
            ("B", None, Some(15)),
            ("A", None, Some(20)),
        ],
    );
}

#[test]
fn a_step_listed_twice_at_one_instant_ran_twice() {
    let twice = of(vec![ended("A", 10), ended("A", 10)]);
    check(
        &[of(vec![ended("A", 10)]), twice],
        &[("A", None, Some(10)), ("A", None, Some(10))],
    );
}

#[test]
fn people_who_do_a_step_side_by_side_are_told_apart() {
    let by = |actor: &str, step| RecordedStep {
        actor: Some(actor.to_owned()),
        ..step
    };
    let reports = [
        of(vec![
            by("ann", running("A", 10)),
            by("bob", running("A", 10)),
        ]),
        of(vec![by("bob", step("A", (10, 20)))]),
        of(vec![by("ann", step("A", (10, 30)))]),
    ];
    let run = Run::of(&reports, 100);
    let ends: Vec<_> = run
        .execution()
        .steps
        .iter()
        .map(|s| (s.actor.as_deref(), s.completed_at))
        .collect();
    assert_eq!(
        ends,
        [(Some("ann"), Some(at(30))), (Some("bob"), Some(at(20)))]
    );
}

#[test]
fn an_ambiguous_end_stays_apart() {
    let mut run = Run::of(&[of(vec![running("A", 10), running("A", 20)])], 1000);
    run.report(&of(vec![ended("A", 30)]), 1000).unwrap();
    assert_eq!(run.execution().steps.len(), 3);
    assert_eq!(run.report(&of(vec![ended("A", 30)]), 1000), Ok("unchanged"));
}

#[test]
fn steps_of_one_time_stay_as_listed() {
    let listed = of(vec![ended("Z", 10), ended("A", 10), ended("M", 10)]);
    let expected = [
        ("Z", None, Some(10)),
        ("A", None, Some(10)),
        ("M", None, Some(10)),
    ];
    check(&[listed, of(vec![ended("A", 10)])], &expected);
}

#[test]
fn a_step_without_time_stands_where_it_was_listed() {
    let skipped = |name| untimed(name, StepStatus::Skipped);
    let listed = of(vec![
        skipped("0"),
        step("X", (1, 5)),
        skipped("Y"),
        step("Z", (5, 9)),
    ]);
    check(
        &[listed, of(vec![step("Z", (5, 9))])],
        &[
            ("0", None, None),
            ("X", Some(1), Some(5)),
            ("Y", None, None),
            ("Z", Some(5), Some(9)),
        ],
    );
    // Reported alone, it stands at its place in the definition.
    check(
        &[
            of(vec![step("Check", (1, 5))]),
            of(vec![step("Ship", (5, 9))]),
            of(vec![skipped("Approve")]),
        ],
        &[
            ("Check", Some(1), Some(5)),
            ("Approve", None, None),
            ("Ship", Some(5), Some(9)),
        ],
    );
}

#[test]
fn the_definition_fills_in_what_was_not_said() {
    let by_index = RecordedStep {
        step_index: Some(1),
        ..step("", (0, 1))
    };
    let own = RecordedStep {
        action: Some("manual".to_owned()),
        ..step("Check", (2, 3))
    };
    let odd = RecordedStep {
        step_index: Some(9),
        ..step("Extra", (4, 5))
    };
    let run = Run::of(
        &[of(vec![by_index, own, odd, step("Unknown", (6, 7))])],
        100,
    );
    let rows: Vec<_> = run
        .execution()
        .steps
        .iter()
        .map(|s| (s.step_index, s.step_name.as_str(), s.action.as_deref()))
        .collect();
    let expected = [
        (Some(1), "Approve", Some("approval")),
        (Some(0), "Check", Some("manual")),
        (Some(9), "Extra", None),
        (None, "Unknown", None),
    ];
    assert_eq!(rows, expected);
}

#[test]
fn what_the_engine_said_beats_the_definition() {
    let plain = RecordedStep {
        step_index: Some(0),
        ..step("", (0, 1))
    };
    let own = RecordedStep {
        action: Some("manual".to_owned()),
        ..RecordedStep {
            step_name: "My check".to_owned(),
            ..plain.clone()
        }
    };
    for order in [
        [of(vec![own.clone()]), of(vec![plain.clone()])],
        [of(vec![plain]), of(vec![own])],
    ] {
        let run = Run::of(&order, 100);
        let [step] = run.execution().steps.as_slice() else {
            panic!()
        };
        assert_eq!(
            (step.step_name.as_str(), step.action.as_deref()),
            ("My check", Some("manual"))
        );
    }
}

#[test]
fn an_unknown_index_is_named() {
    let bad = RecordedStep {
        step_index: Some(3),
        ..step("", (0, 1))
    };
    let refused = Run::default().report(&of(vec![step("A", (0, 1)), bad]), 100);
    let Err(RecordError::Contradiction(path, sentence)) = refused else {
        panic!("{refused:?}")
    };
    assert_eq!(path, "steps.1.step_index");
    assert_eq!(
        sentence,
        "The workflow has steps 0 to 2; another one needs its step_name."
    );
}

#[test]
fn a_final_step_stays_final_and_later_words_win() {
    let say = |seconds: i64, status, outcome: &str| Report {
        reported_at: Some(at(seconds)),
        steps: vec![RecordedStep {
            status,
            outcome: Some(outcome.to_owned()),
            completed_at: None,
            ..step("A", (10, 10))
        }],
        ..start(0)
    };
    let reports = [
        say(20, StepStatus::Failed, "first"),
        say(40, StepStatus::Running, "third"),
        say(30, StepStatus::Completed, "second"),
    ];
    for rotation in 0..3 {
        let mut order = reports.to_vec();
        order.rotate_left(rotation);
        let run = Run::of(&order, 100);
        let [step] = run.execution().steps.as_slice() else {
            panic!()
        };
        assert_eq!(
            (step.status, step.outcome.as_deref()),
            (StepStatus::Completed, Some("third"))
        );
    }
}

#[test]
fn large_reports_merge_quickly() {
    let steps: Vec<_> = (0..10_000).map(|i| step("Loop", (i, i + 1))).collect();
    let mut run = Run::of(&[of(steps.clone())], 100_000);
    let begun = std::time::Instant::now();
    assert_eq!(run.report(&of(steps), 100_000), Ok("unchanged"));
    let open: Vec<_> = (0..10_000).map(|i| ended("Other", i)).collect();
    run.report(&of(open.clone()), 100_000).unwrap();
    let started: Vec<_> = (0..10_000).map(|i| running("Other", i)).collect();
    run.report(&of(started), 100_000).unwrap();
    // A quadratic search takes minutes here.
    assert!(begun.elapsed().as_secs() < 20, "{:?}", begun.elapsed());
}
