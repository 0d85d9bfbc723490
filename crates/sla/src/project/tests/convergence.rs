//! Whatever the order in which reports, projections and sweeps come, the outcome is that of
//! judging what is known at the end, once.

use crate::examples::{ms, policy, running, sla};
use crate::{Judgement, Severity, SlaEffects, coalesce, judge_change, judge_running};
use execution_log::Change;
use proptest::prelude::*;
use std::collections::VecDeque;
use workflow_model::{Execution, ExecutionStatus};

#[derive(Debug, Clone)]
enum Op {
    Wait(i64),
    Pause,
    Resume,
    News,
    End(ExecutionStatus),
    /// The end turns out to be this much earlier or later.
    Correct(i64),
    Delete,
    /// Takes so many changes off the queue.
    Project(usize),
    Sweep,
}

struct World {
    now: i64,
    execution: Option<Execution>,
    queue: VecDeque<Change>,
    judgement: Option<Judgement>,
    severity: Option<Severity>,
    records: usize,
    alerts: usize,
    /// How many of the milliseconds until now it was active, and how many paused.
    active: i64,
    paused: i64,
}

impl World {
    fn new() -> Self {
        let mut world = Self {
            now: 0,
            execution: None,
            queue: VecDeque::new(),
            judgement: None,
            severity: None,
            records: 0,
            alerts: 0,
            active: 0,
            paused: 0,
        };
        world.report(|_| Some(running(0)));
        world
    }

    fn report(&mut self, news: impl FnOnce(Option<Execution>) -> Option<Execution>) {
        let before = self.execution.clone();
        let recorded_at = ms(self.now);
        self.execution = news(before.clone()).map(|after| Execution {
            updated_at: recorded_at,
            ..after
        });
        let (sequence, after) = (0, self.execution.clone());
        self.queue.push_back(Change {
            sequence,
            before,
            after,
            recorded_at,
        });
    }

    fn status(&self) -> Option<ExecutionStatus> {
        self.execution.as_ref().map(|execution| execution.status)
    }

    fn step(&mut self, op: &Op) {
        let now = ms(self.now);
        match (op, self.status()) {
            (Op::Wait(millis), status) => {
                match status {
                    Some(ExecutionStatus::Running) => self.active += millis,
                    Some(ExecutionStatus::Paused) => self.paused += millis,
                    _ => {}
                }
                self.now += millis;
            }
            (Op::Pause, Some(ExecutionStatus::Running)) => self.report(|e| {
                let status = ExecutionStatus::Paused;
                e.map(|e| Execution {
                    status,
                    paused_at: Some(now),
                    ..e
                })
            }),
            (Op::Resume, Some(ExecutionStatus::Paused)) => {
                let paused_millis = self.paused;
                let status = ExecutionStatus::Running;
                self.report(|e| {
                    e.map(|e| Execution {
                        status,
                        paused_at: None,
                        paused_millis,
                        ..e
                    })
                });
            }
            (Op::News, Some(_)) => self.report(|e| {
                e.map(|e| Execution {
                    revision: e.revision + 1,
                    ..e
                })
            }),
            (Op::End(status), Some(ExecutionStatus::Running | ExecutionStatus::Paused)) => {
                let (status, paused_millis) = (*status, self.paused);
                self.report(|e| {
                    e.map(|e| Execution {
                        status,
                        paused_at: None,
                        paused_millis,
                        completed_at: Some(now),
                        ..e
                    })
                });
            }
            (Op::Correct(by), Some(status)) if status.is_final() => {
                let by = (*by).max(-self.active);
                self.active += by;
                let by = chrono::TimeDelta::milliseconds(by);
                self.report(|e| {
                    e.map(|e| Execution {
                        completed_at: e.completed_at.map(|at| at + by),
                        ..e
                    })
                });
            }
            (Op::Delete, Some(_)) => self.report(|_| None),
            (Op::Project(limit), _) => self.project(*limit),
            (Op::Sweep, _) => self.sweep(),
            _ => {}
        }
    }

    fn project(&mut self, limit: usize) {
        let taken = self.queue.drain(..limit.min(self.queue.len())).collect();
        for change in coalesce(taken) {
            let effects = judge_change(&sla(), &change, self.judgement, &policy(), ms(self.now));
            self.apply(effects);
        }
    }

    fn sweep(&mut self) {
        let due = |judgement: &Judgement| {
            judgement
                .next_deadline
                .is_some_and(|deadline| deadline <= ms(self.now))
        };
        if let (Some(judgement), Some(execution)) = (self.judgement.filter(due), &self.execution) {
            let effects = judge_running(&sla(), execution, judgement, &policy(), ms(self.now));
            let later = effects.judgement.and_then(|write| write.after).unwrap();
            assert!(!due(&later), "a swept deadline is no longer due");
            self.apply(effects);
        }
    }

    fn apply(&mut self, effects: SlaEffects) {
        if let Some(write) = effects.judgement {
            assert_eq!(write.before, self.judgement);
            assert_ne!(write.before, write.after);
            self.judgement = write.after;
            if write.after.is_none() {
                (self.severity, self.records, self.alerts) = (None, 0, 0);
            }
        }
        if let Some(write) = effects.breach {
            assert_eq!(write.is_new, self.severity.is_none());
            assert!(Some(write.severity) >= self.severity, "severity only rises");
            self.severity = Some(write.severity);
            self.records += usize::from(write.is_new);
            self.alerts += write.alerts.len();
        }
    }
}

/// The verdict on a duration, by trying each threshold.
fn severity_of(millis: i64) -> Option<Severity> {
    match millis {
        ..=80 => None,
        81..=150 => Some(Severity::Warning),
        _ => Some(Severity::Critical),
    }
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        4 => (0..60_i64).prop_map(Op::Wait),
        1 => Just(Op::Pause),
        2 => Just(Op::Resume),
        1 => Just(Op::News),
        1 => prop_oneof![
            Just(ExecutionStatus::Completed),
            Just(ExecutionStatus::Failed),
            Just(ExecutionStatus::Cancelled)
        ]
        .prop_map(Op::End),
        1 => (-80..80_i64).prop_map(Op::Correct),
        1 => prop_oneof![9 => Just(Op::News), 1 => Just(Op::Delete)],
        2 => (1..4_usize).prop_map(Op::Project),
        2 => Just(Op::Sweep),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]
    #[test]
    fn any_order_ends_as_judging_once(ops in proptest::collection::vec(op(), 0..40)) {
        let mut world = World::new();
        for op in &ops {
            world.step(op);
        }
        world.project(usize::MAX);
        world.sweep();
        world.sweep();
        let Some(execution) = world.execution.clone() else {
            prop_assert_eq!(world.judgement, None);
            prop_assert_eq!(world.records, 0);
            return Ok(());
        };
        let judgement = world.judgement.unwrap();
        let over = world.active > 100;
        prop_assert_eq!(judgement.breached, over);
        prop_assert_eq!(judgement.counted, over || execution.status.is_final());
        if let Some(end) = execution.completed_at {
            prop_assert_eq!(judgement.at, end);
        } else if over {
            prop_assert_eq!(judgement.at, ms(101 + execution.paused_millis));
            prop_assert!(judgement.at <= ms(world.now));
        }
        let verdict = severity_of(world.active);
        let corrected = ops.iter().any(|op| matches!(op, Op::Correct(_)));
        prop_assert_eq!(judgement.severity, world.severity);
        if corrected {
            prop_assert!(world.severity >= verdict);
        } else {
            prop_assert_eq!(world.severity, verdict, "no false alarm and none missed");
        }
        prop_assert_eq!(world.records, usize::from(world.severity.is_some()));
        prop_assert_eq!(world.alerts, 2 * world.records);
    }
}
