//! Orders and pages a list in memory, as [`kernel::Ordering`] and [`kernel::Page`] say.

use crate::{Simulation, SimulationOrder};
use kernel::{
    COUNT_LIMIT, Count, Cursor, CursorKey, Direction, Ordering, Page, PageRef, PageRequest,
};
use std::cmp;

/// The page of `rows` that is asked for.
pub(super) fn page(
    mut rows: Vec<Simulation>,
    ordering: &Ordering<SimulationOrder>,
    request: &PageRequest,
) -> Page<Simulation> {
    rows.sort_by(|a, b| {
        compare(
            ordering,
            (&keys(ordering, a), a.id.0),
            (&keys(ordering, b), b.id.0),
        )
    });
    let (total, size) = (rows.len(), request.size as usize);
    let last = total.div_ceil(size).max(1);
    let (skipped, number) = match &request.at {
        PageRef::Number(number) => {
            let before = usize::try_from(number.saturating_sub(1)).unwrap_or(usize::MAX);
            (before.saturating_mul(size), Some(*number))
        }
        PageRef::Last => ((last - 1) * size, u64::try_from(last).ok()),
        PageRef::Start => (0, None),
        PageRef::After(cursor) => (before(&rows, ordering, cursor), None),
    };
    let items: Vec<_> = rows.into_iter().skip(skipped).take(size).collect();
    let has_next = !items.is_empty() && skipped.saturating_add(items.len()) < total;
    let next = items
        .last()
        .filter(|_| has_next && ordering.len() <= 1)
        .map(|row| Cursor {
            key: keys(ordering, row).pop().unwrap_or(CursorKey::None),
            id: row.id.0,
        });
    Page {
        items,
        count: request.count.then(|| count(total)),
        number,
        has_next,
        next,
    }
}

/// How many rows stand at or before the cursor.
fn before(rows: &[Simulation], ordering: &Ordering<SimulationOrder>, cursor: &Cursor) -> usize {
    let key = if ordering.is_empty() {
        &[]
    } else {
        std::slice::from_ref(&cursor.key)
    };
    let seen = |row: &&Simulation| {
        compare(ordering, (&keys(ordering, row), row.id.0), (key, cursor.id)).is_le()
    };
    rows.iter().take_while(seen).count()
}

fn keys(ordering: &Ordering<SimulationOrder>, row: &Simulation) -> Vec<CursorKey> {
    let key = |by: SimulationOrder| match by {
        SimulationOrder::StartedAt => CursorKey::Integer(kernel::to_millis(row.content.started_at)),
        SimulationOrder::CompletedAt => match row.content.completed_at {
            Some(at) => CursorKey::Integer(kernel::to_millis(at)),
            None => CursorKey::Null,
        },
    };
    ordering.iter().map(|sort| key(sort.by)).collect()
}

/// Keys in turn, nulls last in both directions; ids in the direction of the last key.
fn compare(
    ordering: &Ordering<SimulationOrder>,
    (keys, id): (&[CursorKey], i64),
    (other_keys, other_id): (&[CursorKey], i64),
) -> cmp::Ordering {
    let direct = |order: cmp::Ordering, direction| match direction {
        Direction::Ascending => order,
        Direction::Descending => order.reverse(),
    };
    for ((sort, key), other) in ordering.iter().zip(keys).zip(other_keys) {
        let order = match (key, other) {
            (CursorKey::Integer(a), CursorKey::Integer(b)) => direct(a.cmp(b), sort.direction),
            (CursorKey::Null, CursorKey::Integer(_)) => cmp::Ordering::Greater,
            (CursorKey::Integer(_), CursorKey::Null) => cmp::Ordering::Less,
            (CursorKey::None | CursorKey::Null | CursorKey::Integer(_) | CursorKey::Text(_), _) => {
                cmp::Ordering::Equal
            }
        };
        if order.is_ne() {
            return order;
        }
    }
    let direction = ordering
        .last()
        .map_or(Direction::Ascending, |sort| sort.direction);
    direct(id.cmp(&other_id), direction)
}

fn count(total: usize) -> Count {
    match i64::try_from(total) {
        Ok(total) if total <= COUNT_LIMIT => Count::Exact(total),
        Ok(_) | Err(_) => Count::AtLeast(COUNT_LIMIT),
    }
}
