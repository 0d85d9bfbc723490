//! Orders and pages a list in memory.

use kernel::{Count, Cursor, CursorKey, Direction, Ordering, Page, PageRef, PageRequest, Sort};
use std::cmp;

/// One page of `items`, ordered by `ordering` with nulls last and ties broken by id.
pub(super) fn paged<T, O: Copy>(
    mut items: Vec<T>,
    ordering: &Ordering<O>,
    request: &PageRequest,
    key: impl Fn(&T, O) -> CursorKey,
    id: impl Fn(&T) -> i64,
) -> Page<T> {
    items.sort_by(|a, b| {
        let by_key = |sort: &Sort<O>| by_key(&key(a, sort.by), &key(b, sort.by), sort.direction);
        let order = ordering.iter().map(by_key).find(|order| order.is_ne());
        order.unwrap_or_else(|| turned(id(a).cmp(&id(b)), last_direction(ordering)))
    });
    let total = items.len();
    let size = request.size as usize;
    let last = total.div_ceil(size).max(1);
    let (skip, number) = match &request.at {
        PageRef::Number(number) => {
            let before = usize::try_from(number - 1).unwrap_or(usize::MAX);
            (before.saturating_mul(size), Some(*number))
        }
        PageRef::Last => ((last - 1) * size, Some(last as u64)),
        PageRef::Start => (0, None),
        PageRef::After(cursor) => (position_after(&items, ordering, cursor, &key, &id), None),
    };
    let page: Vec<T> = items.into_iter().skip(skip).take(size).collect();
    let has_next = skip.saturating_add(page.len()) < total && !page.is_empty();
    let position = |item: &T| Cursor {
        key: ordering
            .first()
            .map_or(CursorKey::None, |sort| key(item, sort.by)),
        id: id(item),
    };
    let next = page
        .last()
        .filter(|_| has_next && ordering.len() <= 1)
        .map(position);
    Page {
        count: request
            .count
            .then_some(Count::Exact(i64::try_from(total).unwrap_or(i64::MAX))),
        number,
        has_next,
        next,
        items: page,
    }
}

fn position_after<T, O: Copy>(
    items: &[T],
    ordering: &Ordering<O>,
    cursor: &Cursor,
    key: &impl Fn(&T, O) -> CursorKey,
    id: &impl Fn(&T) -> i64,
) -> usize {
    items.partition_point(|item| {
        let order = match ordering.first() {
            Some(sort) => by_key(&key(item, sort.by), &cursor.key, sort.direction),
            None => cmp::Ordering::Equal,
        };
        order
            .then_with(|| turned(id(item).cmp(&cursor.id), last_direction(ordering)))
            .is_le()
    })
}

fn last_direction<O>(ordering: &[Sort<O>]) -> Direction {
    ordering
        .last()
        .map_or(Direction::Ascending, |sort| sort.direction)
}

fn by_key(a: &CursorKey, b: &CursorKey, direction: Direction) -> cmp::Ordering {
    match (a, b) {
        (CursorKey::Integer(a), CursorKey::Integer(b)) => turned(a.cmp(b), direction),
        (CursorKey::Text(a), CursorKey::Text(b)) => turned(a.cmp(b), direction),
        (a, b) => (*a == CursorKey::Null).cmp(&(*b == CursorKey::Null)),
    }
}

fn turned(order: cmp::Ordering, direction: Direction) -> cmp::Ordering {
    match direction {
        Direction::Ascending => order,
        Direction::Descending => order.reverse(),
    }
}
