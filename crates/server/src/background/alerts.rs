//! Delivers the alerts of the outbox.

use super::pause;
use chrono::TimeDelta;
use futures_util::future::join_all;
use kernel::{Clock, StoreError};
use sla::{Alert, AlertOutbox, AlertOutcome, AlertSender, AlertState, retry_delay};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

const TICK: Duration = Duration::from_secs(1);
/// Delivered at a time: few, as mail servers bound the connections of one client.
const BATCH: u32 = 4;

/// How alerts are delivered.
pub struct Delivery {
    /// By what.
    pub sender: Arc<dyn AlertSender>,
    /// Longer than one delivery may take: what is not settled by then, because the process that
    /// had it died, is delivered by whoever comes next.
    pub lease: TimeDelta,
}

/// Delivers what is due, again and again.
pub async fn deliver(
    outbox: Arc<dyn AlertOutbox>,
    delivery: Delivery,
    clock: Arc<dyn Clock>,
    mut stopped: watch::Receiver<bool>,
) {
    loop {
        match once(outbox.as_ref(), &delivery, clock.as_ref()).await {
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
    delivery: &Delivery,
    clock: &dyn Clock,
) -> Result<usize, StoreError> {
    let now = clock.now();
    let alerts = outbox.claim(now, now + delivery.lease, BATCH).await?;
    // At once, so that the last one is settled within the lease too.
    let sender = delivery.sender.as_ref();
    let deliveries = alerts.iter().map(|alert| one(outbox, sender, clock, alert));
    let settled = join_all(deliveries).await;
    settled
        .into_iter()
        .collect::<Result<Vec<()>, StoreError>>()?;
    Ok(alerts.len())
}

async fn one(
    outbox: &dyn AlertOutbox,
    sender: &dyn AlertSender,
    clock: &dyn Clock,
    alert: &Alert,
) -> Result<(), StoreError> {
    let outcome = sender.send(alert).await;
    let result = match &outcome {
        AlertOutcome::Sent => "sent",
        AlertOutcome::Retry(_) => "retry",
        AlertOutcome::Refused(_) => "refused",
    };
    metrics::counter!("alert_delivery_total", "result" => result).increment(1);
    let now = clock.now();
    let retry_at = now + retry_delay(alert.attempts + 1);
    let reached = outbox.settle(alert, &outcome, now, retry_at).await?;
    if let AlertOutcome::Retry(reason) | AlertOutcome::Refused(reason) = &outcome {
        report(alert, reason, reached);
    }
    Ok(())
}

fn report(alert: &Alert, reason: &str, reached: Option<AlertState>) {
    let (id, breach, recipient) = (alert.id, alert.breach.0, &alert.recipient);
    let attempt = alert.attempts + 1;
    if reached == Some(AlertState::Dead) {
        tracing::error!(
            alert = id,
            breach,
            recipient,
            attempt,
            reason,
            "alert given up"
        );
    } else {
        tracing::warn!(
            alert = id,
            breach,
            recipient,
            attempt,
            reason,
            "alert not sent"
        );
    }
}
