//! Could it be chance?

use crate::wilson::as_f64;

/// The probability that a pattern is reported although outcomes were dealt at random, over all
/// thresholds and values of one run together.
pub(super) const FAMILY_ERROR: f64 = 0.01;

/// One-sided exact test of Fisher: the probability that, when `hits` among `all` are dealt at
/// random, a group of `group` gets `group_hits` or more of them.
///
/// The upper tail of the hypergeometric distribution; R. A. Fisher, "The Logic of Inductive
/// Inference", Journal of the Royal Statistical Society 98 (1935), 39–82.
pub(super) fn fisher(group_hits: u64, group: u64, hits: u64, all: u64) -> f64 {
    let most = group.min(hits);
    if group_hits > most || group > all || hits > all {
        return 0.0;
    }
    // No more than chance gives on average. Beyond it every further term is smaller.
    if u128::from(group_hits) * u128::from(all) <= u128::from(group) * u128::from(hits) {
        return 1.0;
    }
    // ln P(X = k) = ln C(hits, k) + ln C(all - hits, group - k) - ln C(all, group)
    let misses = all - hits;
    let start =
        ln_choose(hits, group_hits) + ln_choose(misses, group - group_hits) - ln_choose(all, group);
    let mut term = start.exp();
    let mut tail = term;
    let mut k = group_hits;
    while k < most && term > 0.0 {
        // P(X = k + 1) / P(X = k)
        let up = as_f64(hits - k) * as_f64(group - k);
        let down = as_f64(k + 1) * as_f64(misses + k + 1 - group);
        term *= up / down;
        tail += term;
        k += 1;
        if term < tail * 1e-12 {
            break;
        }
    }
    tail.min(1.0)
}

/// The logarithm of the number of ways to choose `k` of `n`.
fn ln_choose(n: u64, k: u64) -> f64 {
    let k = k.min(n - k);
    (1..=k).map(|i| (as_f64(n - k + i) / as_f64(i)).ln()).sum()
}

#[cfg(test)]
mod tests;
