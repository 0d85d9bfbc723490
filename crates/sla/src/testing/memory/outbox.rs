use super::MemorySla;
use crate::{Alert, AlertOutbox, AlertOutcome, AlertState, Backlog, MAX_ATTEMPTS};
use async_trait::async_trait;
use chrono::{DateTime, SubsecRound, Utc};
use kernel::StoreError;

#[async_trait]
impl AlertOutbox for MemorySla {
    async fn claim(
        &self,
        now: DateTime<Utc>,
        lease_until: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<Alert>, StoreError> {
        let mut state = self.state();
        let mut due: Vec<_> = state
            .alerts
            .values_mut()
            .filter(|outgoing| outgoing.state == AlertState::Scheduled && outgoing.due_at <= now)
            .collect();
        due.sort_by_key(|outgoing| (outgoing.due_at, outgoing.alert.id));
        let claimed = due.into_iter().take(limit as usize).map(|outgoing| {
            outgoing.due_at = lease_until;
            outgoing.alert.clone()
        });
        Ok(claimed.collect())
    }

    async fn settle(
        &self,
        alert: &Alert,
        outcome: &AlertOutcome,
        now: DateTime<Utc>,
        retry_at: DateTime<Utc>,
    ) -> Result<Option<AlertState>, StoreError> {
        let mut state = self.state();
        let Some(outgoing) = state
            .alerts
            .get_mut(&alert.id)
            .filter(|o| o.alert.tenant == alert.tenant)
        else {
            return Ok(None);
        };
        if outgoing.state != AlertState::Scheduled {
            return Ok(Some(outgoing.state));
        }
        outgoing.alert.attempts += 1;
        match outcome {
            AlertOutcome::Sent => outgoing.state = AlertState::Sent,
            AlertOutcome::Retry(_) if outgoing.alert.attempts < MAX_ATTEMPTS => {
                outgoing.due_at = retry_at;
            }
            AlertOutcome::Retry(_) | AlertOutcome::Refused(_) => outgoing.state = AlertState::Dead,
        }
        let (reached, recipient) = (outgoing.state, outgoing.alert.recipient.clone());
        let breach = outgoing.alert.breach;
        let mut of_breach = state.alerts.values().filter(|o| o.alert.breach == breach);
        let all_sent = of_breach.all(|o| o.state == AlertState::Sent);
        let Some(breach) = state.breaches.get_mut(&breach) else {
            return Ok(Some(reached));
        };
        if all_sent {
            breach.alert_sent_at = Some(now.trunc_subsecs(3));
            breach.revision += 1;
        }
        if reached == AlertState::Dead {
            breach.alert_failed_recipients.push(recipient);
            let order = breach.alert_recipients.clone();
            let place = |failed: &String| order.iter().position(|recipient| recipient == failed);
            breach.alert_failed_recipients.sort_by_key(place);
            breach.revision += 1;
        }
        Ok(Some(reached))
    }

    async fn backlog(&self) -> Result<Backlog, StoreError> {
        let state = self.state();
        let mut backlog = Backlog::default();
        for outgoing in state.alerts.values() {
            let breach = state.breaches.get(&outgoing.alert.breach);
            let seen_to = breach.is_some_and(|breach| breach.acknowledged_at.is_some());
            match outgoing.state {
                AlertState::Scheduled => backlog.scheduled += 1,
                AlertState::Dead => backlog.dead += i64::from(!seen_to),
                AlertState::Sent => {}
            }
        }
        Ok(backlog)
    }
}
