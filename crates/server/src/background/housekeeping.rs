//! Forgets what is kept for a time only.

use super::pause;
use crate::wiring::Tidied;
use kernel::{Clock, StoreError};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

const TICK: Duration = Duration::from_mins(10);

/// Forgets old answers, again and again.
pub async fn tidy(stores: Tidied, clock: Arc<dyn Clock>, mut stopped: watch::Receiver<bool>) {
    loop {
        if let Err(error) = once(&stores, clock.as_ref()).await {
            tracing::warn!(cause = %error, "tidying up waits");
        }
        if !pause(&mut stopped, TICK).await {
            return;
        }
    }
}

async fn once(stores: &Tidied, clock: &dyn Clock) -> Result<(), StoreError> {
    let before = clock.now() - access::KEPT_FOR;
    for (tenant, _) in stores.tokens.tenants().await? {
        stores.answers.forget(tenant, before).await?;
    }
    Ok(())
}
