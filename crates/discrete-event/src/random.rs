//! Random numbers that are a function of what they are for.
//!
//! A number is the hash of (seed, replication, stream, case, node, visit, purpose, counter), not the
//! next of a sequence (Salmon et al., *Parallel random numbers: as easy as 1, 2, 3*, 2011). So the
//! order in which a run asks does not matter: any number of threads draws the same, and a variant
//! of a model meets the same numbers wherever it does the same (common random numbers). The hash is
//! a chain of `SplitMix64` finalisers (Steele, Lea and Flood, *Fast splittable pseudorandom number
//! generators*, 2014, with Stafford's constants, variant 13).

const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

const fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// What a number is for. Two purposes at one visit of a node draw independently.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Purpose {
    Interarrival,
    Profile,
    Way,
    Duration,
    Failure,
    RetryDelay,
}

/// What is fixed so far of what a number is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Key(u64);

impl Key {
    pub(crate) const fn replication(seed: u64, replication: u32) -> Self {
        Self(mix(seed)).child(replication as u64)
    }

    /// The key of one of many things that share this key.
    pub(crate) const fn child(self, number: u64) -> Self {
        Self(mix(self
            .0
            .wrapping_add(number.wrapping_add(1).wrapping_mul(GOLDEN))))
    }

    /// The numbers of a case at a visit of a node.
    #[inline]
    pub(crate) fn draw(self, node: u32, visit: u32, attempt: u32, purpose: Purpose) -> Draw {
        let place = mix(self.0 ^ ((u64::from(node) << 32) | u64::from(visit)).wrapping_mul(GOLDEN));
        let what = (u64::from(attempt) << 8) | (purpose as u64 + 1);
        Draw(mix(place.wrapping_add(what.wrapping_mul(GOLDEN))))
    }
}

/// The numbers for one purpose; most need only the first.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Draw(u64);

impl Draw {
    /// The next number, strictly between zero and one.
    #[inline]
    #[expect(
        clippy::cast_precision_loss,
        reason = "52 bits and a half fit an f64 exactly"
    )]
    pub(crate) fn uniform(&mut self) -> f64 {
        let bits = self.0;
        self.0 = mix(self.0.wrapping_add(GOLDEN));
        ((bits >> 12) as f64 + 0.5) * (1.0 / (1u64 << 52) as f64)
    }
}

#[cfg(test)]
mod tests;
