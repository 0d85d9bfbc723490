//! Tasks for each second that one thread runs, against a plain binary-heap loop of M/M/3 in the same run.
//!
//! `--quick` runs tiny sizes, to see that it works.

#![expect(
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a benchmark prints its result, and counts less than 2^53"
)]

use std::cmp::{Ordering, Reverse};
use std::collections::{BinaryHeap, VecDeque};
use std::hint::black_box;
use std::ops::ControlFlow;
use std::sync::LazyLock;
use std::time::Instant;

use chrono::{DateTime, NaiveTime, Weekday};
use discrete_event::{
    Arrival, Calendar, CalendarId, Candidate, Demand, Distribution, Experiment, Length, Model,
    Node, NodeId, NodeKind, Profiles, Replications, Resource, ResourceId, Shift, Task, Times,
    WarmUp, run,
};
use rand::{RngExt, SeedableRng};

const ROUNDS: usize = 5;

fn main() {
    let quick = std::env::args().any(|argument| argument == "--quick");
    let scale = if quick { 100 } else { 1 };
    let cases = 1_000_000 / scale;
    let plain = rate(cases, || plain_loop(cases));
    println!("{:44} {:>14} {:>8}", "", "tasks/s", "ratio");
    row("plain loop, M/M/3", plain, 1.0);
    // Any other argument is a part of the names of what is to be run.
    let wanted: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with('-'))
        .collect();
    let report = |name: &str, model: &Model, cases: u64| {
        if !wanted.is_empty() && !wanted.iter().any(|part| name.contains(part.as_str())) {
            return f64::NAN;
        }
        let rate = rate(1, || simulate(model, cases));
        row(name, rate, rate / plain);
        rate
    };
    let mm3 = pools(1, 3, 1, 2.5, None);
    let full = report("M/M/3 with full output (aim 1/5)", &mm3, cases);
    let office = pools(13, 3, 13, 0.8, Some(office_hours()));
    report("13 tasks, calendars (aim 1/8)", &office, cases / 10);
    let few = report(
        "20 pools, 20 tasks",
        &pools(20, 3, 20, 2.5, None),
        cases / 10,
    );
    let many = report(
        "1,000 pools, as many cases in progress",
        &chains(1000, 20, 0.05),
        cases / 10,
    );
    report(
        "1,000 pools, 50 times as many in progress",
        &chains(1000, 20, 2.5),
        cases / 10,
    );
    let short = report("M/M/3, 10 k cases", &mm3, 10_000 / scale);
    println!(
        "time for a task: 1,000 pools {:.2} of 20 pools;",
        few / many
    );
    println!("  1 M cases {:.2} of 10 k cases", short / full);
}

fn row(name: &str, rate: f64, ratio: f64) {
    println!("{name:44} {rate:>14.0} {ratio:>8.3}");
}

/// Seconds that this thread has run; where the system does not tell, seconds that have passed.
fn clock() -> f64 {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    let run = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = run.and_then(|run| run.split(' ').next()?.parse::<f64>().ok());
    nanoseconds.map_or_else(|| START.elapsed().as_secs_f64(), |ns| ns / 1e9)
}

/// Units for each second of the best of several rounds: others use the machine too.
fn rate(units: u64, mut work: impl FnMut() -> u64) -> f64 {
    let best = (0..ROUNDS).map(|_| {
        let start = clock();
        let mut done = work();
        // The system counts in ticks of some milliseconds.
        while clock() - start < 0.05 {
            done += work();
        }
        (done * units) as f64 / (clock() - start)
    });
    best.fold(0.0, f64::max)
}

fn simulate(model: &Model, cases: u64) -> u64 {
    let experiment = Experiment {
        length: Length::Cases(cases / 2),
        warm_up: WarmUp::None,
        replications: Replications::Fixed(2),
        thresholds: vec![100.0, 1000.0],
        ..Experiment::default()
    };
    match run(model, &experiment, &|_| ControlFlow::Continue(())) {
        Ok(results) => black_box(results).simulated_tasks,
        Err(error) => {
            println!("{error}");
            0
        }
    }
}

/// `count` pools of `units`, and cases that visit `tasks` of them one after another.
fn pools(count: u32, units: u32, tasks: u32, rate: f64, calendar: Option<Calendar>) -> Model {
    let hours = calendar.as_ref().map(|_| CalendarId(0));
    let mut nodes: Vec<Node> = (0..tasks).map(|i| work(i, i % count, i + 1)).collect();
    nodes.push(end());
    let resources = (0..count).map(|i| pool(i, units, hours)).collect();
    Model {
        origin: DateTime::UNIX_EPOCH,
        calendars: calendar.into_iter().collect(),
        resources,
        nodes,
        arrivals: vec![arrivals(0, rate, 0, hours)],
    }
}

/// `pools` pools in chains of `length`, each chain with arrivals of its own at this rate.
fn chains(pools: u32, length: u32, rate: f64) -> Model {
    let mut nodes: Vec<Node> = (0..pools)
        .map(|i| work(i, i, if (i + 1) % length == 0 { pools } else { i + 1 }))
        .collect();
    nodes.push(end());
    Model {
        origin: DateTime::UNIX_EPOCH,
        calendars: Vec::new(),
        resources: (0..pools).map(|i| pool(i, 3, None)).collect(),
        nodes,
        arrivals: (0..pools / length)
            .map(|i| arrivals(i, rate, i * length, None))
            .collect(),
    }
}

fn work(number: u32, resource: u32, next: u32) -> Node {
    Node {
        name: format!("task {number}"),
        kind: NodeKind::Task(Task {
            demand: Demand::OneOf(vec![Candidate {
                resource: ResourceId(resource),
                units: 1,
                duration: Distribution::Exponential { mean: 1.0 },
            }]),
            priority: None,
            batch: None,
            capacity: None,
            failure: None,
            timeout: None,
            fixed_cost: 0.0,
            next: NodeId(next),
        }),
    }
}

fn end() -> Node {
    let outcome = "done".to_owned();
    Node {
        name: "end".to_owned(),
        kind: NodeKind::End { outcome },
    }
}

fn pool(number: u32, amount: u32, calendar: Option<CalendarId>) -> Resource {
    Resource {
        name: format!("pool {number}"),
        amount,
        calendar,
        absences: Vec::new(),
        cost_per_hour: 30.0,
    }
}

fn arrivals(number: u32, rate: f64, start: u32, calendar: Option<CalendarId>) -> Arrival {
    Arrival {
        name: format!("stream {number}"),
        times: Times::Renewal {
            interarrival: Distribution::Exponential { mean: 1.0 / rate },
            calendar,
        },
        start: NodeId(start),
        priority: 0,
        profiles: Profiles::None,
    }
}

fn office_hours() -> Calendar {
    use Weekday::{Fri, Mon, Thu, Tue, Wed};
    let at = |hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or_default();
    let days = [Mon, Tue, Wed, Thu, Fri];
    let shift = |from, to| move |weekday| Shift { weekday, from, to };
    let mornings = days.map(shift(at(9), at(12)));
    let afternoons = days.map(shift(at(13), at(17)));
    Calendar {
        name: "office".to_owned(),
        time_zone: chrono_tz::Europe::Berlin,
        weekly: mornings.into_iter().chain(afternoons).collect(),
        holidays: Vec::new(),
        extra: Vec::new(),
    }
}

#[derive(PartialEq)]
struct At(f64, bool);

impl Eq for At {}

impl PartialOrd for At {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for At {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0)
    }
}

/// M/M/3 with nothing but a heap of events, a queue of arrival times and the sum of the waiting
/// times.
fn plain_loop(cases: u64) -> u64 {
    let mut random = rand_chacha::ChaCha8Rng::seed_from_u64(1);
    let mut exponential = |mean: f64| -mean * (1.0 - random.random::<f64>()).ln();
    let mut events = BinaryHeap::new();
    let mut queue: VecDeque<f64> = VecDeque::new();
    let (mut free, mut come, mut done, mut waited) = (3, 1, 0, 0.0);
    events.push(Reverse(At(exponential(0.4), true)));
    while let Some(Reverse(At(now, arrival))) = events.pop() {
        if arrival {
            if come < cases {
                come += 1;
                events.push(Reverse(At(now + exponential(0.4), true)));
            }
            if free > 0 {
                free -= 1;
                events.push(Reverse(At(now + exponential(1.0), false)));
            } else {
                queue.push_back(now);
            }
        } else {
            done += 1;
            match queue.pop_front() {
                Some(since) => {
                    waited += now - since;
                    events.push(Reverse(At(now + exponential(1.0), false)));
                }
                None => free += 1,
            }
        }
    }
    black_box(waited);
    done / cases.max(1)
}
