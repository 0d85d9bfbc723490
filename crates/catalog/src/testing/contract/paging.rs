//! Pages of a list.

use super::{by, kept, list, names};
use crate::testing::{CatalogFixture, new_action};
use crate::{ActionFilter, ActionOrder};
use kernel::{Count, Direction, PageRef, PageRequest, TenantId};

async fn seven(fixture: &dyn CatalogFixture) -> TenantId {
    let (a, b) = (fixture.tenant("a").await, fixture.tenant("b").await);
    for n in 0..7 {
        kept(fixture, a, new_action(&format!("action {}", n / 2), "x"), n).await;
        kept(fixture, b, new_action("hidden", "x"), n).await;
    }
    a
}

/// Numbered pages follow each other without gap or repeat; the last one is found without its
/// number; one past the end is empty and says which it is.
pub async fn pages_tile_the_list(fixture: &dyn CatalogFixture) {
    let a = seven(fixture).await;
    let all = ActionFilter::default();
    let ordering = by(ActionOrder::Name, Direction::Descending);
    let whole = list(fixture, a, &all, &ordering, &PageRequest::first()).await;
    assert_eq!(whole.items.len(), 7);
    assert!(!whole.has_next);
    let page = |at| PageRequest {
        at,
        ..PageRequest::of_size(3)
    };
    let mut tiled = Vec::new();
    for (number, items, more) in [(1, 3, true), (2, 3, true), (3, 1, false)] {
        let found = list(fixture, a, &all, &ordering, &page(PageRef::Number(number))).await;
        assert_eq!(
            (found.number, found.items.len(), found.has_next),
            (Some(number), items, more)
        );
        assert_eq!(found.count, Some(Count::Exact(7)));
        tiled.extend(found.items);
    }
    assert_eq!(tiled, whole.items);
    let last = list(fixture, a, &all, &ordering, &page(PageRef::Last)).await;
    assert_eq!((last.number, last.has_next), (Some(3), false));
    assert_eq!(last.items, whole.items[6..]);
    for number in [4, 1_000_000_000, u64::MAX] {
        let past = list(fixture, a, &all, &ordering, &page(PageRef::Number(number))).await;
        assert_eq!((past.items.len(), past.has_next), (0, false), "{number}");
        assert_eq!(
            (past.number, past.count),
            (Some(number), Some(Count::Exact(7)))
        );
    }
    let nothing = ActionFilter {
        action_type: Some("y".to_owned()),
        ..all
    };
    for at in [PageRef::Number(1), PageRef::Last] {
        let empty = list(fixture, a, &nothing, &ordering, &page(at)).await;
        assert_eq!((empty.items.len(), empty.has_next), (0, false));
        assert_eq!(
            (empty.number, empty.count),
            (Some(1), Some(Count::Exact(0)))
        );
    }
}

/// Pages by cursor give the same items in the same order as one long page, ties included.
pub async fn cursors_tile_the_list(fixture: &dyn CatalogFixture) {
    let a = seven(fixture).await;
    let all = ActionFilter::default();
    for ordering in [
        Vec::new(),
        by(ActionOrder::Name, Direction::Ascending),
        by(ActionOrder::Name, Direction::Descending),
        by(ActionOrder::CreatedAt, Direction::Descending),
        by(ActionOrder::ExecutionCount, Direction::Ascending),
    ] {
        let whole = list(fixture, a, &all, &ordering, &PageRequest::first())
            .await
            .items;
        let (mut at, mut tiled) = (PageRef::Start, Vec::new());
        loop {
            let request = PageRequest {
                at,
                ..PageRequest::of_size(2)
            };
            let page = list(fixture, a, &all, &ordering, &request).await;
            assert_eq!(page.number, None);
            assert_eq!(page.has_next, page.next.is_some());
            assert!(page.items.len() == 2 || !page.has_next);
            tiled.extend(page.items);
            match page.next {
                Some(cursor) => at = PageRef::After(cursor),
                None => break,
            }
        }
        assert_eq!(names(&tiled), names(&whole), "{ordering:?}");
        assert_eq!(tiled, whole, "{ordering:?}");
    }
}

/// The count is of what the filter admits, and only there when asked for.
pub async fn counts_are_given_when_asked_for(fixture: &dyn CatalogFixture) {
    let a = seven(fixture).await;
    let first = ActionFilter {
        search: vec!["action 1".to_owned()],
        ..ActionFilter::default()
    };
    for (filter, expected) in [(ActionFilter::default(), 7), (first, 2)] {
        let request = PageRequest::of_size(1);
        let counted = list(fixture, a, &filter, &Vec::new(), &request).await;
        assert_eq!(counted.count, Some(Count::Exact(expected)));
        let request = PageRequest {
            count: false,
            ..request
        };
        let uncounted = list(fixture, a, &filter, &Vec::new(), &request).await;
        assert_eq!(uncounted.count, None);
        assert_eq!(uncounted.items, counted.items);
    }
}
