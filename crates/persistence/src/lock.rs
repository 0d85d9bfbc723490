//! Names of advisory locks.

/// The key of the lock that lets one process at a time advance `projection` for `tenant` (or, with
/// an empty `tenant`, for all). The same on every replica and in every version: FNV-1a, 64 bits,
/// over both names and a separator that neither contains.
#[must_use]
pub fn projection_key(projection: &str, tenant: &str) -> i64 {
    const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0100_0000_01b3;
    let bytes = projection.bytes().chain([0]).chain(tenant.bytes());
    let hash = bytes.fold(OFFSET, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(PRIME)
    });
    hash.cast_signed()
}

#[cfg(test)]
mod tests {
    use super::projection_key;

    #[test]
    fn keys_are_stable_and_distinct() {
        // A changed key would let an old and a new replica advance the same projection at once.
        assert_eq!(projection_key("sla", "acme"), projection_key("sla", "acme"));
        assert_ne!(projection_key("sla", "acme"), projection_key("slaa", "cme"));
        assert_eq!(projection_key("", ""), -5_808_590_958_014_384_161_i64);
    }
}
