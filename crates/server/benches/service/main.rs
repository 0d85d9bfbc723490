//! Speed of the service, as ratios against peers in the same run.
//!
//! `make bench` runs it in full; without `--bench` on the command line (as `cargo test` calls it)
//! everything runs once with tiny sizes, so that it cannot rot. Nothing here fails a build: it
//! measures and prints.
//!
//! Three processes: the *subject* is the real binary (`wfi serve`, default configuration, log
//! lines and all, without rate limits) on SQLite in a temporary folder, flushed at every commit;
//! the *peer* is this program again, a bare actix-web server with as many workers, which answers
//! the subject's own bytes from memory; the *load generator* is this process, one thread, 64
//! connections that are kept open. All share the machine's cores. Peer and subject take turns in short
//! rounds, and medians are compared, so that what else the machine does hurts both.
//!
//! | line | subject | peer |
//! | --- | --- | --- |
//! | read, list | `GET` of one action, one workflow, 50 actions | the same bytes from memory |
//! | read after a write | the same, a `PATCH` before each | none: microseconds of one client |
//! | dry run | documented `POST workflow-simulations/`, stored | the same bytes from memory |
//! | execution | `POST workflow-executions/`, a new one each | `rusqlite`: the same rows, one commit each, no HTTP; and one client of the service itself |
//! | bulk | NDJSON stream into `bulk/` | `rusqlite`: the same rows, prepared, 500 executions a commit |
//! | growth | lists, counts, SLA metrics with many executions | itself with few |
//!
//! Besides requests per second, the server's own CPU time for each request is told (user and
//! system, from `/proc`): it does not depend on what the load generator costs.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a benchmark prints its results, and stops at the first surprise"
)]

mod bulk;
mod growth;
mod load;
mod process;
mod reads;
mod report;
mod rows;
mod samples;
mod writes;

use std::time::Duration;

/// How much is measured.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Size {
    /// Rounds of each of the two that are compared.
    pub(crate) rounds: usize,
    /// Length of one round.
    pub(crate) round: Duration,
    /// Executions of one bulk stream.
    pub(crate) bulk: usize,
    /// Executions of the small and of the large log.
    pub(crate) growth: [usize; 2],
    /// Single requests that a latency is the median of.
    pub(crate) singles: usize,
}

const FULL: Size = Size {
    rounds: 7,
    round: Duration::from_millis(1_500),
    bulk: 40_000,
    growth: [10_000, 1_000_000],
    singles: 101,
};

const SMOKE: Size = Size {
    rounds: 1,
    round: Duration::from_millis(100),
    bulk: 600,
    growth: [200, 600],
    singles: 3,
};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let Some(at) = arguments.iter().position(|argument| argument == "--peer") {
        return process::serve_peer(&arguments[at + 1..]);
    }
    let full = arguments.iter().any(|argument| argument == "--bench");
    let size = if full { FULL } else { SMOKE };
    let wanted = |part: &str| {
        let mut named = arguments
            .iter()
            .filter(|argument| !argument.starts_with('-'));
        let first = named.next();
        first.is_none_or(|first| first == part || named.any(|other| other == part))
    };
    report::machine(full);
    if wanted("reads") {
        reads::measure(size);
    }
    if wanted("executions") {
        writes::measure(size);
    }
    if wanted("bulk") {
        bulk::measure(size);
    }
    if wanted("growth") {
        growth::measure(size);
    }
}
