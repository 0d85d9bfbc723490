//! Networks whose answers are known in closed form, and how to run them.

use std::ops::ControlFlow;

use chrono::{DateTime, Utc};
use discrete_event::{
    Arrival, Candidate, Capacity, Choice, Demand, Distribution, Experiment, Goal, Join, JoinRule,
    Length, Model, Node, NodeId, NodeKind, Profiles, Progress, Replications, Resource, ResourceId,
    Results, Stop, Task, Times, WarmUp, Way, run,
};

pub(crate) fn exponential(rate: f64) -> Distribution {
    Distribution::Exponential { mean: 1.0 / rate }
}

pub(crate) fn poisson(rate: f64, start: u32) -> Arrival {
    Arrival {
        name: format!("to {start}"),
        times: Times::Renewal {
            interarrival: exponential(rate),
            calendar: None,
        },
        start: NodeId(start),
        priority: 0,
        profiles: Profiles::None,
    }
}

pub(crate) fn pool(name: &str, amount: u32) -> Resource {
    Resource {
        name: name.to_owned(),
        amount,
        calendar: None,
        absences: Vec::new(),
        cost_per_hour: 36.0,
    }
}

pub(crate) fn plain(demand: Demand, next: u32) -> Task {
    Task {
        demand,
        priority: None,
        batch: None,
        capacity: None,
        failure: None,
        timeout: None,
        fixed_cost: 0.0,
        next: NodeId(next),
    }
}

pub(crate) fn by(resource: u32, duration: Distribution) -> Demand {
    Demand::OneOf(vec![Candidate {
        resource: ResourceId(resource),
        units: 1,
        duration,
    }])
}

pub(crate) fn alone(duration: Distribution) -> Demand {
    Demand::Unattended {
        duration,
        calendar: None,
    }
}

pub(crate) fn node(name: &str, kind: NodeKind) -> Node {
    Node {
        name: name.to_owned(),
        kind,
    }
}

pub(crate) fn task(name: &str, demand: Demand, next: u32) -> Node {
    node(name, NodeKind::Task(plain(demand, next)))
}

pub(crate) fn end(outcome: &str) -> Node {
    let outcome = outcome.to_owned();
    node("end", NodeKind::End { outcome })
}

pub(crate) fn model(resources: Vec<Resource>, nodes: Vec<Node>, arrivals: Vec<Arrival>) -> Model {
    Model {
        origin: DateTime::<Utc>::from_timestamp(1_767_571_200, 0).expect("a Monday"), // 2026-01-05
        calendars: Vec::new(),
        resources,
        nodes,
        arrivals,
    }
}

/// One task at one pool.
pub(crate) fn station(rate: f64, service: Distribution, units: u32) -> Model {
    let nodes = vec![task("work", by(0, service), 1), end("done")];
    model(vec![pool("pool", units)], nodes, vec![poisson(rate, 0)])
}

/// One task that holds at most `room` cases.
pub(crate) fn station_with_room(rate: f64, service: Distribution, units: u32, room: u32) -> Model {
    let mut model = station(rate, service, units);
    if let NodeKind::Task(task) = &mut model.nodes[0].kind {
        task.capacity = Some(Capacity {
            limit: room,
            when_full: NodeId(2),
        });
    }
    model.nodes.push(end("turned away"));
    model
}

pub(crate) fn tandem(rate: f64, services: &[f64]) -> Model {
    let mut nodes: Vec<Node> = (0u32..)
        .zip(services)
        .map(|(i, service)| task(&format!("work {i}"), by(i, exponential(*service)), i + 1))
        .collect();
    nodes.push(end("done"));
    let pools = (0..services.len()).map(|i| pool(&format!("pool {i}"), 1));
    model(pools.collect(), nodes, vec![poisson(rate, 0)])
}

pub(crate) fn ways(ways: &[(f64, u32)]) -> NodeKind {
    NodeKind::Choice(Choice {
        ways: ways
            .iter()
            .map(|(probability, to)| Way {
                probability: *probability,
                to: NodeId(*to),
            })
            .collect(),
        fixed: Vec::new(),
    })
}

/// Work, and again with probability `again`.
pub(crate) fn rework(rate: f64, demand: Demand, again: f64) -> Model {
    let nodes = vec![
        task("work", demand, 1),
        node("good?", ways(&[(again, 0), (1.0 - again, 2)])),
        end("done"),
    ];
    model(vec![pool("pool", 1)], nodes, vec![poisson(rate, 0)])
}

/// Two kinds of cases at one unit, the first preferred.
pub(crate) fn two_priorities(rates: [f64; 2], service: f64) -> Model {
    let nodes = vec![
        task("first", by(0, exponential(service)), 2),
        task("second", by(0, exponential(service)), 2),
        end("done"),
    ];
    let mut arrivals: Vec<Arrival> = (0u32..)
        .zip(rates)
        .map(|(i, rate)| poisson(rate, i))
        .collect();
    arrivals[1].priority = 1;
    model(vec![pool("pool", 1)], nodes, arrivals)
}

/// Ways side by side, each of one task that waits for nobody.
pub(crate) fn side_by_side(durations: &[Distribution]) -> Model {
    let count = u32::try_from(durations.len()).expect("few");
    let mut nodes = vec![node(
        "fork",
        NodeKind::Fork((1..=count).map(NodeId).collect()),
    )];
    for (i, duration) in (0u32..).zip(durations) {
        nodes.push(task(
            &format!("way {i}"),
            alone(duration.clone()),
            count + 1,
        ));
    }
    nodes.push(node(
        "join",
        NodeKind::Join(Join {
            rule: JoinRule::All,
            next: NodeId(count + 2),
        }),
    ));
    nodes.push(end("done"));
    model(Vec::new(), nodes, vec![poisson(1.0, 0)])
}

/// Tasks one after another that wait for nobody.
pub(crate) fn in_sequence(durations: &[Distribution]) -> Model {
    let mut nodes: Vec<Node> = (0u32..)
        .zip(durations)
        .map(|(i, duration)| task(&format!("step {i}"), alone(duration.clone()), i + 1))
        .collect();
    nodes.push(end("done"));
    model(Vec::new(), nodes, vec![poisson(1.0, 0)])
}

/// One of two tasks that wait for nobody.
pub(crate) fn either(probability: f64, first: Distribution, second: Distribution) -> Model {
    let nodes = vec![
        node("which", ways(&[(probability, 1), (1.0 - probability, 2)])),
        task("first", alone(first), 3),
        task("second", alone(second), 3),
        end("done"),
    ];
    model(Vec::new(), nodes, vec![poisson(1.0, 0)])
}

/// Replications of so many cases until the 99.9 % interval of the goal is this narrow.
pub(crate) fn precise(goal: Goal, relative_half_width: f64, cases: u64) -> Experiment {
    let mut experiment = fixed(cases, 2);
    experiment.replications = Replications::Precision {
        goal,
        relative_half_width,
        min: 20,
        max: 4000,
    };
    experiment
}

/// A fixed number of replications of so many cases after a tenth as many to warm up.
pub(crate) fn fixed(cases: u64, replications: u32) -> Experiment {
    let mut experiment = Experiment {
        seed: 20_261_123,
        length: Length::Cases(cases),
        warm_up: WarmUp::Cases(cases / 10),
        replications: Replications::Fixed(replications),
        confidence: 0.999,
        threads: 2,
        ..Experiment::default()
    };
    experiment.budget.max_tasks = u64::MAX;
    experiment
}

pub(crate) fn unlimited(_: Progress) -> ControlFlow<Stop> {
    ControlFlow::Continue(())
}

pub(crate) fn results(model: &Model, experiment: &Experiment) -> Results {
    run(model, experiment, &unlimited).expect("a valid model")
}
