use super::MemorySla;
use crate::{Alert, AlertOutbox, AlertOutcome, AlertState, MAX_ATTEMPTS};
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
    ) -> Result<(), StoreError> {
        let mut state = self.state();
        let Some(outgoing) = state
            .alerts
            .get_mut(&alert.id)
            .filter(|o| o.state == AlertState::Scheduled && o.alert.tenant == alert.tenant)
        else {
            return Ok(());
        };
        outgoing.alert.attempts += 1;
        match outcome {
            AlertOutcome::Sent => outgoing.state = AlertState::Sent,
            AlertOutcome::Retry(_) if outgoing.alert.attempts < MAX_ATTEMPTS => {
                outgoing.due_at = retry_at;
            }
            AlertOutcome::Retry(_) | AlertOutcome::Refused(_) => outgoing.state = AlertState::Dead,
        }
        let breach = outgoing.alert.breach;
        let mut of_breach = state.alerts.values().filter(|o| o.alert.breach == breach);
        if of_breach.all(|o| o.state == AlertState::Sent)
            && let Some(breach) = state.breaches.get_mut(&breach)
        {
            breach.alert_sent_at = Some(now.trunc_subsecs(3));
            breach.revision += 1;
        }
        Ok(())
    }
}
