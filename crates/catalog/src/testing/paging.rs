//! Orders and pages a list in memory, as [`kernel::Ordering`] and [`kernel::Page`] say.

use crate::{Action, ActionOrder};
use kernel::{
    Count, Cursor, CursorKey, Direction, Ordering, Page, PageRef, PageRequest, to_millis,
};
use std::cmp;

/// The page of `items` that is asked for.
pub(super) fn page(
    mut items: Vec<Action>,
    ordering: &Ordering<ActionOrder>,
    request: &PageRequest,
) -> Page<Action> {
    items.sort_by(|a, b| compare(ordering, a, b));
    let (total, size) = (items.len(), request.size as usize);
    let last = total.div_ceil(size).max(1);
    let (skipped, number) = match &request.at {
        PageRef::Number(number) => {
            let before = usize::try_from(number.saturating_sub(1)).unwrap_or(usize::MAX);
            (before.saturating_mul(size), Some(*number))
        }
        PageRef::Last => ((last - 1) * size, u64::try_from(last).ok()),
        PageRef::Start => (0, None),
        // The item that the cursor was made of may have moved, but its id is enough here: nothing
        // in memory changes between the pages of a test.
        PageRef::After(cursor) => {
            let seen = items.iter().position(|action| action.id.0 == cursor.id);
            (seen.map_or(total, |index| index + 1), None)
        }
    };
    let items: Vec<Action> = items.into_iter().skip(skipped).take(size).collect();
    let has_next = !items.is_empty() && skipped + items.len() < total;
    let next = items
        .last()
        .filter(|_| has_next)
        .and_then(|action| cursor(ordering, action));
    let total = Count::Exact(i64::try_from(total).unwrap_or(i64::MAX));
    Page {
        items,
        count: request.count.then_some(total),
        number,
        has_next,
        next,
    }
}

/// A cursor holds one key at most, and no fractions.
fn cursor(ordering: &Ordering<ActionOrder>, action: &Action) -> Option<Cursor> {
    let key = match ordering.as_slice() {
        [] => CursorKey::None,
        [sort] => match sort.by {
            ActionOrder::Name => CursorKey::Text(action.declared.name.clone()),
            ActionOrder::CreatedAt => CursorKey::Integer(to_millis(action.created_at)),
            ActionOrder::ExecutionCount => CursorKey::Integer(executions(action)),
            ActionOrder::SuccessRate | ActionOrder::AverageMillis => return None,
        },
        _ => return None,
    };
    Some(Cursor {
        key,
        id: action.id.0,
    })
}

fn compare(ordering: &Ordering<ActionOrder>, a: &Action, b: &Action) -> cmp::Ordering {
    for sort in ordering {
        let order = match sort.by {
            ActionOrder::Name => directed(a.declared.name.cmp(&b.declared.name), sort.direction),
            ActionOrder::CreatedAt => directed(a.created_at.cmp(&b.created_at), sort.direction),
            ActionOrder::ExecutionCount => {
                directed(executions(a).cmp(&executions(b)), sort.direction)
            }
            ActionOrder::SuccessRate => rates(
                a.measured.success_rate(),
                b.measured.success_rate(),
                sort.direction,
            ),
            ActionOrder::AverageMillis => rates(
                a.measured.mean_millis(),
                b.measured.mean_millis(),
                sort.direction,
            ),
        };
        if order.is_ne() {
            return order;
        }
    }
    let direction = ordering
        .last()
        .map_or(Direction::Ascending, |sort| sort.direction);
    directed(a.id.cmp(&b.id), direction)
}

fn executions(action: &Action) -> i64 {
    action.measured.completed + action.measured.failed
}

/// What is not measured comes last in both directions.
fn rates(a: Option<f64>, b: Option<f64>, direction: Direction) -> cmp::Ordering {
    match (a, b) {
        (Some(a), Some(b)) => directed(a.total_cmp(&b), direction),
        (a, b) => a.is_none().cmp(&b.is_none()),
    }
}

fn directed(order: cmp::Ordering, direction: Direction) -> cmp::Ordering {
    match direction {
        Direction::Ascending => order,
        Direction::Descending => order.reverse(),
    }
}
