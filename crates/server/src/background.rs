//! Work that nobody asked for: projections, deadlines, deliveries, tidying up.

mod alerts;
mod deadlines;
mod housekeeping;
mod projector;

pub use alerts::{Delivery, deliver};
pub use deadlines::sweep;
pub use housekeeping::tidy;
pub use projector::Projector;

use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Loops that run until they are told to stop.
pub struct Background {
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

impl Background {
    /// Starts every loop; that of the alerts when they can be delivered.
    #[must_use]
    pub fn start(
        projector: Arc<Projector>,
        outbox: Arc<dyn sla::AlertOutbox>,
        delivery: Option<Delivery>,
        tidied: crate::wiring::Tidied,
        clock: Arc<dyn kernel::Clock>,
    ) -> Self {
        let (stop, stopped) = watch::channel(false);
        let mut tasks = vec![
            tokio::spawn(projector.clone().run(stopped.clone())),
            tokio::spawn(sweep(projector, clock.clone(), stopped.clone())),
            tokio::spawn(tidy(tidied, clock.clone(), stopped.clone())),
        ];
        if let Some(delivery) = delivery {
            tasks.push(tokio::spawn(deliver(outbox, delivery, clock, stopped)));
        }
        Self { stop, tasks }
    }

    /// Lets every loop end what it is at.
    pub async fn stop(self) {
        // Nobody listens any more when every loop has ended.
        let _ = self.stop.send(true);
        for task in self.tasks {
            if task.await.is_err() {
                tracing::error!("a background loop panicked");
            }
        }
    }
}

/// Waits; `false` when it is time to stop.
pub(crate) async fn pause(stopped: &mut watch::Receiver<bool>, time: Duration) -> bool {
    tokio::select! {
        () = tokio::time::sleep(time) => !*stopped.borrow(),
        _ = stopped.changed() => false,
    }
}
