//! Medians and the lines that are printed.

use std::time::Duration;

/// The middle value.
pub(crate) fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}

/// What the figures were measured on.
pub(crate) fn machine(full: bool) {
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info
        .lines()
        .find_map(|line| line.strip_prefix("model name"))
        .map_or("", |rest| rest.trim_start_matches([' ', '\t', ':']));
    // Where others work at the same time, absolute figures say little.
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().unwrap_or_default();
    println!("{cores} cores {model}, load {load} before");
    if !full {
        println!("smoke test: sizes are tiny and the figures mean nothing");
    }
}

/// A heading.
pub(crate) fn part(title: &str) {
    println!("\n{title}");
}

/// One comparison. `aim` is the ratio to reach.
pub(crate) fn ratio(name: &str, subject: &[f64], peer: &[f64], unit: &str, aim: f64) {
    let (ours, theirs) = (median(subject), median(peer));
    let ratio = ours / theirs;
    println!(
        "{name:<34} {ours:>9.0} {unit}, peer {theirs:>9.0}: ratio {ratio:.2} (aim {aim:.2}, {})",
        if ratio >= aim { "reached" } else { "missed" }
    );
}

/// A line in the same columns.
pub(crate) fn note(name: &str, text: &str) {
    println!("{name:<34} {text}");
}

/// So many in so long a time, for a second.
#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
pub(crate) fn rate(count: usize, time: Duration) -> f64 {
    count as f64 / time.as_secs_f64()
}

/// A duration in microseconds.
pub(crate) fn micros(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e6
}
