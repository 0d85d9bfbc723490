//! Counts by number, in bounded memory and nevertheless exact.

/// Above this many distinct numbers, neighbours are joined.
pub(super) const MAX_INTERVALS: usize = 2048;
/// The most tables of one run: with intervals of about 50 bytes, some 100 MB at the very worst.
const MAX_TABLES: usize = 1000;

/// How many tables may still be opened. First come, first served: what comes after is not looked
/// at, which may miss a pattern but never makes one up.
#[derive(Debug)]
pub(super) struct Budget {
    left: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Self { left: MAX_TABLES }
    }
}

impl Budget {
    /// Whether one more may be opened; then it counts as open.
    pub(super) fn take(&mut self) -> bool {
        let granted = self.left > 0;
        self.left = self.left.saturating_sub(1);
        granted
    }

    /// One was closed.
    pub(super) fn give_back(&mut self) {
        self.left += 1;
    }
}

/// What is counted for a number.
pub(super) trait Tally: Default {
    /// Adds the counts of a neighbour.
    fn join(&mut self, other: &Self);

    /// Whether joining the two loses no place where a threshold may lie.
    fn alike(&self, other: &Self) -> bool;
}

/// The counts of all numbers from `low` to `high`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Interval<T> {
    pub(super) low: f64,
    pub(super) high: f64,
    pub(super) tally: T,
}

/// Counts by number: disjoint intervals in ascending order. Each starts as one number; when
/// there are too many, neighbours are joined, alike ones first. Counts stay exact; only where a
/// threshold may lie gets coarser, and between unlike neighbours it does so last.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Table<T> {
    intervals: Vec<Interval<T>>,
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self {
            intervals: Vec::new(),
        }
    }
}

impl<T: Tally> Table<T> {
    pub(super) fn intervals(&self) -> &[Interval<T>] {
        &self.intervals
    }

    /// The tally that counts `number`.
    pub(super) fn at(&mut self, number: f64) -> &mut T {
        // -0.0 is 0.0.
        let number = number + 0.0;
        let mut place = self
            .intervals
            .partition_point(|interval| interval.high < number);
        let known = self
            .intervals
            .get(place)
            .is_some_and(|interval| interval.low <= number);
        if !known {
            if self.intervals.len() >= MAX_INTERVALS {
                self.shrink();
                place = self
                    .intervals
                    .partition_point(|interval| interval.high < number);
            }
            let new = Interval {
                low: number,
                high: number,
                tally: T::default(),
            };
            let swallowed = self
                .intervals
                .get(place)
                .is_some_and(|next| next.low <= number);
            if !swallowed {
                self.intervals.insert(place, new);
            }
        }
        &mut self.intervals[place].tally
    }

    /// Joins pairs of alike neighbours; if that is not enough, pairs of any.
    fn shrink(&mut self) {
        self.join_pairs(T::alike);
        if self.intervals.len() > MAX_INTERVALS / 4 * 3 {
            self.join_pairs(|_, _| true);
        }
    }

    fn join_pairs(&mut self, may: impl Fn(&T, &T) -> bool) {
        let mut joined: Vec<Interval<T>> = Vec::with_capacity(self.intervals.len());
        let mut open = false;
        for next in std::mem::take(&mut self.intervals) {
            match joined.last_mut() {
                Some(last) if open && may(&last.tally, &next.tally) => {
                    last.high = next.high;
                    last.tally.join(&next.tally);
                    open = false;
                }
                Some(_) | None => {
                    joined.push(next);
                    open = true;
                }
            }
        }
        self.intervals = joined;
    }
}

/// Counts of durations.
impl Tally for u64 {
    fn join(&mut self, other: &Self) {
        *self += other;
    }

    fn alike(&self, _other: &Self) -> bool {
        true
    }
}

impl Table<u64> {
    /// The smallest number that at least `percent` per cent of the counted ones do not exceed
    /// (nearest rank); where neighbours were joined, the upper end of its interval.
    pub(super) fn percentile(&self, percent: u64) -> Option<f64> {
        let total: u64 = self.intervals.iter().map(|interval| interval.tally).sum();
        let rank = (total * percent).div_ceil(100).max(1);
        let mut seen = 0;
        for interval in &self.intervals {
            seen += interval.tally;
            if seen >= rank {
                return Some(interval.high);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests;
