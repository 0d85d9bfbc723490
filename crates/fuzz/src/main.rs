//! `fuzz TARGET SECONDS [SEED]`: changed inputs, for so long; says how many there were.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command for developers"
)]

use fuzz::{TARGETS, drive};
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// Inputs between two looks at the clock.
const ROUND: u64 = 500;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |at: usize| arguments.get(at).and_then(|text| text.parse::<u64>().ok());
    let name = arguments.first().map_or("", String::as_str);
    let target = TARGETS.iter().find(|target| target.name == name);
    let (Some(target), Some(seconds)) = (target, number(1)) else {
        let names: Vec<_> = TARGETS.iter().map(|target| target.name).collect();
        eprintln!(
            "fuzz TARGET SECONDS [SEED], where TARGET is one of: {}",
            names.join(", ")
        );
        return ExitCode::FAILURE;
    };
    let first = number(2).unwrap_or(0);
    let until = Instant::now() + Duration::from_secs(seconds);
    let (mut inputs, mut read, mut seed) = (0, 0, first);
    while Instant::now() < until {
        read += drive(target, seed, ROUND);
        inputs += ROUND;
        seed += 1;
    }
    println!("{name}: {inputs} inputs, {read} of them read; seeds {first} to {seed}, not included");
    ExitCode::SUCCESS
}
