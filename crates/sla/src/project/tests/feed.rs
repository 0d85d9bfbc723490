use super::HOUR;
use crate::examples::{ended, ms, running, sla};
use crate::{Sla, coalesce, window_change};
use chrono::TimeDelta;
use execution_log::Change;
use workflow_model::{Execution, ExecutionId};

#[test]
fn a_window_change_was_reported_when_the_sla_was_made() {
    let sla = Sla {
        created_at: ms(5 * HOUR),
        ..sla()
    };
    assert_eq!(window_change(&sla, ended(0, 300)).recorded_at, ms(5 * HOUR));
    let told_since = Execution {
        updated_at: ms(6 * HOUR),
        ..ended(0, 300)
    };
    assert_eq!(window_change(&sla, told_since).recorded_at, ms(6 * HOUR));
}

#[test]
fn the_first_window_is_open_at_its_start_and_closed_at_its_end() {
    let sla = Sla {
        created_at: ms(24 * HOUR),
        ..sla()
    };
    for (end, covered) in [
        (0, false),
        (1, true),
        (24 * HOUR, true),
        (24 * HOUR + 1, false),
    ] {
        let execution = Execution {
            updated_at: ms(0),
            ..ended(-1, end)
        };
        assert_eq!(sla.first_window_covers(&execution), covered, "{end}");
        assert_eq!(sla.covers(&execution), covered, "{end}");
    }
    assert!(sla.covers(&Execution {
        updated_at: ms(24 * HOUR),
        ..ended(-9, -5)
    }));
    assert!(!sla.covers(&running(0)));
}

#[test]
fn changes_of_an_execution_become_one() {
    let other = Execution {
        id: ExecutionId(7),
        ..running(5)
    };
    let step = |sequence, before: Option<&Execution>, after: Option<&Execution>| Change {
        sequence,
        before: before.cloned(),
        after: after.cloned(),
        recorded_at: ms(0) + TimeDelta::milliseconds(sequence),
    };
    let (start, end) = (running(0), ended(0, 50));
    let merged = coalesce(vec![
        step(1, None, Some(&start)),
        step(2, None, Some(&other)),
        step(3, Some(&start), Some(&end)),
        step(4, Some(&other), None),
    ]);
    assert_eq!(merged, [step(3, None, Some(&end)), step(4, None, None)]);
}
