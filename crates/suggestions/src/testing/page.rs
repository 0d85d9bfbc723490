//! Orders and pages a list in memory, as [`kernel::Ordering`] and [`kernel::Page`] say.

use crate::{Suggestion, SuggestionOrder};
use kernel::{
    Count, Cursor, CursorKey, Direction, Ordering, Page, PageRef, PageRequest, to_millis,
};
use std::cmp;

/// The page of `items` that is asked for.
pub(super) fn page(
    mut items: Vec<Suggestion>,
    ordering: &Ordering<SuggestionOrder>,
    request: &PageRequest,
) -> Page<Suggestion> {
    items.sort_by(|a, b| {
        compare(
            ordering,
            (&keys(a, ordering), a.id.0),
            (&keys(b, ordering), b.id.0),
        )
    });
    let total = items.len();
    let size = usize::try_from(request.size).unwrap_or(usize::MAX);
    let last = total.div_ceil(size).max(1);
    let (skipped, number) = match &request.at {
        PageRef::Number(number) => {
            let before = usize::try_from(number.saturating_sub(1)).unwrap_or(usize::MAX);
            (before.saturating_mul(size), Some(*number))
        }
        PageRef::Last => ((last - 1) * size, u64::try_from(last).ok()),
        PageRef::Start => (0, None),
        PageRef::After(cursor) => (items.partition_point(|i| seen(i, ordering, cursor)), None),
    };
    let items: Vec<Suggestion> = items.into_iter().skip(skipped).take(size).collect();
    let has_next = !items.is_empty() && skipped.saturating_add(items.len()) < total;
    let next = items
        .last()
        .filter(|_| has_next && ordering.len() <= 1)
        .map(|item| Cursor {
            key: keys(item, ordering)
                .pop()
                .map_or(CursorKey::None, CursorKey::Integer),
            id: item.id.0,
        });
    let count = i64::try_from(total)
        .ok()
        .filter(|_| request.count)
        .map(Count::Exact);
    Page {
        items,
        count,
        number,
        has_next,
        next,
    }
}

/// Whether the item stands at the cursor or before it.
fn seen(item: &Suggestion, ordering: &Ordering<SuggestionOrder>, cursor: &Cursor) -> bool {
    let place = match (&cursor.key, ordering.len()) {
        (CursorKey::Integer(key), 1) => vec![*key],
        (CursorKey::Integer(_) | CursorKey::None | CursorKey::Null | CursorKey::Text(_), _) => {
            Vec::new()
        }
    };
    compare(
        ordering,
        (&keys(item, ordering), item.id.0),
        (&place, cursor.id),
    )
    .is_le()
}

fn keys(item: &Suggestion, ordering: &Ordering<SuggestionOrder>) -> Vec<i64> {
    let key = |by| match by {
        // The bits of doubles that are not negative are ordered as the doubles are.
        SuggestionOrder::Confidence => {
            i64::try_from(item.content.confidence_score.to_bits()).unwrap_or(0)
        }
        SuggestionOrder::CreatedAt => to_millis(item.created_at),
        SuggestionOrder::Frequency => item.content.pattern_frequency,
    };
    ordering.iter().map(|sort| key(sort.by)).collect()
}

fn compare(
    ordering: &Ordering<SuggestionOrder>,
    (keys, id): (&[i64], i64),
    (other_keys, other_id): (&[i64], i64),
) -> cmp::Ordering {
    let directed = |order: cmp::Ordering, direction| match direction {
        Direction::Ascending => order,
        Direction::Descending => order.reverse(),
    };
    let mut order = cmp::Ordering::Equal;
    for ((sort, key), other) in ordering.iter().zip(keys).zip(other_keys) {
        order = order.then(directed(key.cmp(other), sort.direction));
    }
    let last = ordering
        .last()
        .map_or(Direction::Ascending, |sort| sort.direction);
    order.then(directed(id.cmp(&other_id), last))
}
