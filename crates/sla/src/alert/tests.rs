use super::{MAX_ATTEMPTS, retry_delay};
use chrono::TimeDelta;

#[test]
fn delays_double_up_to_an_hour() {
    let seconds: Vec<_> = (0..=12)
        .map(|attempts| retry_delay(attempts).num_seconds())
        .collect();
    assert_eq!(
        seconds,
        [5, 5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600]
    );
    assert_eq!(retry_delay(u32::MAX), TimeDelta::hours(1));
    assert!(retry_delay(MAX_ATTEMPTS) <= TimeDelta::hours(1));
}
