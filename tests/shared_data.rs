//! Real logs through the real service.
#![expect(
    clippy::unwrap_used,
    reason = "test helpers live outside #[test] functions"
)]

#[expect(dead_code, reason = "this target needs a part of the helpers")]
mod app;
