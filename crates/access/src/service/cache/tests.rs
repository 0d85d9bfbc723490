use super::{Authenticated, Cache};
use kernel::testing::ManualClock;
use kernel::{Actor, Clock, Role, TenantId};

#[test]
fn the_cache_is_bounded() {
    let cache = Cache::default();
    let now = ManualClock::fixed().now();
    let caller = Authenticated {
        actor: Actor {
            tenant: TenantId(1),
            user: "ada".to_owned(),
        },
        role: Role::Viewer,
        token_prefix: "wfi_pat_00000001".to_owned(),
        limited: true,
    };
    for n in 0..40_000_u32 {
        let mut digest = [0; 32];
        digest[..4].copy_from_slice(&n.to_le_bytes());
        cache.put(digest, caller.clone(), None, now, cache.epoch());
        assert!(cache.get(&digest, now).is_some());
    }
    assert!(cache.len() <= 16 * 1_024, "{}", cache.len());
}
