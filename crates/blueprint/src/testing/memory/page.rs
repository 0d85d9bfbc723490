//! Filter, order and cut a list in memory.

use crate::{Template, TemplateFilter, TemplateOrder};
use kernel::{Count, Cursor, CursorKey, Direction, Ordering, Page, PageRef, PageRequest};
use std::cmp;

pub(super) fn matches(filter: &TemplateFilter, row: &Template) -> bool {
    fn is<T: PartialEq>(wanted: Option<&T>, value: &T) -> bool {
        wanted.is_none_or(|wanted| wanted == value)
    }
    let text = format!("{}\n{}", row.content.name, row.content.description).to_lowercase();
    is(filter.template_type.as_ref(), &row.content.template_type)
        && is(filter.is_active.as_ref(), &row.is_active)
        && is(filter.is_public.as_ref(), &row.is_public)
        && is(filter.name.as_ref(), &row.content.name)
        && filter.search.iter().all(|term| text.contains(term))
}

pub(super) fn compare(
    ordering: &Ordering<TemplateOrder>,
    left: &Template,
    right: &Template,
) -> cmp::Ordering {
    let directed = |order: cmp::Ordering, direction| match direction {
        Direction::Ascending => order,
        Direction::Descending => order.reverse(),
    };
    let last = ordering
        .last()
        .map_or(Direction::Ascending, |sort| sort.direction);
    ordering
        .iter()
        .map(|sort| {
            let order = match sort.by {
                TemplateOrder::Name => left.content.name.cmp(&right.content.name),
                TemplateOrder::CreatedAt => left.created_at.cmp(&right.created_at),
            };
            directed(order, sort.direction)
        })
        .find(|order| order.is_ne())
        .unwrap_or_else(|| directed(left.id.cmp(&right.id), last))
}

/// Cuts a page out of the whole list, which is in order.
pub(super) fn cut(
    all: &[Template],
    ordering: &Ordering<TemplateOrder>,
    request: &PageRequest,
) -> Page<Template> {
    let size = usize::try_from(request.size.max(1)).unwrap_or(usize::MAX);
    let total = all.len();
    let pages = total.div_ceil(size).max(1);
    let (start, number) = match &request.at {
        PageRef::Number(number) => {
            let skipped = usize::try_from(number.saturating_sub(1)).unwrap_or(usize::MAX);
            (skipped.saturating_mul(size), Some(*number))
        }
        PageRef::Last => ((pages - 1) * size, u64::try_from(pages).ok()),
        PageRef::Start => (0, None),
        PageRef::After(cursor) => (after(all, cursor), None),
    };
    let start = start.min(total);
    let end = start.saturating_add(size).min(total);
    let has_next = end < total;
    let items = all[start..end].to_vec();
    let next = items
        .last()
        .filter(|_| has_next)
        .and_then(|last| cursor(ordering, last));
    Page {
        count: request
            .count
            .then(|| Count::Exact(i64::try_from(total).unwrap_or(i64::MAX))),
        items,
        number,
        has_next,
        next,
    }
}

/// Rows in memory keep their place, so that the row itself marks it.
fn after(all: &[Template], cursor: &Cursor) -> usize {
    all.iter()
        .position(|row| row.id.0 == cursor.id)
        .map_or(all.len(), |index| index + 1)
}

/// The position of a row, when the ordering has at most one key.
fn cursor(ordering: &Ordering<TemplateOrder>, row: &Template) -> Option<Cursor> {
    let key = match ordering.as_slice() {
        [] => CursorKey::None,
        [sort] => match sort.by {
            TemplateOrder::Name => CursorKey::Text(row.content.name.clone()),
            TemplateOrder::CreatedAt => CursorKey::Integer(kernel::to_millis(row.created_at)),
        },
        _ => return None,
    };
    Some(Cursor { key, id: row.id.0 })
}
