//! Hostile input for every reader: conditions as text and as JSON, definitions, reports.
//!
//! A target takes any bytes and panics when something does not hold that must: what was read
//! prints back to itself, what was refused says why, a dry run ends and is the same each time.
//! [`TARGETS`] are driven in two ways:
//!
//!  * `cargo test -p fuzz` and `cargo run --release -p fuzz -- TARGET SECONDS [SEED]` mutate a
//!    corpus at random ([`Mutator`]): any compiler, the same inputs for the same seed;
//!  * `libfuzzer/` beside this crate is led by coverage: `cargo fuzz run --fuzz-dir libfuzzer
//!    TARGET`, with a nightly compiler and a workspace of its own.
//!
//! No service uses this crate. To add a target: a function here and a line in [`TARGETS`], its
//! corpus in `corpus`, a file in `libfuzzer/fuzz_targets`.

mod corpus;
mod mutator;
mod targets;
#[cfg(test)]
mod tests;

pub use corpus::{DICTIONARY, corpus};
pub use mutator::Mutator;
pub use targets::{TARGETS, Target, condition_json, condition_text, definition, report};

/// Runs a target on `count` mutated inputs and answers how many of them were read. Panics when
/// something does not hold; the input is the one that [`Mutator::next_input`] gave last.
#[must_use]
pub fn drive(target: &Target, seed: u64, count: u64) -> u64 {
    let mut mutator = Mutator::new(corpus(target.name), seed);
    let read = (0..count).filter(|_| (target.check)(&mutator.next_input()));
    u64::try_from(read.count()).unwrap_or(u64::MAX)
}
