//! Finds running executions at their deadlines, not when they end.

use super::{Projector, pause};
use kernel::{Clock, StoreError};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// A deadline is found at most this long after it, plus the time it takes to write it.
const TICK: Duration = Duration::from_millis(500);

/// Judges what is due, again and again.
pub async fn sweep(
    projector: Arc<Projector>,
    clock: Arc<dyn Clock>,
    mut stopped: watch::Receiver<bool>,
) {
    loop {
        if let Err(error) = once(&projector, clock.as_ref()).await {
            tracing::warn!(cause = %error, "deadlines wait");
        }
        if !pause(&mut stopped, TICK).await {
            return;
        }
    }
}

async fn once(projector: &Projector, clock: &dyn Clock) -> Result<(), StoreError> {
    for tenant in projector.judgements.tenants_due(clock.now()).await? {
        while projector.sweep(tenant).await? > 0 {}
    }
    Ok(())
}
