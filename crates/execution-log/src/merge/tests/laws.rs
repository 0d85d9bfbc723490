//! A merge is a join: order and repetition of the reports do not matter.

use super::{Run, WORKFLOW, start};
use crate::Report;
use crate::testing::{at, step};
use proptest::prelude::*;
use serde_json::json;
use workflow_model::{ExecutionStatus, RecordedStep, StepStatus};

const NOW: i64 = 1_000;

/// A step of a stable identity: name, attempt and start. What is said of it varies.
fn stable_step() -> impl Strategy<Value = RecordedStep> {
    let status = prop::sample::select(StepStatus::ALL.to_vec());
    let text = || prop::option::of(prop::sample::select(vec!["a", "b", "c"]));
    (
        0u32..3,
        1u32..3,
        0i64..3,
        prop::option::of(0i64..5),
        status,
        text(),
        text(),
    )
        .prop_map(|(index, attempt, from, length, status, outcome, action)| {
            let name = ["Check", "Approve", "Other"][index as usize];
            let from = 10 * from + i64::from(index);
            RecordedStep {
                attempt,
                completed_at: length
                    .filter(|_| status != StepStatus::Running)
                    .map(|length| at(from + length)),
                status,
                outcome: outcome.map(str::to_owned),
                action: action.map(str::to_owned),
                ..step(name, (from, from))
            }
        })
}

/// A step as poor logs say it: any part may lack.
fn poor_step() -> impl Strategy<Value = RecordedStep> {
    (stable_step(), any::<bool>(), any::<bool>()).prop_map(|(step, start, end)| RecordedStep {
        started_at: step.started_at.filter(|_| start),
        completed_at: step.completed_at.filter(|_| end),
        ..step
    })
}

fn report(steps: impl Strategy<Value = RecordedStep>) -> impl Strategy<Value = Report> {
    let status = prop::option::of(prop::sample::select(ExecutionStatus::ALL.to_vec()));
    let time = || prop::option::of(0i64..100);
    let text = || prop::option::of(prop::sample::select(vec!["a", "b", "c"]));
    let input = prop::collection::btree_map(prop::sample::select(vec!["k", "l"]), 0..3, 0..3);
    let steps = prop::collection::vec(steps, 0..4);
    (status, time(), time(), time(), text(), input, steps).prop_map(
        |(status, started, length, reported, outcome, input, steps)| {
            let open = status.is_some_and(|status| !status.is_final());
            Report {
                status,
                // Every start is before every end, so that nothing is refused.
                started_at: started.map(at),
                completed_at: length.filter(|_| !open).map(|length| at(100 + length)),
                reported_at: reported.map(at),
                outcome: outcome.map(str::to_owned),
                input_data: json!(input).as_object().cloned(),
                steps,
                ..start(0)
            }
        },
    )
}

/// Reports of which none lists two steps of one name, attempt and start.
fn distinct(steps: impl Strategy<Value = RecordedStep>) -> impl Strategy<Value = Vec<Report>> {
    prop::collection::vec(report(steps), 1..5).prop_map(|mut reports| {
        for report in &mut reports {
            let mut seen = std::collections::HashSet::new();
            report.steps.retain(|step| {
                step.started_at.is_none()
                    || seen.insert((step.step_name.clone(), step.attempt, step.started_at))
            });
        }
        reports
    })
}

/// A run as it was, told in parts: each report says some of what is true.
fn told_in_parts() -> impl Strategy<Value = Vec<Report>> {
    let hidden = prop::collection::vec((any::<bool>(), any::<bool>(), any::<bool>()), 4);
    prop::collection::vec(hidden, 1..5).prop_map(|reports| {
        let truth = |index: usize| {
            let from = 10 * i64::try_from(index).unwrap_or(0);
            step(
                ["Check", "Approve", "Ship", "Thank"][index],
                (from, from + 8),
            )
        };
        let part = |(index, (there, start, end)): (usize, &(bool, bool, bool))| {
            let step = truth(index);
            let status = if *end {
                StepStatus::Completed
            } else {
                StepStatus::Running
            };
            there.then(|| RecordedStep {
                started_at: step.started_at.filter(|_| *start),
                completed_at: step.completed_at.filter(|_| *end),
                status,
                ..step
            })
        };
        reports
            .iter()
            .map(|hidden| Report {
                steps: hidden.iter().enumerate().filter_map(part).collect(),
                ..start(0)
            })
            .collect()
    })
}

fn shuffled(
    reports: impl Strategy<Value = Vec<Report>>,
) -> impl Strategy<Value = (Vec<Report>, Vec<Report>)> {
    reports.prop_flat_map(|reports| {
        // Any order of the reports, with any of them repeated.
        let again = prop::collection::vec(prop::sample::select(reports.clone()), 0..4);
        let other = again.prop_flat_map({
            let reports = reports.clone();
            move |again| Just([reports.clone(), again].concat()).prop_shuffle()
        });
        (Just(reports), other)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn order_and_repetition_do_not_matter((one, other) in shuffled(distinct(stable_step()))) {
        prop_assert_eq!(Run::of(&one, NOW).facts(), Run::of(&other, NOW).facts());
    }

    #[test]
    fn parts_in_any_order_make_the_whole((one, other) in shuffled(told_in_parts())) {
        prop_assert_eq!(Run::of(&one, NOW).facts(), Run::of(&other, NOW).facts());
    }

    #[test]
    fn a_report_applied_again_changes_nothing(
        reports in distinct(poor_step()),
        later in 0i64..1000,
    ) {
        let mut run = Run::default();
        let mut last = None;
        for report in &reports {
            // A start after an end is refused, now and again.
            if run.report(report, NOW).is_ok() {
                last = Some(report);
            }
        }
        if let Some(last) = last {
            prop_assert_eq!(run.report(last, NOW + later), Ok("unchanged"));
        }
    }

    #[test]
    fn one_report_is_kept_as_it_was_said(report in report(stable_step())) {
        let run = Run::of(std::slice::from_ref(&report), NOW);
        prop_assert_eq!(run.execution().steps.len(), report.steps.len());
        prop_assert_eq!(run.execution().workflow, WORKFLOW);
        let text = &run.0.as_ref().map(|(_, text)| text.len());
        prop_assert!(text.is_some_and(|length| length < 1_000));
    }
}
