//! Whether more work comes than can be done.

mod balance;

use super::meter::Meter;
use crate::calendar::{Calendar, WorkingTime};
use crate::engine::{Engine, Settings};
use crate::error::Error;
use crate::experiment::{Experiment, Length};
use crate::model::{CalendarId, Demand, JoinRule, Model, Node, NodeKind, Task, Times};
use crate::network::{Network, Stream};
use crate::results::{Evidence, Unstable};
use crate::statistics::{Judge, Replication};
use balance::{Load, utilisations};

/// Cases that find out how often a case visits each task, in so many groups, whose differences
/// tell how exact that is.
const GROUPS: u32 = 10;
const CASES_OF_GROUP: u64 = 400;

/// Long enough for the seasons of a calendar.
const YEAR: f64 = 52.0 * 7.0 * 86_400.0;

/// How sure a verdict must be.
const CONFIDENCE: f64 = 0.999;

/// The resource that more work comes to than it can do, by the traffic equations: λ · visits · mean
/// work ÷ units ≥ the open share of its time (Kleinrock, *Queueing Systems* 1, section 4.8; the
/// utilisation law of operational analysis).
///
/// How often a case visits a task is a matter of routes alone, however long the queues. So cases are
/// sent through the network without queues and counted, which is right for joins and for data that
/// decide several choices alike, where linear equations are not. Tasks that turn cases away or let
/// them go after a while limit their own queue and are left out. What is too close to call is
/// left to [`growth`]; finite lists of arrivals always end and are not judged.
pub(super) fn overload(
    model: &Model,
    experiment: &Experiment,
    meter: &Meter<'_>,
) -> Result<Option<Unstable>, Error> {
    let tasks: Vec<&Task> = model.nodes.iter().filter_map(Node::as_task).collect();
    let mut rates = vec![vec![0.0; tasks.len()]; GROUPS as usize];
    let mut random = false;
    let mut network = without_queues(model);
    let streams = std::mem::take(&mut network.streams);
    for (arrival, stream) in model.arrivals.iter().zip(&streams) {
        let Times::Renewal {
            interarrival,
            calendar,
        } = &arrival.times
        else {
            continue;
        };
        random |= interarrival.variance() > 0.0;
        let per_second = open_share(model, *calendar) / interarrival.mean();
        let groups = visits(&mut network, stream, model, experiment, meter)?;
        for (rates, group) in rates.iter_mut().zip(groups) {
            for (rate, task) in rates.iter_mut().zip(&group.tasks) {
                *rate += per_second * float(task.attempts) / float(group.cases.max(1));
            }
        }
    }
    let capacities: Vec<f64> = model
        .resources
        .iter()
        .map(|resource| open_share(model, resource.calendar) * f64::from(resource.amount))
        .collect();
    let groups: Vec<Vec<f64>> = rates
        .iter()
        .map(|rates| utilisations(&loads(&tasks, rates), &capacities))
        .collect();
    Ok(worst(model, &groups, &capacities, random))
}

fn worst(model: &Model, groups: &[Vec<f64>], capacities: &[f64], random: bool) -> Option<Unstable> {
    let judge = Judge::new(CONFIDENCE, groups.len());
    // Exactly full is too full, unless everything comes like clockwork.
    let full = if random { 1.0 - 1e-9 } else { 1.0 + 1e-9 };
    let mut worst: Option<(usize, f64)> = None;
    for index in 0..capacities.len() {
        let utilisation = judge.mean(groups.iter().map(|group| group[index]));
        let above = worst.is_none_or(|(_, most)| utilisation.value > most);
        if utilisation.low >= full && above {
            worst = Some((index, utilisation.value));
        }
    }
    let (index, utilisation) = worst?;
    Some(Unstable {
        resource: model.resources.get(index)?.name.clone(),
        demand_per_hour: utilisation * capacities.get(index)?,
        capacity_per_hour: *capacities.get(index)?,
        evidence: Evidence::Traffic,
    })
}

/// A network without queues, limits and calendars: what happens in it is a matter of routes alone.
fn without_queues(model: &Model) -> Network {
    let mut free = model.clone();
    for task in free.nodes.iter_mut().filter_map(Node::as_task_mut) {
        task.capacity = None;
        task.timeout = None;
        task.batch = None;
        if let Demand::OneOf(candidates) = &task.demand
            && let Some(first) = candidates.first()
        {
            task.demand = Demand::Unattended {
                duration: first.duration.clone(),
                calendar: None,
            };
        }
    }
    Network::new(&free)
}

/// Counts the attempts at each task of cases of one stream.
fn visits(
    network: &mut Network,
    stream: &Stream,
    model: &Model,
    experiment: &Experiment,
    meter: &Meter<'_>,
) -> Result<Vec<Replication>, Error> {
    let (profiles, count) = stream.profiles.in_order();
    let count = count.max(1);
    let random = routes_are_random(model);
    let cases = if random {
        CASES_OF_GROUP.div_ceil(count) * count
    } else {
        count
    };
    // Without chance one group is as good as ten.
    let groups = if random { GROUPS } else { 1 };
    network.streams = vec![stream.at((0..cases).map(float).collect(), profiles)];
    let mut engine = Engine::new(network);
    let settings = Settings {
        seed: experiment.seed,
        length: Length::Cases(cases),
        warm_up: 0,
        thresholds: Vec::new(),
        max_steps: experiment.budget.max_steps_per_case,
    };
    let visits = (0..groups).map(|group| engine.run(group, &settings, meter));
    let visits = visits.collect::<Result<Vec<Replication>, _>>();
    let visits = visits.map_err(|halt| meter.error(halt, model))?;
    Ok(visits.into_iter().cycle().take(GROUPS as usize).collect())
}

/// Whether two cases of one profile can go different ways.
fn routes_are_random(model: &Model) -> bool {
    model.nodes.iter().any(|node| match &node.kind {
        NodeKind::Task(task) => task.failure.is_some(),
        NodeKind::Choice(choice) => choice.ways.len() > 1,
        NodeKind::Join(join) => join.rule != JoinRule::All,
        NodeKind::Fork(_) | NodeKind::End { .. } => false,
    })
}

/// The work that comes to each task in a second, if all of it were done by one candidate.
fn loads(tasks: &[&Task], rates: &[f64]) -> Vec<Load> {
    let mut loads = Vec::new();
    for (task, rate) in tasks.iter().zip(rates) {
        let Demand::OneOf(candidates) = &task.demand else {
            continue;
        };
        if task.capacity.is_some() || task.timeout.is_some() {
            continue;
        }
        let together = task.batch.map_or(1.0, |batch| f64::from(batch.size));
        loads.push(Load {
            work: candidates
                .iter()
                .map(|candidate| {
                    let work = candidate.duration.mean() * f64::from(candidate.units);
                    (candidate.resource.0 as usize, rate * work / together)
                })
                .collect(),
        });
    }
    loads
}

/// The resource at which cases pile up, if those in progress kept growing in the second half of the
/// measured time, by more than one in a hundred that came, and it was busy all the time.
pub(super) fn growth(model: &Model, all: &[Replication]) -> Option<Unstable> {
    let endless = model.arrivals.iter().any(|arrival| match arrival.times {
        Times::Renewal { .. } => true,
        Times::At(_) => false,
    });
    let judge = Judge::new(CONFIDENCE, all.len());
    let grown = judge.ratio(all.iter().map(|one| {
        let growth = &one.growth;
        (
            float(growth.at_end) - float(growth.at_half),
            float(growth.arrived_at_end.saturating_sub(growth.arrived_at_half)),
        )
    }));
    if !endless || grown.low <= 0.01 {
        return None;
    }
    let busiest = (0..model.resources.len())
        .map(|index| {
            let pools = all.iter().filter_map(|one| one.pools.get(index));
            let sum = pools.fold((0.0, 0.0), |sum, pool| {
                (sum.0 + pool.busy, sum.1 + pool.available)
            });
            let seconds: f64 = all.iter().map(|one| one.seconds).sum();
            (index, sum.0 / sum.1, sum.1 / seconds)
        })
        .filter(|(_, utilisation, _)| *utilisation > 0.97)
        .max_by(|a, b| a.1.total_cmp(&b.1));
    let (index, _, capacity) = busiest?;
    Some(Unstable {
        resource: model.resources.get(index)?.name.clone(),
        demand_per_hour: capacity / (1.0 - grown.value).max(f64::EPSILON),
        capacity_per_hour: capacity,
        evidence: Evidence::Growth,
    })
}

fn open_share(model: &Model, calendar: Option<CalendarId>) -> f64 {
    let calendar: Option<&Calendar> = calendar.and_then(|id| model.calendars.get(id.0 as usize));
    match calendar {
        Some(calendar) => {
            WorkingTime::new(Some(calendar), model.origin, &[]).worked_between(0.0, YEAR) / YEAR
        }
        None => 1.0,
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
fn float(count: u64) -> f64 {
    count as f64
}
