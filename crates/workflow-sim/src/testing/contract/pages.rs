//! Promises of pages and cursors.

use super::super::Fixture;
use super::lists::{MIXED, all, by, ids, keep, numbered};
use crate::SimulationOrder;
use kernel::{Direction, PageRef, PageRequest};

const ORDERS: [(SimulationOrder, Direction); 4] = [
    (SimulationOrder::StartedAt, Direction::Ascending),
    (SimulationOrder::StartedAt, Direction::Descending),
    (SimulationOrder::CompletedAt, Direction::Ascending),
    (SimulationOrder::CompletedAt, Direction::Descending),
];

/// Numbered pages have no gap and no repeat.
pub async fn pages_tile_the_list(fixture: &dyn Fixture) {
    let tenant = fixture.tenant().await;
    keep(fixture, tenant, &MIXED).await;
    for (order, direction) in ORDERS {
        let ordering = by(order, direction);
        let whole = ids(&all(fixture, tenant, &ordering, &PageRequest::first()).await);
        let mut tiles = Vec::new();
        for number in 1..=3 {
            let page = all(fixture, tenant, &ordering, &numbered(number, 3)).await;
            assert_eq!(page.number, Some(number));
            assert_eq!(page.has_next, number < 3);
            assert_eq!(page.next.is_some(), number < 3);
            tiles.extend(ids(&page));
        }
        assert_eq!(tiles, whole);
    }
}

/// `Last` knows its number; a page past the end is empty.
pub async fn the_last_page_and_the_one_past_it(fixture: &dyn Fixture) {
    let tenant = fixture.tenant().await;
    let last = PageRequest {
        at: PageRef::Last,
        ..PageRequest::of_size(3)
    };
    let page = all(fixture, tenant, &Vec::new(), &last).await;
    assert_eq!(
        (page.items.len(), page.number, page.has_next),
        (0, Some(1), false)
    );
    keep(fixture, tenant, &MIXED).await;
    let page = all(fixture, tenant, &Vec::new(), &last).await;
    assert_eq!(
        (page.items.len(), page.number, page.has_next),
        (1, Some(3), false)
    );
    let uncounted = PageRequest {
        count: false,
        ..last
    };
    assert_eq!(
        all(fixture, tenant, &Vec::new(), &uncounted).await.items,
        page.items
    );
    for number in [4, u64::from(u32::MAX)] {
        let page = all(fixture, tenant, &Vec::new(), &numbered(number, 3)).await;
        assert_eq!((page.items.len(), page.number), (0, Some(number)));
        assert_eq!((page.has_next, page.next), (false, None));
    }
}

/// Cursors give the same list, in every order, also through ties and nulls.
pub async fn cursors_tile_the_list(fixture: &dyn Fixture) {
    let tenant = fixture.tenant().await;
    keep(fixture, tenant, &MIXED).await;
    let orders = ORDERS
        .into_iter()
        .map(|(order, direction)| by(order, direction));
    for ordering in orders.chain([Vec::new()]) {
        let whole = ids(&all(fixture, tenant, &ordering, &PageRequest::first()).await);
        let mut tiles = Vec::new();
        let mut at = Some(PageRef::Start);
        while let Some(here) = at {
            let request = PageRequest {
                at: here,
                ..PageRequest::of_size(2)
            };
            let page = all(fixture, tenant, &ordering, &request).await;
            assert_eq!(page.number, None);
            assert_eq!(page.has_next, page.next.is_some());
            tiles.extend(ids(&page));
            assert!(tiles.len() <= whole.len(), "a cursor goes round in circles");
            at = page.next.map(PageRef::After);
        }
        assert_eq!(tiles, whole, "{ordering:?}");
    }
}

/// A cursor is a position, not a row.
pub async fn a_cursor_survives_the_deletion_of_its_row(fixture: &dyn Fixture) {
    let tenant = fixture.tenant().await;
    keep(fixture, tenant, &MIXED).await;
    let ordering = by(SimulationOrder::StartedAt, Direction::Descending);
    let whole = ids(&all(fixture, tenant, &ordering, &PageRequest::first()).await);
    let page = all(fixture, tenant, &ordering, &PageRequest::of_size(3)).await;
    let last = page.items.last().unwrap().id;
    assert!(fixture.simulations().delete(tenant, last).await.unwrap());
    let at = PageRef::After(page.next.unwrap());
    let rest = all(
        fixture,
        tenant,
        &ordering,
        &PageRequest {
            at,
            ..PageRequest::first()
        },
    )
    .await;
    assert_eq!(ids(&rest), whole[3..]);
}
