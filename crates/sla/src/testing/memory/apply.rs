//! Writes what follows from judging.

use super::{Outgoing, State};
use crate::{
    Alert, AlertState, Breach, BreachId, BreachWrite, Judgement, JudgementWrite, Projected, Sla,
    SlaEffects, SlaId, WindowCounts,
};
use kernel::to_millis;
use workflow_model::ExecutionId;

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;

impl State {
    pub(super) fn apply(
        &mut self,
        sla: &Sla,
        execution: ExecutionId,
        effects: SlaEffects,
        done: &mut Projected,
    ) {
        if let Some(write) = effects.judgement {
            self.write_judgement(sla.id, execution, write, done);
        }
        if let Some(write) = effects.breach {
            self.write_breach(sla, execution, write, done);
        }
    }

    fn write_judgement(
        &mut self,
        sla: SlaId,
        execution: ExecutionId,
        write: JudgementWrite,
        done: &mut Projected,
    ) {
        let none = WindowCounts::default();
        let place = |judgement: Option<Judgement>| {
            judgement
                .map(|j| (j.at, j.counts()))
                .filter(|(_, counts)| *counts != none)
        };
        if place(write.before) != place(write.after) && !done.touched.contains(&sla) {
            done.touched.push(sla);
        }
        if let Some(before) = write.before {
            self.add(before, -1);
        }
        if let Some(after) = write.after {
            self.add(after, 1);
            self.judgements.insert((sla, execution), after);
        } else {
            self.judgements.remove(&(sla, execution));
            self.forget_breaches(|b| b.sla == sla && b.execution == execution);
        }
    }

    /// Adds a judgement to its sums and counters, or takes it away.
    pub(super) fn add(&mut self, judgement: Judgement, sign: i64) {
        let at = to_millis(judgement.at);
        let counts = judgement.counts();
        let hour = (judgement.sla, at.div_euclid(HOUR) * HOUR);
        let minute = (judgement.sla, at.div_euclid(MINUTE) * MINUTE);
        add_counts(self.hours.entry(hour).or_default(), counts, sign);
        add_counts(self.minutes.entry(minute).or_default(), counts, sign);
        if let Some(kept) = self.slas.get_mut(&judgement.sla) {
            kept.sla.total_executions += sign * counts.total;
            kept.sla.breached_executions += sign * counts.breached;
        }
    }

    pub(super) fn write_breach(
        &mut self,
        sla: &Sla,
        execution: ExecutionId,
        write: BreachWrite,
        done: &mut Projected,
    ) {
        if let Some(known) = self.breach_of(sla.id, execution) {
            let raised = write.severity > known.severity;
            known.severity = known.severity.max(write.severity);
            known.actual_millis = write.actual_millis;
            known.target_millis = write.target_millis;
            known.revision += 1;
            if raised {
                note(done, known.clone());
            }
            return;
        }
        let breach = Breach {
            id: BreachId(self.next_id()),
            tenant: sla.tenant,
            sla: sla.id,
            sla_name: sla.name.clone(),
            workflow: sla.workflow,
            workflow_name: sla.workflow_name.clone(),
            execution,
            severity: write.severity,
            actual_millis: write.actual_millis,
            target_millis: write.target_millis,
            alert_sent_at: None,
            alert_recipients: write
                .alerts
                .iter()
                .map(|alert| alert.recipient.clone())
                .collect(),
            alert_failed_recipients: Vec::new(),
            acknowledged_by: None,
            acknowledged_at: None,
            resolution_notes: String::new(),
            detected_at: write.detected_at,
            revision: 1,
        };
        for alert in write.alerts {
            let alert = Alert {
                id: self.next_id(),
                tenant: sla.tenant,
                breach: breach.id,
                severity: write.severity,
                recipient: alert.recipient,
                subject: alert.subject,
                body: alert.body,
                attempts: 0,
            };
            let due_at = write.detected_at;
            self.alerts.insert(
                alert.id,
                Outgoing {
                    alert,
                    state: AlertState::Scheduled,
                    due_at,
                },
            );
        }
        self.breaches.insert(breach.id, breach.clone());
        note(done, breach);
    }
}

/// Notes a breach once, with its latest severity.
fn note(done: &mut Projected, breach: Breach) {
    match done.breaches.iter_mut().find(|noted| noted.id == breach.id) {
        Some(noted) => *noted = breach,
        None => done.breaches.push(breach),
    }
}

pub(super) fn add_counts(sum: &mut WindowCounts, counts: WindowCounts, sign: i64) {
    sum.total += sign * counts.total;
    sum.breached += sign * counts.breached;
    sum.breaches += sign * counts.breaches;
    sum.critical += sign * counts.critical;
    sum.warning += sign * counts.warning;
}
