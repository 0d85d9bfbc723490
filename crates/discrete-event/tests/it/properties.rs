//! What holds for every network: cases are conserved, Little's law, the same answer on any number of
//! threads, common random numbers.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::networks::{
    by, end, exponential, fixed, model, node, plain, poisson, pool, results, rework, station, task,
    unlimited, ways,
};
use discrete_event::{
    Batch, Budget, Candidate, Capacity, Demand, Distribution, Error, Estimate, Evidence,
    Experiment, Failure, Join, JoinRule, Length, Model, NodeId, NodeKind, Problem, Replications,
    ResourceId, Rest, Stop, Timeout, Times, WarmUp, compare, run,
};
use proptest::prelude::*;

/// Two ways side by side, a loop around them, and everything that a task can have.
fn everything() -> impl Strategy<Value = Model> {
    let rule = prop_oneof![
        Just(JoinRule::All),
        (1u32..3).prop_map(|count| JoinRule::First {
            count,
            rest: Rest::Withdrawn
        }),
        (1u32..3).prop_map(|count| JoinRule::First {
            count,
            rest: Rest::GoesOn
        }),
    ];
    let batch = prop::option::of((1u32..4, prop::option::of(0.0..5.0f64)));
    let room = prop::option::of(1u32..6);
    let failure = prop::option::of((0.0..1.0f64, 0u32..3));
    let timeout = prop::option::of(0.1..6.0f64);
    (
        rule,
        prop::collection::vec((batch, room, failure, timeout, -1i32..2), 3),
        0.0..0.6f64,
    )
        .prop_map(|(rule, tasks, again)| {
            let mut nodes = vec![node(
                "fork",
                NodeKind::Fork(vec![NodeId(1), NodeId(2), NodeId(3)]),
            )];
            for (i, (batch, room, failure, timeout, priority)) in tasks.into_iter().enumerate() {
                let duration = exponential(1.5);
                let candidates = [i % 2, 2].map(|resource| Candidate {
                    resource: ResourceId(resource as u32),
                    units: 1 + u32::from(resource == 2 && i == 1),
                    duration: duration.clone(),
                });
                let mut spec = plain(Demand::OneOf(candidates.to_vec()), 4);
                spec.priority = (priority >= 0).then_some(priority);
                spec.fixed_cost = 1.0;
                spec.batch = batch.map(|(size, max_wait)| Batch { size, max_wait });
                spec.capacity = room.map(|limit| Capacity {
                    limit,
                    when_full: NodeId(6),
                });
                spec.failure = failure.map(|(probability, max_retries)| Failure {
                    probability,
                    max_retries,
                    retry_delay: exponential(2.0),
                    on_failure: NodeId(4),
                });
                spec.timeout = timeout.map(|seconds| Timeout {
                    seconds,
                    calendar: None,
                    on_timeout: NodeId(4),
                });
                nodes.push(node(&format!("task {i}"), NodeKind::Task(spec)));
            }
            let next = NodeId(5);
            nodes.push(node("join", NodeKind::Join(Join { rule, next })));
            nodes.push(node("again?", ways(&[(again, 0), (1.0 - again, 7)])));
            nodes.push(end("turned away"));
            nodes.push(end("done"));
            let pools = vec![pool("a", 1), pool("b", 2), pool("c", 3)];
            model(pools, nodes, vec![poisson(0.8, 0)])
        })
}

fn small(threads: usize) -> Experiment {
    Experiment {
        length: Length::Cases(300),
        replications: Replications::Fixed(4),
        thresholds: vec![1.0, 10.0],
        threads,
        ..Experiment::default()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn cases_are_conserved_and_threads_do_not_matter(network in everything()) {
        let one = results(&network, &small(1));
        prop_assert_eq!(one.flow.arrived, one.flow.ended + one.flow.in_progress);
        prop_assert_eq!(one.cases, 4 * 300);
        let shares: f64 = one.outcomes.iter().map(|outcome| outcome.share.value).sum();
        prop_assert!((shares - 1.0).abs() < 1e-9);
        for pool in &one.resources {
            prop_assert!(pool.utilisation.value <= 1.0 + 1e-9);
        }
        prop_assert!(one.thresholds[0].share.value >= one.thresholds[1].share.value);
        let text = serde_json::to_string(&one).expect("JSON");
        for threads in [1, 2, 8] {
            let again = serde_json::to_string(&results(&network, &small(threads))).expect("JSON");
            prop_assert_eq!(&again, &text, "{} threads", threads);
        }
    }

    #[test]
    fn littles_law_is_exact_over_a_finite_run(
        mut network in everything(),
        mut times in prop::collection::vec(0.0..200.0f64, 1..150),
    ) {
        times.sort_by(f64::total_cmp);
        let count = times.len() as u64;
        network.arrivals[0].times = Times::At(times);
        let found = results(&network, &small(2));
        prop_assert_eq!(found.cases, 4 * count, "every case comes to an end");
        prop_assert_eq!(found.flow.in_progress, 0);
        let hourly = found.throughput_per_hour.value;
        // L = λ W, with all three measured over the same time.
        let expected = hourly / 3600.0 * found.cycle_time.mean.value;
        prop_assert!((found.in_progress.value - expected).abs() <= 1e-9 * expected.max(1e-9));
    }

    #[test]
    fn an_identical_variant_differs_by_exactly_nothing(network in everything()) {
        let comparison = compare(&network, std::slice::from_ref(&network), &small(2), &unlimited).expect("valid");
        let difference = &comparison.variants[0].difference;
        for measure in [difference.cycle_time, difference.waiting_time, difference.processing_time, difference.cost] {
            for estimate in [measure.mean, measure.p50, measure.p90, measure.p99] {
                prop_assert_eq!((estimate.low, estimate.value, estimate.high), (0.0, 0.0, 0.0));
            }
        }
        prop_assert_eq!(difference.throughput_per_hour.value.to_bits(), 0);
        prop_assert_eq!(&comparison.base, &comparison.variants[0].results);
    }
}

#[test]
fn queues_obey_littles_law_too() {
    let found = results(&station(0.8, exponential(1.0), 1), &fixed(50_000, 10));
    let queue = found.resources[0].queue_length.value;
    let expected = found.resources[0].waiting_time.value * found.throughput_per_hour.value / 3600.0;
    assert!(
        (queue - expected).abs() < 0.005 * expected,
        "{queue}, {expected}"
    );
}

#[test]
fn common_random_numbers_make_differences_precise() {
    let base = station(0.9, exponential(1.0), 1);
    let mut faster = base.clone();
    faster.nodes[0] = task("work", by(0, exponential(1.01)), 1);
    let mut staffed = base.clone();
    staffed.resources[0].amount = 2;
    let experiment = fixed(5_000, 20);
    let found = compare(&base, &[faster, staffed], &experiment, &unlimited).expect("valid");
    for variant in &found.variants {
        let difference = variant.difference.cycle_time.mean;
        assert!(difference.high < 0.0, "surely faster: {difference:?}");
    }
    // Independent runs would add their variances.
    let half = |estimate: Estimate| estimate.half_width();
    let base = half(found.base.cycle_time.mean);
    let independent = base.hypot(half(found.variants[0].results.cycle_time.mean));
    let paired = half(found.variants[0].difference.cycle_time.mean);
    assert!(
        paired < independent / 3.0,
        "{paired} is not much less than {independent}"
    );
    // Work itself is the same hours in both: only who does it changes.
    let work = found.variants[1].difference.processing_time.mean;
    assert!(work.value.abs() < 1e-9, "{work:?}");
}

#[test]
fn a_variant_with_further_nodes_meets_the_same_cases() {
    let base = rework(0.4, by(0, exponential(1.0)), 0.3);
    let mut longer = base.clone();
    longer.nodes.push(task(
        "check",
        crate::networks::alone(Distribution::Fixed(5.0)),
        2,
    ));
    if let NodeKind::Choice(choice) = &mut longer.nodes[1].kind {
        choice.ways[1].to = NodeId(3);
    }
    let found = compare(&base, &[longer], &small(2), &unlimited).expect("valid");
    let difference = found.variants[0].difference.cycle_time.mean;
    assert!(
        (difference.value - 5.0).abs() < 1e-9 && difference.half_width() < 1e-9,
        "{difference:?}"
    );
}

#[test]
fn warm_up_is_found_and_precision_reached() {
    let experiment = Experiment::default();
    let found = results(&station(0.8, exponential(1.0), 1), &experiment);
    let precision = found.precision.expect("wanted");
    assert!(precision.reached || found.replications == 200);
    assert!(
        found.cycle_time.mean.low < 5.2 && found.cycle_time.mean.high > 4.8,
        "{:?}",
        found.cycle_time.mean
    );
    assert_eq!(found.unstable, None);
    assert_eq!(found.cases, u64::from(found.replications) * 2_000);
}

#[test]
fn the_overloaded_resource_is_named() {
    // The second station of two gets 1.1 units of work where one is done.
    let mut network = crate::networks::tandem(0.55, &[1.0, 0.5]);
    let found = results(&network, &small(1)).unstable.expect("unstable");
    assert_eq!(found.resource, "pool 1");
    assert!(
        (found.demand_per_hour - 1.1).abs() < 1e-9 && (found.capacity_per_hour - 1.0).abs() < 1e-9
    );
    assert_eq!(found.evidence, Evidence::Traffic);
    network.arrivals[0].times = Times::At(vec![0.0, 1.0]);
    assert_eq!(
        results(&network, &small(1)).unstable,
        None,
        "a finite list always ends"
    );
    let full = station(1.0, exponential(1.0), 1);
    assert!(results(&full, &small(1)).unstable.is_some(), "exactly full");
    let clockwork = |mean| Times::Renewal {
        interarrival: Distribution::Fixed(mean),
        calendar: None,
    };
    let mut regular = station(1.0, Distribution::Fixed(1.0), 1);
    regular.arrivals[0].times = clockwork(1.0);
    assert_eq!(
        results(&regular, &small(1)).unstable,
        None,
        "like clockwork"
    );
    // 0.75 visits' worth of rework: 0.8 / 0.7 is too much.
    let again = rework(0.8, by(0, exponential(1.0)), 0.3);
    let found = results(&again, &small(1)).unstable.expect("unstable");
    assert!(
        (found.demand_per_hour - 0.8 / 0.7).abs() < 0.05,
        "{found:?}"
    );
    let lost = crate::networks::station_with_room(3.0, exponential(1.0), 1, 4);
    assert_eq!(
        results(&lost, &small(1)).unstable,
        None,
        "who finds it full leaves"
    );
}

#[test]
fn work_that_several_can_do_is_shared_before_anybody_is_overloaded() {
    let share = |rate: f64| {
        let demand = Demand::OneOf(
            [0, 1]
                .map(|resource| Candidate {
                    resource: ResourceId(resource),
                    units: 1,
                    duration: exponential(1.0),
                })
                .to_vec(),
        );
        let nodes = vec![
            task("any", demand, 1),
            task("only", by(0, exponential(2.0)), 2),
            end("done"),
        ];
        let network = model(
            vec![pool("a", 1), pool("b", 1)],
            nodes,
            vec![poisson(rate, 0)],
        );
        results(&network, &small(1)).unstable
    };
    assert_eq!(share(1.2), None, "1.8 of 2");
    let found = share(1.5).expect("2.25 of 2");
    assert!((found.demand_per_hour - 1.125).abs() < 0.02, "{found:?}");
}

#[test]
fn a_run_can_be_stopped_and_says_how_far_it_was() {
    let network = station(0.8, exponential(1.0), 1);
    let calls = AtomicU32::new(0);
    let after = |stop: Stop| {
        let calls = &calls;
        move |_| {
            if calls.fetch_add(1, Ordering::Relaxed) < 5 {
                ControlFlow::Continue(())
            } else {
                ControlFlow::Break(stop)
            }
        }
    };
    let long = fixed(100_000, 50);
    let stopped = run(&network, &long, &after(Stop::Cancelled)).expect_err("cancelled");
    assert!(
        matches!(stopped, Error::Cancelled { tasks } if tasks > 0 && tasks < 200_000),
        "{stopped:?}"
    );
    calls.store(0, Ordering::Relaxed);
    let stopped = run(&network, &long, &after(Stop::OutOfTime)).expect_err("out of time");
    assert!(
        matches!(
            stopped,
            Error::OutOfTime {
                replications: 0,
                ..
            }
        ),
        "{stopped:?}"
    );
}

#[test]
fn progress_only_grows_and_reaches_the_end() {
    let last = std::sync::Mutex::new((0, 0));
    let watch = |progress: discrete_event::Progress| {
        let mut last = last.lock().expect("no panic");
        assert!(progress.tasks >= last.0 && progress.replications_done >= last.1);
        assert!(progress.replications_done <= progress.replications_planned);
        *last = (progress.tasks, progress.replications_done);
        ControlFlow::Continue(())
    };
    let mut experiment = fixed(10_000, 6);
    experiment.threads = 1;
    run(&station(0.8, exponential(1.0), 1), &experiment, &watch).expect("valid");
    let (tasks, done) = *last.lock().expect("no panic");
    assert!(
        tasks >= 60_000 && done == 5,
        "{tasks} tasks, {done} done before the last was told"
    );
}

#[test]
fn budgets_are_kept() {
    let mut experiment = small(2);
    experiment.budget = Budget {
        max_tasks: 1_000,
        ..Budget::default()
    };
    let network = station(0.8, exponential(1.0), 1);
    let error = run(&network, &experiment, &unlimited).expect_err("too much");
    assert!(
        matches!(
            error,
            Error::BudgetExhausted {
                max_tasks: 1_000,
                ..
            }
        ),
        "{error:?}"
    );
    let mut endless = rework(0.4, crate::networks::alone(exponential(1.0)), 0.0);
    if let NodeKind::Choice(choice) = &mut endless.nodes[1].kind {
        choice.fixed = vec![Some(0)];
    }
    endless.arrivals[0].profiles = discrete_event::Profiles::Drawn(0..1);
    let error = run(&endless, &small(2), &unlimited).expect_err("endless");
    assert!(
        matches!(
            &error,
            Error::EndlessCase {
                max_steps: 100_000,
                ..
            }
        ),
        "{error:?}"
    );
    let mut late = small(1);
    late.length = Length::Until(1e-9);
    late.warm_up = WarmUp::None;
    assert_eq!(
        run(&network, &late, &unlimited),
        Err(Error::NothingMeasured)
    );
}

#[test]
fn every_problem_is_named_at_once() {
    let mut network = station(0.8, Distribution::Exponential { mean: -1.0 }, 0);
    network.arrivals[0].start = NodeId(9);
    network.arrivals.push(network.arrivals[0].clone());
    let NodeKind::Task(work) = &mut network.nodes[0].kind else {
        panic!("a task")
    };
    work.fixed_cost = f64::NAN;
    work.next = NodeId(7);
    work.batch = Some(Batch {
        size: 0,
        max_wait: Some(-1.0),
    });
    let experiment = Experiment {
        replications: Replications::Fixed(1),
        confidence: 1.0,
        threads: 0,
        thresholds: vec![f64::INFINITY],
        ..Experiment::default()
    };
    let Err(Error::Invalid(problems)) = run(&network, &experiment, &unlimited) else {
        panic!("accepted")
    };
    let paths: Vec<&str> = problems
        .iter()
        .map(|problem: &Problem| problem.path.as_str())
        .collect();
    let expected = [
        "resources.0.amount",
        "arrivals.0.start",
        "arrivals.1.start",
        "arrivals.1.name",
        "nodes.0.ways.0",
        "nodes.0.candidates.0.units",
        "nodes.0.candidates.0.duration.mean",
        "nodes.0.batch.size",
        "nodes.0.batch.max_wait",
        "nodes.0.fixed_cost",
        "replications",
        "confidence",
        "thresholds.0",
        "threads",
    ];
    assert_eq!(paths, expected);
    let mut stuck = rework(1.0, by(0, exponential(2.0)), 0.5);
    stuck.nodes[1].kind = ways(&[(1.0, 0)]);
    let Err(Error::Invalid(problems)) = run(&stuck, &small(1), &unlimited) else {
        panic!("accepted")
    };
    assert_eq!(
        problems[0].to_string(),
        "nodes.0: No way leads from \"work\" to an end."
    );
    let valid = station(0.5, exponential(1.0), 1);
    let Err(Error::Invalid(problems)) =
        compare(&valid, &[valid.clone(), stuck], &small(1), &unlimited)
    else {
        panic!("accepted")
    };
    assert_eq!(problems[0].path, "variants.1.nodes.0");
}
