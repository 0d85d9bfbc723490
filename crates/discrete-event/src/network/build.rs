//! Makes a network of a model that has passed the checks.

use super::{
    DemandPlace, Edge, FailurePlace, Graph, JoinPlace, NONE, Network, Place, PlaceKind, Pool,
    Server, Stream, StreamTimes, TaskPlace, TimeoutPlace,
};
use crate::calendar::WorkingTime;
use crate::distribution::Sampler;
use crate::model::{
    Arrival, CalendarId, Choice, Demand, Model, Node, NodeKind, Profiles, Task, Times,
};

impl Network {
    /// The model must have passed the checks.
    pub(crate) fn new(model: &Model) -> Self {
        let graph = Graph::new(model);
        let (counters, counted) = graph.counters(model);
        let (pools, hours) = pools(model);
        let mut network = Self {
            places: Vec::with_capacity(model.nodes.len()),
            tasks: Vec::new(),
            servers: Vec::new(),
            joins: Vec::new(),
            pools,
            streams: Vec::new(),
            outcomes: Vec::new(),
            hours,
            classes: 0,
            join_slots: 0,
            counted,
        };
        let priorities = priorities(model);
        network.classes = index(priorities.len());
        for (node, (spec, counter)) in model.nodes.iter().zip(counters).enumerate() {
            let out = &graph.out[node];
            let kind = match &spec.kind {
                NodeKind::Task(task) => network.task(index(node), task, out, &priorities),
                NodeKind::Choice(choice) => choice_place(choice, out),
                NodeKind::Fork(_) => PlaceKind::Fork(out.as_slice().into()),
                NodeKind::Join(join) => {
                    let slots = graph.sources[node].len();
                    network.joins.push(JoinPlace {
                        rule: join.rule,
                        next: first(out),
                        first_slot: network.join_slots,
                        slots,
                        reach: graph.reach(index(node)),
                    });
                    network.join_slots += slots;
                    PlaceKind::Join(index(network.joins.len() - 1))
                }
                NodeKind::End { outcome } => network.end(outcome),
            };
            network.places.push(Place { kind, counter });
        }
        let streams = model.arrivals.iter().zip(&graph.starts);
        network.streams = streams
            .map(|(arrival, start)| stream(arrival, *start, &priorities))
            .collect();
        network
    }

    fn task(&mut self, node: u32, task: &Task, out: &[Edge], priorities: &[i32]) -> PlaceKind {
        let mut out = out.iter().copied();
        let mut way = |wanted: bool| if wanted { out.next() } else { None };
        let nowhere = Edge {
            node: NONE,
            slot: NONE,
        };
        let next = way(true).unwrap_or(nowhere);
        let when_full = way(task.capacity.is_some()).unwrap_or(nowhere);
        let on_failure = way(task.failure.is_some()).unwrap_or(nowhere);
        let on_timeout = way(task.timeout.is_some()).unwrap_or(nowhere);
        let demand = self.demand(&task.demand);
        self.tasks.push(TaskPlace {
            node,
            demand,
            class: task.priority.map(|priority| class(priorities, priority)),
            batch: task.batch,
            capacity: task.capacity.map_or(NONE, |capacity| capacity.limit),
            when_full,
            failure: task.failure.as_ref().map(|failure| FailurePlace {
                probability: failure.probability,
                max_retries: failure.max_retries,
                retry_delay: Sampler::new(&failure.retry_delay),
                on_failure,
            }),
            timeout: task.timeout.map(|timeout| TimeoutPlace {
                seconds: timeout.seconds,
                hours: hours(timeout.calendar),
                on_timeout,
            }),
            fixed_cost: task.fixed_cost,
            next,
        });
        PlaceKind::Task(index(self.tasks.len() - 1))
    }

    fn demand(&mut self, demand: &Demand) -> DemandPlace {
        match demand {
            Demand::Unattended { duration, calendar } => DemandPlace::Unattended {
                duration: Sampler::new(duration),
                hours: hours(*calendar),
            },
            Demand::OneOf(candidates) => {
                let first = index(self.servers.len());
                self.servers
                    .extend(candidates.iter().map(|candidate| Server {
                        pool: candidate.resource.0,
                        units: candidate.units,
                        duration: Sampler::new(&candidate.duration),
                    }));
                let end = index(self.servers.len());
                DemandPlace::OneOf { first, end }
            }
        }
    }

    fn end(&mut self, outcome: &str) -> PlaceKind {
        let known = self.outcomes.iter().position(|known| known == outcome);
        PlaceKind::End(index(known.unwrap_or_else(|| {
            self.outcomes.push(outcome.to_owned());
            self.outcomes.len() - 1
        })))
    }
}

fn choice_place(choice: &Choice, out: &[Edge]) -> PlaceKind {
    let sums = choice.ways.iter().scan(0.0, |sum, way| {
        *sum += way.probability;
        Some(*sum)
    });
    PlaceKind::Choice {
        cumulative: sums.collect(),
        ways: out.into(),
        fixed: choice.fixed.iter().map(|way| way.unwrap_or(NONE)).collect(),
    }
}

impl Stream {
    /// The same with cases at these times.
    pub(crate) fn at(&self, times: Vec<f64>, profiles: Profiles) -> Self {
        Self {
            times: StreamTimes::At(times.into()),
            start: self.start,
            class: self.class,
            profiles,
        }
    }
}

fn stream(arrival: &Arrival, start: Edge, priorities: &[i32]) -> Stream {
    Stream {
        times: match &arrival.times {
            Times::Renewal {
                interarrival,
                calendar,
            } => StreamTimes::Renewal {
                interarrival: Sampler::new(interarrival),
                hours: hours(*calendar),
            },
            Times::At(times) => StreamTimes::At(times.as_slice().into()),
        },
        start,
        class: class(priorities, arrival.priority),
        profiles: arrival.profiles.clone(),
    }
}

/// The pools, and the working times of calendars and then of pools with absences.
fn pools(model: &Model) -> (Vec<Pool>, Vec<WorkingTime>) {
    let calendars = model.calendars.iter();
    let mut all: Vec<WorkingTime> = calendars
        .map(|calendar| WorkingTime::new(Some(calendar), model.origin, &[]))
        .collect();
    let pools = model.resources.iter().map(|resource| Pool {
        amount: resource.amount,
        hours: if resource.absences.is_empty() {
            hours(resource.calendar)
        } else {
            let calendar = resource
                .calendar
                .and_then(|id| model.calendars.get(id.0 as usize));
            all.push(WorkingTime::new(calendar, model.origin, &resource.absences));
            index(all.len() - 1)
        },
        cost_per_second: resource.cost_per_hour / 3600.0,
    });
    (pools.collect(), all)
}

fn priorities(model: &Model) -> Vec<i32> {
    let tasks = model.nodes.iter().filter_map(Node::as_task);
    let of_nodes = tasks.filter_map(|task| task.priority);
    let of_cases = model.arrivals.iter().map(|arrival| arrival.priority);
    let mut all: Vec<i32> = of_nodes.chain(of_cases).collect();
    all.sort_unstable();
    all.dedup();
    all
}

fn class(priorities: &[i32], priority: i32) -> u32 {
    index(priorities.partition_point(|known| *known < priority))
}

fn hours(calendar: Option<CalendarId>) -> u32 {
    calendar.map_or(NONE, |id| id.0)
}

fn first(out: &[Edge]) -> Edge {
    out.first().copied().unwrap_or(Edge {
        node: NONE,
        slot: NONE,
    })
}

/// The checks refuse models too large for this.
fn index(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(NONE)
}
