//! Waiting for what another process does.

use std::fmt::Debug;
use std::time::{Duration, Instant};

/// Looks until `look` finds something, and answers it. Says what it waited for when it gives up.
#[track_caller]
pub(crate) fn wait<T>(what: &str, patience: Duration, mut look: impl FnMut() -> Option<T>) -> T {
    let give_up = Instant::now() + patience;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < give_up, "{what}: not within {patience:?}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Looks until what is seen is what is expected; shows both when it gives up.
#[track_caller]
pub(crate) fn settles<T: PartialEq + Debug>(
    what: &str,
    patience: Duration,
    expected: &T,
    mut look: impl FnMut() -> T,
) {
    let give_up = Instant::now() + patience;
    loop {
        let seen = look();
        if seen == *expected {
            return;
        }
        if Instant::now() > give_up {
            assert_eq!(seen, *expected, "{what}: not within {patience:?}");
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}
