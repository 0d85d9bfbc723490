//! Memory follows what is in progress, however many cases pass.

use chrono::DateTime;

use super::{Engine, Settings, Watch};
use crate::distribution::Distribution;
use crate::experiment::Length;
use crate::model::{
    Arrival, Candidate, Demand, Model, Node, NodeId, NodeKind, Profiles, Resource, ResourceId,
    Task, Timeout, Times,
};
use crate::network::Network;

struct GoOn;

impl Watch for GoOn {
    fn tell(&self, _: u64, _: u64) -> bool {
        true
    }
}

/// One task that the first of two pools, never free, would do rather than the second, with a timeout
/// that never comes.
fn network() -> Model {
    let candidate = |resource, duration| Candidate {
        resource: ResourceId(resource),
        units: 1,
        duration: Distribution::Fixed(duration),
    };
    let pool = |name: &str| Resource {
        name: name.to_owned(),
        amount: 1,
        calendar: None,
        absences: Vec::new(),
        cost_per_hour: 0.0,
    };
    let task = Task {
        demand: Demand::OneOf(vec![candidate(0, 1e9), candidate(1, 0.5)]),
        priority: None,
        batch: None,
        capacity: None,
        failure: None,
        timeout: Some(Timeout {
            seconds: 1e8,
            calendar: None,
            on_timeout: NodeId(1),
        }),
        fixed_cost: 0.0,
        next: NodeId(1),
    };
    let node = |name: &str, kind| Node {
        name: name.to_owned(),
        kind,
    };
    let outcome = "done".to_owned();
    Model {
        origin: DateTime::UNIX_EPOCH,
        calendars: Vec::new(),
        resources: vec![pool("busy"), pool("free")],
        nodes: vec![
            node("work", NodeKind::Task(task)),
            node("end", NodeKind::End { outcome }),
        ],
        arrivals: vec![Arrival {
            name: "all".to_owned(),
            times: Times::Renewal {
                interarrival: Distribution::Exponential { mean: 1.0 },
                calendar: None,
            },
            start: NodeId(0),
            priority: 0,
            profiles: Profiles::None,
        }],
    }
}

#[test]
fn memory_follows_what_is_in_progress() {
    let network = Network::new(&network());
    let mut engine = Engine::new(&network);
    let settings = Settings {
        seed: 1,
        length: Length::Until(100_000.0),
        warm_up: 1,
        thresholds: Vec::new(),
        max_steps: 1_000,
    };
    let done = engine.run(0, &settings, &GoOn).unwrap();
    assert!(done.cases > 99_000);
    assert!(engine.cases.len() < 50, "{} cases", engine.cases.len());
    assert!(engine.tokens.len() < 50, "{} tokens", engine.tokens.len());
    assert!(
        engine.events.len() < 3_000,
        "{} events",
        engine.events.len()
    );
    assert!(
        engine.queues.iter().all(|queue| queue.len() < 200),
        "entries of those served elsewhere"
    );
}
