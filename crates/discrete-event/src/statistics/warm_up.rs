//! How much of the beginning is not steady yet: MSER-5.

/// At most so many batches are kept; further cases make the batches larger.
const BATCHES: usize = 2048;

/// A series of cycle times in the order in which the cases came, in batches: of five at first, as
/// in MSER-5, and of twice as many whenever there are too many batches.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Series {
    size: u64,
    batches: Vec<Batch>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Batch {
    sum: f64,
    count: u64,
}

impl Series {
    pub(crate) fn new() -> Self {
        Self {
            size: 5,
            batches: Vec::with_capacity(BATCHES),
        }
    }

    pub(crate) fn add(&mut self, case: u64, value: f64) {
        let mut place = usize::try_from(case / self.size).unwrap_or(usize::MAX);
        while place >= BATCHES {
            self.fold();
            place /= 2;
        }
        if place >= self.batches.len() {
            self.batches.resize(place + 1, Batch::default());
        }
        let batch = &mut self.batches[place];
        batch.sum += value;
        batch.count += 1;
    }

    fn fold(&mut self) {
        let folded = self.batches.chunks(2).map(|pair| Batch {
            sum: pair.iter().map(|batch| batch.sum).sum(),
            count: pair.iter().map(|batch| batch.count).sum(),
        });
        self.batches = folded.collect();
        self.size *= 2;
    }
}

/// How many of the first cases to leave out, and whether the series had settled by half of its
/// length. The series of several pilots are averaged first, which leaves less to chance.
///
/// MSER leaves out as many batches as make the squared standard error of the mean of the rest
/// smallest (White, *An effective truncation heuristic for bias reduction in simulation output*,
/// 1997; batches of five: White, Cobb and Spratt, 2000). A minimum in the second half means that
/// the series is too short.
pub(crate) fn mser(mut pilots: Vec<Series>) -> (u64, bool) {
    let size = pilots.iter().map(|pilot| pilot.size).max().unwrap_or(1);
    for pilot in &mut pilots {
        while pilot.size < size {
            pilot.fold();
        }
    }
    let length = pilots
        .iter()
        .map(|pilot| pilot.batches.len())
        .min()
        .unwrap_or(0);
    let means: Vec<f64> = (0..length)
        .map(|place| {
            let sums = pilots.iter().map(|pilot| pilot.batches[place]);
            let (sum, count) = sums.fold((0.0, 0), |all, batch| {
                (all.0 + batch.sum, all.1 + batch.count)
            });
            sum / float(count.max(1))
        })
        .collect();
    let best = least_error(&means);
    let settled = length >= 10 && best <= length / 2;
    (best.min(length / 2) as u64 * size, settled)
}

/// The number of values to leave out; the last five always stay, because the error of very few
/// is small by chance.
fn least_error(values: &[f64]) -> usize {
    // Welford's sums, from the end.
    let (mut mean, mut squares) = (0.0, 0.0);
    let (mut best, mut least) = (0, f64::INFINITY);
    for (count, (place, value)) in (1u64..).zip(values.iter().enumerate().rev()) {
        let delta = value - mean;
        mean += delta / float(count);
        squares += delta * (value - mean);
        let error = squares / (float(count) * float(count));
        if count >= 5 && error <= least {
            (best, least) = (place, error);
        }
    }
    best
}

#[expect(
    clippy::cast_precision_loss,
    reason = "counts of cases are far below 2^53"
)]
fn float(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests;
