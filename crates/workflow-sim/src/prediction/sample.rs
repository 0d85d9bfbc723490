//! Samples of bounded size that do not depend on the order of what they are taken from.

use std::collections::BinaryHeap;

/// Mixes 64 bits (the finaliser of `SplitMix64`, Steele, Lea and Flood 2014).
pub(crate) fn mix(mut bits: u64) -> u64 {
    bits = bits.wrapping_add(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

/// A number for a text (FNV-1a).
pub(crate) fn digest(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

/// Seeded draws for tests.
#[cfg(test)]
#[derive(Debug, Clone)]
pub(crate) struct Draws(u64);

#[cfg(test)]
impl Draws {
    pub(crate) fn new(seed: u64) -> Self {
        Self(mix(seed))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }

    /// In [0, 1), evenly.
    #[expect(clippy::cast_precision_loss, reason = "53 bits are left")]
    pub(crate) fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// Keeps the items with the least keys: a uniform sample without replacement when keys are hashes
/// (bottom-k sampling, Cohen and Kaplan 2007), and the same one in whatever order items come.
#[derive(Debug, Clone)]
pub(crate) struct BottomK<T> {
    capacity: usize,
    seen: u64,
    heap: BinaryHeap<Keyed<T>>,
}

#[derive(Debug, Clone)]
struct Keyed<T> {
    key: u64,
    item: T,
}

impl<T> PartialEq for Keyed<T> {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl<T> Eq for Keyed<T> {}

impl<T> PartialOrd for Keyed<T> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> Ord for Keyed<T> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.key.cmp(&other.key)
    }
}

impl<T> BottomK<T> {
    pub(crate) fn new(capacity: usize) -> Self {
        Self {
            capacity,
            seen: 0,
            heap: BinaryHeap::new(),
        }
    }

    /// Offers an item; it is made only if it is kept.
    pub(crate) fn offer(&mut self, key: u64, item: impl FnOnce() -> T) {
        self.seen += 1;
        let full = self.heap.len() >= self.capacity;
        if full && self.heap.peek().is_none_or(|greatest| greatest.key <= key) {
            return;
        }
        self.heap.push(Keyed { key, item: item() });
        if full {
            self.heap.pop();
        }
    }

    /// How many were offered.
    pub(crate) fn seen(&self) -> u64 {
        self.seen
    }

    /// What was kept, by key.
    pub(crate) fn into_items(self) -> Vec<T> {
        let sorted = self.heap.into_sorted_vec();
        sorted.into_iter().map(|keyed| keyed.item).collect()
    }
}

/// Observed times: how many there were, and at most a thousand of them, ascending.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Sample {
    pub(crate) seen: u64,
    pub(crate) values: Vec<f64>,
}

/// How many times are kept of each kind.
const KEPT_TIMES: usize = 1000;

/// Observed times, while they are observed.
#[derive(Debug, Clone)]
pub(crate) struct Times(BottomK<f64>);

impl Default for Times {
    fn default() -> Self {
        Self(BottomK::new(KEPT_TIMES))
    }
}

impl Times {
    pub(crate) fn offer(&mut self, key: u64, seconds: f64) {
        self.0.offer(key, || seconds);
    }

    pub(crate) fn finish(self) -> Sample {
        let seen = self.0.seen();
        let mut values = self.0.into_items();
        values.sort_by(f64::total_cmp);
        Sample { seen, values }
    }
}
