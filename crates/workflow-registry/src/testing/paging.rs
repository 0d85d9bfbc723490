//! Orders and pages a list in memory, as [`kernel::Ordering`] and [`kernel::Page`] say.

use kernel::{
    COUNT_LIMIT, Count, Cursor, CursorKey, Direction, Ordering, Page, PageRef, PageRequest,
};
use std::cmp;

/// The page of `items` that is asked for.
pub(super) fn page<T, F: Copy>(
    mut items: Vec<T>,
    ordering: &Ordering<F>,
    request: &PageRequest,
    key: impl Fn(&T, F) -> CursorKey,
    id: impl Fn(&T) -> i64,
) -> Page<T> {
    let keys =
        |item: &T| -> Vec<CursorKey> { ordering.iter().map(|sort| key(item, sort.by)).collect() };
    let compare = |a: (&[CursorKey], i64), b: (&[CursorKey], i64)| compare(ordering, a, b);
    items.sort_by(|a, b| compare((&keys(a), id(a)), (&keys(b), id(b))));

    let total = items.len();
    let size = request.size as usize;
    let last = total.div_ceil(size).max(1);
    let (skipped, number) = match &request.at {
        PageRef::Number(number) => {
            let before = usize::try_from(number.saturating_sub(1)).unwrap_or(usize::MAX);
            (before.saturating_mul(size), Some(*number))
        }
        PageRef::Last => ((last - 1) * size, u64::try_from(last).ok()),
        PageRef::Start => (0, None),
        PageRef::After(cursor) => {
            let seen = |item: &T| {
                let place = keys(item);
                let at = std::slice::from_ref(&cursor.key);
                let at = if ordering.is_empty() { &[] } else { at };
                compare((&place, id(item)), (at, cursor.id)).is_le()
            };
            (items.iter().take_while(|item| seen(item)).count(), None)
        }
    };
    let items: Vec<T> = items.into_iter().skip(skipped).take(size).collect();
    let has_next = skipped.saturating_add(items.len()) < total && !items.is_empty();
    let next = items
        .last()
        .filter(|_| has_next && ordering.len() <= 1)
        .map(|item| Cursor {
            key: keys(item).pop().unwrap_or(CursorKey::None),
            id: id(item),
        });
    Page {
        items,
        count: request.count.then(|| count(total)),
        number,
        has_next,
        next,
    }
}

fn count(total: usize) -> Count {
    match i64::try_from(total) {
        Ok(total) if total <= COUNT_LIMIT => Count::Exact(total),
        _ => Count::AtLeast(COUNT_LIMIT),
    }
}

fn compare<F>(
    ordering: &Ordering<F>,
    (keys, id): (&[CursorKey], i64),
    (other_keys, other_id): (&[CursorKey], i64),
) -> cmp::Ordering {
    for ((sort, key), other) in ordering.iter().zip(keys).zip(other_keys) {
        let order = match (key, other) {
            (CursorKey::Null, CursorKey::Null) => cmp::Ordering::Equal,
            // Nulls come last in both directions.
            (CursorKey::Null, _) => cmp::Ordering::Greater,
            (_, CursorKey::Null) => cmp::Ordering::Less,
            (CursorKey::Integer(a), CursorKey::Integer(b)) => directed(a.cmp(b), sort.direction),
            (CursorKey::Text(a), CursorKey::Text(b)) => directed(a.cmp(b), sort.direction),
            // A cursor of another ordering: no position in this one.
            _ => cmp::Ordering::Equal,
        };
        if order.is_ne() {
            return order;
        }
    }
    let direction = ordering
        .last()
        .map_or(Direction::Ascending, |sort| sort.direction);
    directed(id.cmp(&other_id), direction)
}

fn directed(order: cmp::Ordering, direction: Direction) -> cmp::Ordering {
    match direction {
        Direction::Ascending => order,
        Direction::Descending => order.reverse(),
    }
}
