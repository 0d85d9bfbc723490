//! How work that several resources can do is best shared.

/// The work of a task that comes in a second, as (resource, unit-seconds if it did all of it).
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Load {
    pub(super) work: Vec<(usize, f64)>,
}

const SLICES: u32 = 100;
const ROUNDS: u32 = 30;

/// The utilisation of each resource when the work is shared so that the busiest is as little busy as
/// can be: each task in turn takes its work back and pours it, slice by slice, where the utilisation
/// is lowest (coordinate descent), until that settles. A resource that can do nothing and must is
/// infinitely busy.
pub(super) fn utilisations(loads: &[Load], capacities: &[f64]) -> Vec<f64> {
    let mut used = vec![0.0; capacities.len()];
    let mut shares: Vec<Vec<f64>> = loads
        .iter()
        .map(|load| vec![0.0; load.work.len()])
        .collect();
    let (alone, shared): (Vec<usize>, Vec<usize>) =
        (0..loads.len()).partition(|index| loads[*index].work.len() == 1);
    for index in alone {
        for (resource, work) in &loads[index].work {
            used[*resource] += work;
        }
    }
    for _ in 0..ROUNDS {
        for index in &shared {
            pour(&loads[*index], &mut shares[*index], &mut used, capacities);
        }
    }
    used.iter()
        .zip(capacities)
        .map(|(used, capacity)| if *used > 0.0 { used / capacity } else { 0.0 })
        .collect()
}

fn pour(load: &Load, shares: &mut [f64], used: &mut [f64], capacities: &[f64]) {
    for ((resource, work), share) in load.work.iter().zip(shares.iter_mut()) {
        used[*resource] -= work * *share;
        *share = 0.0;
    }
    let slice = 1.0 / f64::from(SLICES);
    for _ in 0..SLICES {
        let busy = |(resource, work): &(usize, f64)| {
            (used[*resource] + work * slice) / capacities[*resource]
        };
        let least = (0..load.work.len())
            .min_by(|a, b| busy(&load.work[*a]).total_cmp(&busy(&load.work[*b])));
        if let Some(least) = least {
            let (resource, work) = load.work[least];
            used[resource] += work * slice;
            shares[least] += slice;
        }
    }
}
