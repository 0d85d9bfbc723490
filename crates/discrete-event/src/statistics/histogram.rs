//! Quantiles in bounded memory.

/// Sub-buckets of each power of two: a bucket is at most 1/256 (0.4 %) wide.
const MANTISSA_BITS: u32 = 8;
/// Less than a microsecond counts as nothing.
const SMALLEST_EXPONENT: u64 = 1023 - 20;
/// Up to 2^43 seconds, a quarter of a million years; more counts as that.
const LARGEST_EXPONENT: u64 = 1023 + 43;
const SHIFT: u32 = 52 - MANTISSA_BITS;
const OFFSET: u64 = SMALLEST_EXPONENT << MANTISSA_BITS;
#[expect(clippy::cast_possible_truncation, reason = "sixteen thousand")]
const BUCKETS: usize = ((LARGEST_EXPONENT - SMALLEST_EXPONENT) << MANTISSA_BITS) as usize + 1;

/// Counts in buckets of equal relative width (as in `HdrHistogram` and `DDSketch`): the memory does
/// not grow with the count, a quantile is off by less than 0.4 % of itself, and counts add up
/// exactly, so that the order in which histograms are merged does not matter.
#[derive(Debug, Clone)]
pub(crate) struct Histogram {
    counts: Box<[u64]>,
    total: u64,
    min: f64,
    max: f64,
}

impl Histogram {
    pub(crate) fn new() -> Self {
        Self {
            counts: vec![0; BUCKETS].into_boxed_slice(),
            total: 0,
            min: f64::INFINITY,
            max: 0.0,
        }
    }

    pub(crate) fn clear(&mut self) {
        if self.total > 0 {
            let used = bucket(self.min)..=bucket(self.max);
            self.counts[used].fill(0);
        }
        self.total = 0;
        self.min = f64::INFINITY;
        self.max = 0.0;
    }

    /// Counts a value that is not negative.
    #[inline]
    pub(crate) fn add(&mut self, value: f64) {
        self.counts[bucket(value)] += 1;
        self.total += 1;
        self.min = self.min.min(value);
        self.max = self.max.max(value);
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        if other.total == 0 {
            return;
        }
        let used = bucket(other.min)..=bucket(other.max);
        for (count, more) in self.counts[used.clone()]
            .iter_mut()
            .zip(&other.counts[used])
        {
            *count += more;
        }
        self.total += other.total;
        self.min = self.min.min(other.min);
        self.max = self.max.max(other.max);
    }

    pub(crate) fn max(&self) -> f64 {
        self.max
    }

    /// The values below which these shares (ascending) of the counted ones lie; zero when nothing
    /// was counted.
    #[expect(
        clippy::cast_precision_loss,
        reason = "counts of cases are far below 2^53"
    )]
    pub(crate) fn quantiles<const N: usize>(&self, shares: [f64; N]) -> [f64; N] {
        if self.total == 0 {
            return [0.0; N];
        }
        let mut index = bucket(self.min);
        let mut below = 0u64;
        shares.map(|share| {
            let rank = share * self.total as f64;
            while index + 1 < BUCKETS && ((below + self.counts[index]) as f64) < rank {
                below += self.counts[index];
                index += 1;
            }
            let within = (rank - below as f64) / (self.counts[index] as f64).max(1.0);
            let (low, high) = (lower_edge(index), lower_edge(index + 1));
            (low + (high - low) * within).clamp(self.min, self.max)
        })
    }
}

/// The first bucket holds what is below a microsecond.
#[inline]
fn bucket(value: f64) -> usize {
    // The bits of floating-point numbers that are not negative are in the order of the numbers.
    let place = (value.max(0.0).to_bits() >> SHIFT).saturating_sub(OFFSET);
    usize::try_from(place).map_or(BUCKETS - 1, |place| place.min(BUCKETS - 1))
}

fn lower_edge(bucket: usize) -> f64 {
    if bucket == 0 {
        return 0.0;
    }
    f64::from_bits((bucket as u64 + OFFSET) << SHIFT)
}

#[cfg(test)]
mod tests;
