use super::{Judgement, judge, next_deadline};
use crate::{Severity, SlaId, Thresholds, WindowCounts};
use chrono::{DateTime, TimeDelta, Utc};
use workflow_model::{ExecutionId, WorkflowId};

const LIMITS: Thresholds = Thresholds {
    warning_millis: 80,
    target_millis: 100,
    critical_millis: 150,
};

#[test]
fn thresholds_are_crossed_strictly() {
    let critical = Some(Severity::Critical);
    let warning = Some(Severity::Warning);
    for (duration, breached, severity) in [
        (0, false, None),
        (80, false, None),
        (81, false, warning),
        (100, false, warning),
        (101, true, warning),
        (150, true, warning),
        (151, true, critical),
        (i64::MAX, true, critical),
    ] {
        let verdict = judge(LIMITS, duration);
        assert_eq!(
            (verdict.breached, verdict.severity),
            (breached, severity),
            "{duration} ms"
        );
    }
}

#[test]
fn equal_thresholds_leave_no_warning() {
    let limits = Thresholds {
        warning_millis: 100,
        target_millis: 100,
        critical_millis: 100,
    };
    assert_eq!(judge(limits, 100).severity, None);
    assert_eq!(judge(limits, 101).severity, Some(Severity::Critical));
}

#[test]
fn the_next_deadline_is_the_first_instant_over_the_next_threshold() {
    let now: DateTime<Utc> = DateTime::UNIX_EPOCH + TimeDelta::hours(1);
    for (elapsed, wait) in [
        (0, Some(81)),
        (80, Some(1)),
        (81, Some(20)),
        (101, Some(50)),
        (150, Some(1)),
        (151, None),
    ] {
        let expected = wait.map(|millis| now + TimeDelta::milliseconds(millis));
        assert_eq!(
            next_deadline(LIMITS, elapsed, now),
            expected,
            "after {elapsed} ms"
        );
        if let Some(wait) = wait {
            assert_ne!(judge(LIMITS, elapsed + wait), judge(LIMITS, elapsed));
            assert_eq!(judge(LIMITS, elapsed + wait - 1), judge(LIMITS, elapsed));
        }
    }
}

#[test]
fn a_judgement_counts_what_it_says() {
    let judgement = |counted, breached, severity| Judgement {
        sla: SlaId(1),
        workflow: WorkflowId(1),
        execution: ExecutionId(1),
        counted,
        at: DateTime::UNIX_EPOCH,
        duration_millis: 0,
        breached,
        severity,
        next_deadline: None,
    };
    let counts = |total, breached, warning, critical| WindowCounts {
        total,
        breached,
        breaches: warning + critical,
        critical,
        warning,
    };
    for (judgement, expected) in [
        (judgement(true, false, None), counts(1, 0, 0, 0)),
        (
            judgement(true, true, Some(Severity::Critical)),
            counts(1, 1, 0, 1),
        ),
        (
            judgement(true, false, Some(Severity::Warning)),
            counts(1, 0, 1, 0),
        ),
        (
            judgement(false, false, Some(Severity::Warning)),
            counts(0, 0, 1, 0),
        ),
        (judgement(false, false, None), counts(0, 0, 0, 0)),
    ] {
        assert_eq!(judgement.counts(), expected);
    }
}
