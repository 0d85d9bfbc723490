//! Pages of lists: by number, the last one, or after a cursor.
//!
//! A list says which keys it is ordered by ([`Seek`]) and how to fetch a [`Window`]; [`page`] does
//! the rest. One row more than asked for is fetched, to see whether any follow.
//!
//! Nulls come last in both directions, though the databases disagree on where they belong. So that
//! an index still serves the order, a list with one key that may be null is read in two parts, the
//! rows with the key and then those without.

use super::super::{Conn, Db};
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Bool, Text};
use kernel::{
    COUNT_LIMIT, Count, Cursor, CursorKey, Direction, Ordering, Page, PageRef, PageRequest,
};

/// Rows that a page by number skips, at most: beyond any list, and far from overflow.
const MAX_OFFSET: i64 = i64::MAX / 4;

/// How a list can be sought in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Seek {
    /// It is ordered by id alone.
    Id,
    /// Its one key is a number that is never null.
    Integer,
    /// Its one key is a number that may be null.
    MaybeInteger,
    /// Its one key is a text that is never null.
    Text,
    /// Not at all: it has several keys, or one that a cursor cannot hold.
    Never,
}

/// Which rows of a list with a key that may be null.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// All.
    Whole,
    /// Those with a key.
    WithKey,
    /// Those without.
    WithoutKey,
}

/// Rows to fetch: of this part, after this position, without the first `offset`, at most `limit`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Window<'a> {
    pub(crate) part: Part,
    pub(crate) after: Option<&'a Cursor>,
    pub(crate) offset: i64,
    pub(crate) limit: i64,
}

/// How far a count goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extent {
    /// To the end: the last page is wanted, which only an exact count can find.
    All,
    /// As far as the list's own rule says.
    Bounded,
    /// To the end, of the rows whose key is not null. Asked only of a [`Seek::MaybeInteger`].
    WithKey,
}

/// One page. `count` counts the whole list, `fetch` gets the rows of a window in order, `position`
/// is where a row stands (asked only if the list can be sought in).
pub(crate) fn page<T, E: From<diesel::result::Error>>(
    conn: &mut Conn,
    request: &PageRequest,
    seek: Seek,
    mut count: impl FnMut(&mut Conn, Extent) -> Result<Count, E>,
    mut fetch: impl FnMut(&mut Conn, &Window<'_>) -> Result<Vec<T>, E>,
    position: impl Fn(&T) -> Cursor,
) -> Result<Page<T>, E> {
    let size = i64::from(request.size.max(1));
    let mut total = None;
    let (offset, number, after) = match &request.at {
        PageRef::Number(number) => {
            let skipped = i64::try_from(number.saturating_sub(1)).unwrap_or(i64::MAX);
            (
                skipped.saturating_mul(size).min(MAX_OFFSET),
                Some(*number),
                None,
            )
        }
        PageRef::Last => {
            let all = count(conn, Extent::All)?;
            total = Some(all);
            let before = (all.value() - 1).max(0) / size;
            (before * size, u64::try_from(before + 1).ok(), None)
        }
        PageRef::Start => (0, None, None),
        PageRef::After(cursor) => (0, None, Some(cursor)),
    };
    let mut items = if after.is_some_and(|cursor| !seek.fits(&cursor.key)) {
        Vec::new()
    } else {
        let window = Window {
            part: Part::Whole,
            after,
            offset,
            limit: size.saturating_add(1),
        };
        if seek == Seek::MaybeInteger {
            two_parts(conn, window, &mut count, &mut fetch)?
        } else {
            fetch(conn, &window)?
        }
    };
    let wanted = usize::try_from(size).unwrap_or(usize::MAX);
    let has_next = items.len() > wanted;
    items.truncate(wanted);
    let next = items
        .last()
        .filter(|_| has_next && seek != Seek::Never)
        .map(position);
    let count = match (request.count, total) {
        (false, _) => None,
        (true, Some(total)) => Some(total),
        (true, None) => Some(count(conn, Extent::Bounded)?),
    };
    Ok(Page {
        items,
        count,
        number,
        has_next,
        next,
    })
}

/// The rows with a key, and when they end within the window, those without.
fn two_parts<T, E>(
    conn: &mut Conn,
    window: Window<'_>,
    count: &mut impl FnMut(&mut Conn, Extent) -> Result<Count, E>,
    fetch: &mut impl FnMut(&mut Conn, &Window<'_>) -> Result<Vec<T>, E>,
) -> Result<Vec<T>, E> {
    let without = |after, offset, limit| Window {
        part: Part::WithoutKey,
        after,
        offset,
        limit,
    };
    if window
        .after
        .is_some_and(|cursor| cursor.key == CursorKey::Null)
    {
        return fetch(conn, &without(window.after, 0, window.limit));
    }
    let mut items = fetch(
        conn,
        &Window {
            part: Part::WithKey,
            ..window
        },
    )?;
    let found = length(&items);
    if found == window.limit {
        return Ok(items);
    }
    // How many rows with a key were skipped is known only if one was found after them.
    let with_key = if found > 0 || window.offset == 0 {
        window.offset + found
    } else {
        count(conn, Extent::WithKey)?.value()
    };
    let offset = (window.offset - with_key).max(0);
    items.extend(fetch(conn, &without(None, offset, window.limit - found))?);
    Ok(items)
}

fn length<T>(items: &[T]) -> i64 {
    i64::try_from(items.len()).unwrap_or(i64::MAX)
}

impl Seek {
    /// Whether a cursor with that key belongs to such a list.
    fn fits(self, key: &CursorKey) -> bool {
        match self {
            Self::Id => matches!(key, CursorKey::None),
            Self::Integer => matches!(key, CursorKey::Integer(_)),
            Self::MaybeInteger => matches!(key, CursorKey::Integer(_) | CursorKey::Null),
            Self::Text => matches!(key, CursorKey::Text(_)),
            Self::Never => false,
        }
    }

    /// How a list of that ordering can be sought in, given what its keys are.
    pub(crate) fn of<F: Copy>(ordering: &Ordering<F>, kind: impl Fn(F) -> Self) -> Self {
        match ordering.as_slice() {
            [] => Self::Id,
            [sort] => kind(sort.by),
            _ => Self::Never,
        }
    }
}

/// The direction in which ids break ties: that of the last key.
pub(crate) fn tie_direction<F>(ordering: &Ordering<F>) -> Direction {
    ordering
        .last()
        .map_or(Direction::Ascending, |sort| sort.direction)
}

/// A condition on a list over the tables `QS`.
pub(crate) type Condition<'a, QS> = Box<dyn BoxableExpression<QS, Db, SqlType = Bool> + 'a>;

/// Rows after the cursor, in a list ordered by the column `key` and then by `id`, both in
/// `direction`. One comparison of two pairs, which an index on both columns answers.
pub(crate) fn beyond<'a, QS: 'a>(
    (key, id): (&str, &str),
    direction: Direction,
    cursor: &Cursor,
) -> Condition<'a, QS> {
    let than = match direction {
        Direction::Ascending => '>',
        Direction::Descending => '<',
    };
    let pair = || diesel::dsl::sql::<Bool>(&format!("({key}, {id}) {than} ("));
    match &cursor.key {
        CursorKey::None | CursorKey::Null => Box::new(
            diesel::dsl::sql::<Bool>(&format!("{id} {than} ")).bind::<BigInt, _>(cursor.id),
        ),
        CursorKey::Integer(value) => Box::new(
            pair()
                .bind::<BigInt, _>(*value)
                .sql(", ")
                .bind::<BigInt, _>(cursor.id)
                .sql(")"),
        ),
        CursorKey::Text(value) => Box::new(
            pair()
                .bind::<Text, _>(value.clone())
                .sql(", ")
                .bind::<BigInt, _>(cursor.id)
                .sql(")"),
        ),
    }
}

/// Adds a key that is never null to the order of a boxed query.
macro_rules! ordered {
    ($query:expr, $direction:expr, $column:expr) => {
        match $direction {
            kernel::Direction::Ascending => $query.then_order_by($column.asc()),
            kernel::Direction::Descending => $query.then_order_by($column.desc()),
        }
    };
}
pub(crate) use ordered;

/// Adds a key that may be null to the order of a boxed query: nulls last, unless the window has
/// rows of one kind only.
macro_rules! ordered_nulls_last {
    ($query:expr, $window:expr, $direction:expr, $column:expr) => {{
        let query = match $window.part {
            super::paging::Part::Whole => $query.then_order_by($column.is_null().asc()),
            super::paging::Part::WithKey => $query.filter($column.is_not_null()),
            super::paging::Part::WithoutKey => $query.filter($column.is_null()),
        };
        super::paging::ordered!(query, $direction, $column)
    }};
}
pub(crate) use ordered_nulls_last;

/// A count that goes no further than [`COUNT_LIMIT`], unless it has to be exact. `query` selects
/// the id of every row.
pub(crate) fn count_of<'a, Q>(conn: &mut Conn, query: Q, extent: Extent) -> QueryResult<Count>
where
    Counted<Q>: diesel::query_dsl::methods::LoadQuery<'a, Conn, i64>,
{
    let limit = match extent {
        Extent::All | Extent::WithKey => i64::MAX,
        Extent::Bounded => COUNT_LIMIT + 1,
    };
    let found = counted(conn, query, limit)?;
    Ok(if found == limit {
        Count::AtLeast(COUNT_LIMIT)
    } else {
        Count::Exact(found)
    })
}

/// How many rows `query` has, counted up to `limit`.
pub(crate) fn counted<'a, Q>(conn: &mut Conn, query: Q, limit: i64) -> QueryResult<i64>
where
    Counted<Q>: diesel::query_dsl::methods::LoadQuery<'a, Conn, i64>,
{
    Counted { query, limit }.get_result(conn)
}

/// `SELECT COUNT(*) FROM (query LIMIT limit)`.
#[derive(Debug)]
pub(crate) struct Counted<Q> {
    query: Q,
    limit: i64,
}

impl<Q> QueryId for Counted<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q> Query for Counted<Q> {
    type SqlType = BigInt;
}

impl<Q> RunQueryDsl<Conn> for Counted<Q> {}

impl<Q: QueryFragment<Db>> QueryFragment<Db> for Counted<Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Db>) -> QueryResult<()> {
        out.push_sql("SELECT COUNT(*) FROM (");
        self.query.walk_ast(out.reborrow())?;
        out.push_sql(" LIMIT ");
        out.push_bind_param::<BigInt, _>(&self.limit)?;
        out.push_sql(") AS counted");
        Ok(())
    }
}
