//! What steps cost, by the prices of the request.

use super::case::{Case, approvers};
use super::net::Net;
use super::request::BacktestAssumptions;
use super::walk::{Path, Visit};

/// Costs are summed in ten-thousandths of the unit, so that their order is nothing.
pub(super) const PARTS: f64 = 10_000.0;
const MILLIS_PER_HOUR: f64 = 3_600_000.0;

/// The cost of one path, in ten-thousandths, and how many of its steps have no price.
pub(super) fn of_path(
    prices: &BacktestAssumptions,
    net: &Net,
    path: &Path,
    case: &Case<'_>,
) -> (i64, u64) {
    let mut total = 0_i64;
    let mut without = 0;
    for visit in &path.visits {
        let node = &net.nodes[visit.node];
        if !visit.ran || !node.is_recorded {
            continue;
        }
        match of_visit(prices, net, visit, case) {
            Some(cost) => total = total.saturating_add(cost),
            None => without += 1,
        }
    }
    (total, without)
}

fn of_visit(
    prices: &BacktestAssumptions,
    net: &Net,
    visit: &Visit,
    case: &Case<'_>,
) -> Option<i64> {
    let node = &net.nodes[visit.node];
    let actor = visit.run.and_then(|run| case.trace.runs[run].actor);
    let asked = approvers(node, &case.trace, visit);
    let names = std::iter::once(node.name.as_str())
        .chain(actor)
        .chain(asked.iter().map(String::as_str))
        .chain(std::iter::once(node.action.as_str()));
    let hourly = names
        .into_iter()
        .find_map(|name| prices.cost_per_hour.get(name));
    let each = [&node.name, &node.action]
        .into_iter()
        .find_map(|name| prices.cost_per_run.get(name));
    if hourly.is_none() && each.is_none() {
        return None;
    }
    #[expect(clippy::cast_precision_loss, reason = "durations are below 2^53 ms")]
    let hours = (visit.end - visit.start) as f64 / MILLIS_PER_HOUR;
    let cost = hourly.map_or(0.0, |rate| rate * hours) + each.unwrap_or(&0.0);
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a cast saturates, and prices are bounded"
    )]
    let parts = (cost * PARTS).round() as i64;
    Some(parts)
}

/// In the unit of the prices.
pub(super) fn in_units(parts: i64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "16 digits are enough of a cost")]
    let parts = parts as f64;
    parts / PARTS
}
