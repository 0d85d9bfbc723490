//! Deterministic stand-ins.

use crate::Clock;
use chrono::{DateTime, Duration, Utc};
use std::sync::Mutex;

/// A clock that moves only when told to.
#[derive(Debug)]
pub struct ManualClock(Mutex<DateTime<Utc>>);

impl ManualClock {
    /// Starts at `at`.
    #[must_use]
    pub fn at(at: DateTime<Utc>) -> Self {
        Self(Mutex::new(at))
    }

    /// Starts at 2023-11-14T22:13:20Z.
    #[must_use]
    pub fn fixed() -> Self {
        Self::at(DateTime::from_timestamp(1_700_000_000, 0).unwrap_or_default())
    }

    /// Moves forward (or back, by a negative duration).
    #[expect(clippy::unwrap_used, reason = "test helper")]
    pub fn advance(&self, by: Duration) {
        *self.0.lock().unwrap() += by;
    }

    /// Jumps.
    #[expect(clippy::unwrap_used, reason = "test helper")]
    pub fn set(&self, at: DateTime<Utc>) {
        *self.0.lock().unwrap() = at;
    }
}

impl Clock for ManualClock {
    #[expect(clippy::unwrap_used, reason = "test helper")]
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().unwrap()
    }
}

/// Runs a future to its end on this thread; for contract tests of stores in memory.
pub fn block_on<F: Future>(future: F) -> F::Output {
    use std::sync::Arc;
    use std::task::{Context, Poll, Wake, Waker};
    struct Unpark(std::thread::Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let mut future = std::pin::pin!(future);
    let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
    let mut context = Context::from_waker(&waker);
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(value) => return value,
            Poll::Pending => std::thread::park(),
        }
    }
}
