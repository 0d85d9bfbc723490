//! Delivers the alerts of the outbox.

use super::pause;
use chrono::TimeDelta;
use kernel::{Clock, StoreError};
use sla::{AlertOutbox, AlertOutcome, AlertSender, retry_delay};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

const TICK: Duration = Duration::from_secs(1);
/// Longer than one delivery may take.
const LEASE: TimeDelta = TimeDelta::minutes(2);
const BATCH: u32 = 20;

/// Delivers what is due, again and again.
pub async fn deliver(
    outbox: Arc<dyn AlertOutbox>,
    sender: Arc<dyn AlertSender>,
    clock: Arc<dyn Clock>,
    mut stopped: watch::Receiver<bool>,
) {
    loop {
        match once(outbox.as_ref(), sender.as_ref(), clock.as_ref()).await {
            Ok(0) => {}
            Ok(_) if !*stopped.borrow() => continue,
            Ok(_) => return,
            Err(error) => tracing::warn!(cause = %error, "alerts wait"),
        }
        if !pause(&mut stopped, TICK).await {
            return;
        }
    }
}

async fn once(
    outbox: &dyn AlertOutbox,
    sender: &dyn AlertSender,
    clock: &dyn Clock,
) -> Result<usize, StoreError> {
    let now = clock.now();
    let alerts = outbox.claim(now, now + LEASE, BATCH).await?;
    for alert in &alerts {
        let outcome = sender.send(alert).await;
        let result = match &outcome {
            AlertOutcome::Sent => "sent",
            AlertOutcome::Retry(_) => "retry",
            AlertOutcome::Refused(_) => "refused",
        };
        metrics::counter!("alert_delivery_total", "result" => result).increment(1);
        if let AlertOutcome::Retry(reason) | AlertOutcome::Refused(reason) = &outcome {
            tracing::warn!(
                alert = alert.id,
                attempt = alert.attempts + 1,
                reason,
                "alert not sent"
            );
        }
        let now = clock.now();
        outbox
            .settle(alert, &outcome, now, now + retry_delay(alert.attempts + 1))
            .await?;
    }
    Ok(alerts.len())
}
