mod convergence;
mod feed;

use super::{BreachWrite, SlaEffects, judge_change, judge_running};
use crate::examples::{ended, ms, policy, running, sla};
use crate::{Judgement, Severity, Sla, Thresholds};
use execution_log::Change;
use workflow_model::{Execution, ExecutionStatus};

const HOUR: i64 = 3_600_000;

fn change(before: Option<Execution>, after: Option<Execution>, recorded: i64) -> Change {
    Change {
        sequence: 1,
        before,
        after,
        recorded_at: ms(recorded),
    }
}

/// What follows from a first report of `execution`, recorded at its last update.
fn first(sla: &Sla, execution: &Execution) -> SlaEffects {
    let change = Change {
        sequence: 1,
        before: None,
        after: Some(execution.clone()),
        recorded_at: execution.updated_at,
    };
    judge_change(sla, &change, None, &policy(), execution.updated_at)
}

fn judgement(effects: &SlaEffects) -> Judgement {
    effects.judgement.unwrap().after.unwrap()
}

fn breach(effects: SlaEffects) -> BreachWrite {
    effects.breach.unwrap()
}

#[test]
fn every_way_to_end_is_judged() {
    for status in [
        ExecutionStatus::Completed,
        ExecutionStatus::Failed,
        ExecutionStatus::Cancelled,
    ] {
        let judged = judgement(&first(
            &sla(),
            &Execution {
                status,
                ..ended(0, 120)
            },
        ));
        assert!(judged.counted && judged.breached, "{status:?}");
        assert_eq!((judged.at, judged.next_deadline), (ms(120), None));
    }
}

#[test]
fn an_end_before_its_start_or_all_paused_takes_no_time() {
    let judged = judgement(&first(
        &sla(),
        &Execution {
            paused_millis: 500,
            ..ended(0, 120)
        },
    ));
    assert_eq!((judged.duration_millis, judged.breached), (0, false));
}

#[test]
fn a_run_that_will_start_has_its_deadlines_after_its_start() {
    let early = Execution {
        updated_at: ms(0),
        ..running(10_000)
    };
    let judged = judgement(&first(&sla(), &early));
    assert_eq!((judged.counted, judged.duration_millis), (false, 0));
    assert_eq!(judged.next_deadline, Some(ms(10_081)));
}

#[test]
fn a_run_is_judged_as_of_its_report_and_not_as_of_now() {
    let report = change(None, Some(running(0)), 10);
    let effects = judge_change(&sla(), &report, None, &policy(), ms(9 * HOUR));
    assert_eq!(judgement(&effects).next_deadline, Some(ms(81)));
    assert_eq!(effects.breach, None);
}

#[test]
fn a_report_of_a_step_does_not_undo_what_the_clock_found() {
    let (sla, start) = (sla(), running(0));
    let known = judgement(&first(&sla, &start));
    let swept = judgement(&judge_running(&sla, &start, known, &policy(), ms(120)));
    assert!(swept.counted);
    // Recorded before the sweep, read after it.
    let news = Execution {
        updated_at: ms(90),
        revision: 2,
        ..start.clone()
    };
    let late = change(Some(start), Some(news.clone()), 90);
    assert_eq!(
        judge_change(&sla, &late, Some(swept), &policy(), ms(125)),
        SlaEffects::default()
    );
    // A start that turns out later does.
    let moved = Execution {
        started_at: ms(80),
        ..news.clone()
    };
    let corrected = change(Some(news), Some(moved), 130);
    let after = judgement(&judge_change(
        &sla,
        &corrected,
        Some(swept),
        &policy(),
        ms(130),
    ));
    assert_eq!((after.counted, after.next_deadline), (false, Some(ms(161))));
}

#[test]
fn what_was_recorded_before_the_sla_was_made_is_judged_if_it_is_covered() {
    const DAY: i64 = 24 * 60 * 60 * 1_000;
    let sla = Sla {
        created_at: ms(DAY),
        ..sla()
    };
    // Ended before the window, and in it.
    assert_eq!(first(&sla, &ended(-200, 0)), SlaEffects::default());
    assert_ne!(first(&sla, &ended(-200, 1)), SlaEffects::default());
    // Ran over the last threshold, and up to it, when the SLA was made.
    assert_eq!(first(&sla, &running(DAY - 151)), SlaEffects::default());
    let judged = judgement(&first(&sla, &running(DAY - 150)));
    assert_eq!((judged.duration_millis, judged.counted), (150, true));
    assert_eq!(judged.next_deadline, Some(ms(DAY + 1)));
    let told_later = change(None, Some(ended(-9_000, -1_000)), DAY + 1);
    assert!(
        judge_change(&sla, &told_later, None, &policy(), ms(DAY + 1))
            .judgement
            .is_some()
    );
}

#[test]
fn an_inactive_sla_judges_nothing_but_lets_go() {
    let active = sla();
    let off = Sla {
        is_active: false,
        ..sla()
    };
    let known = judgement(&first(&active, &running(0)));
    assert_eq!(first(&off, &ended(0, 500)), SlaEffects::default());
    let swept = judge_running(&off, &running(0), known, &policy(), ms(500));
    assert_eq!(
        judgement(&swept),
        Judgement {
            next_deadline: None,
            ..known
        }
    );
    assert_eq!(swept.breach, None);
    let gone = change(Some(running(0)), None, 600);
    let write = judge_change(&off, &gone, Some(known), &policy(), ms(600))
        .judgement
        .unwrap();
    assert_eq!((write.before, write.after), (Some(known), None));
    assert_eq!(
        judge_change(&off, &gone, None, &policy(), ms(600)),
        SlaEffects::default()
    );
}

#[test]
fn history_is_recorded_and_not_alerted() {
    let of = |ended_at: i64| {
        let report = change(None, Some(ended(ended_at - 200, ended_at)), 2 * HOUR);
        breach(judge_change(
            &sla(),
            &report,
            None,
            &policy(),
            ms(90 * HOUR),
        ))
    };
    assert_eq!(of(HOUR).alerts.len(), 2);
    assert!(of(HOUR - 1).alerts.is_empty());
    assert!(of(HOUR - 1).is_new);
    // One that hangs is no history, however late it was reported.
    let hangs = change(None, Some(running(-9 * HOUR)), 2 * HOUR);
    assert_eq!(
        breach(judge_change(&sla(), &hangs, None, &policy(), ms(2 * HOUR)))
            .alerts
            .len(),
        2
    );
}

#[test]
fn a_raised_record_is_not_alerted_again() {
    let (sla, start) = (sla(), running(0));
    let known = judgement(&first(&sla, &start));
    let warned = judge_running(&sla, &start, known, &policy(), ms(81));
    let known = judgement(&warned);
    let write = breach(warned);
    assert_eq!(
        (write.severity, write.is_new, write.alerts.len()),
        (Severity::Warning, true, 2)
    );
    let raised = breach(judge_running(&sla, &start, known, &policy(), ms(151)));
    assert_eq!(
        (raised.severity, raised.is_new, raised.alerts.len()),
        (Severity::Critical, false, 0)
    );
    assert_eq!((raised.actual_millis, raised.target_millis), (151, 100));
}

#[test]
fn a_settled_judgement_survives_edited_thresholds() {
    let execution = ended(0, 90);
    let known = judgement(&first(&sla(), &execution));
    let strict = Thresholds {
        warning_millis: 1,
        target_millis: 2,
        critical_millis: 3,
    };
    let edited = Sla {
        thresholds: strict,
        ..sla()
    };
    let news = Execution {
        outcome: Some("approved".to_owned()),
        ..execution.clone()
    };
    let judge = |after: Execution| {
        let change = change(Some(execution.clone()), Some(after), 200);
        judge_change(&edited, &change, Some(known), &policy(), ms(200))
    };
    assert_eq!(judge(news), SlaEffects::default());
    let failed = Execution {
        status: ExecutionStatus::Failed,
        ..execution.clone()
    };
    assert!(judgement(&judge(failed)).breached);
    let longer = Execution {
        completed_at: Some(ms(91)),
        ..execution.clone()
    };
    assert!(judgement(&judge(longer)).breached);
}
