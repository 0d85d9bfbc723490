//! How a list is asked for and answered.

/// Items on a page when the request names no size.
pub const DEFAULT_PAGE_SIZE: u32 = 20;
/// The largest page that a request may ask for.
pub const MAX_PAGE_SIZE: u32 = 200;
/// Counts that would have to scan are exact up to this many rows and a lower bound beyond.
pub const COUNT_LIMIT: i64 = 10_000;

/// Which page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PageRef {
    /// By number, from 1.
    Number(u64),
    /// The last one.
    Last,
    /// The one after this position; its cost does not grow with depth.
    After(Cursor),
    /// The first one, in cursor mode.
    Start,
}

/// A position in a list that is ordered by one key and then by id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    /// The ordering key of the last item seen.
    pub key: CursorKey,
    /// The id of the last item seen.
    pub id: i64,
}

/// The value of an ordering key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CursorKey {
    /// The list is ordered by id alone.
    None,
    /// The key was null; nulls come last in both directions.
    Null,
    /// A number or an instant in milliseconds.
    Integer(i64),
    /// A text.
    Text(String),
}

/// One request for a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageRequest {
    /// Which page.
    pub at: PageRef,
    /// At most this many items; 1 to [`MAX_PAGE_SIZE`].
    pub size: u32,
    /// Whether the total is wanted.
    pub count: bool,
}

impl PageRequest {
    /// The first page of the default size, with its count.
    #[must_use]
    pub fn first() -> Self {
        Self {
            at: PageRef::Number(1),
            size: DEFAULT_PAGE_SIZE,
            count: true,
        }
    }

    /// The first page of `size` items, with its count.
    #[must_use]
    pub fn of_size(size: u32) -> Self {
        Self {
            size,
            ..Self::first()
        }
    }
}

/// How many items the whole list has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Count {
    /// Exactly this many.
    Exact(i64),
    /// At least this many; counting on would have cost too much.
    AtLeast(i64),
}

impl Count {
    /// The number itself.
    #[must_use]
    pub fn value(self) -> i64 {
        match self {
            Self::Exact(n) | Self::AtLeast(n) => n,
        }
    }
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Page<T> {
    /// The items.
    pub items: Vec<T>,
    /// `None` when it was not asked for.
    pub count: Option<Count>,
    /// The number of this page; `None` in cursor mode.
    pub number: Option<u64>,
    /// Whether more items follow.
    pub has_next: bool,
    /// Where the next page starts, when the ordering allows a cursor and more items follow.
    pub next: Option<Cursor>,
}

impl<T> Page<T> {
    /// The same page with each item converted.
    #[must_use]
    pub fn map<U>(self, convert: impl FnMut(T) -> U) -> Page<U> {
        Page {
            items: self.items.into_iter().map(convert).collect(),
            count: self.count,
            number: self.number,
            has_next: self.has_next,
            next: self.next,
        }
    }

    /// The same page with each item converted, or the first failure.
    ///
    /// # Errors
    /// Whatever `convert` fails with.
    pub fn try_map<U, E>(self, convert: impl FnMut(T) -> Result<U, E>) -> Result<Page<U>, E> {
        Ok(Page {
            items: self
                .items
                .into_iter()
                .map(convert)
                .collect::<Result<_, _>>()?,
            count: self.count,
            number: self.number,
            has_next: self.has_next,
            next: self.next,
        })
    }
}

/// Upwards or downwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Smallest first.
    Ascending,
    /// Largest first.
    Descending,
}

/// One key of an ordering.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sort<F> {
    /// By what.
    pub by: F,
    /// Which way.
    pub direction: Direction,
}

/// The keys that a list is ordered by, most significant first; ties are broken by id, in the
/// direction of the last key (ascending without any).
///
/// Nulls come last in both directions. A cursor needs at most one key.
pub type Ordering<F> = Vec<Sort<F>>;
