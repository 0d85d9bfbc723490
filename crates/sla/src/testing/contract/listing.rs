//! [`crate::SlaStore::list`].

use super::world::{US, make, new_sla, us};
use crate::testing::Fixture;
use crate::{NewSla, SlaFilter, SlaOrder};
use execution_log::testing::at;
use kernel::{Count, Direction, Ordering, Page, PageRef, PageRequest, Sort};

async fn names(fx: &dyn Fixture, filter: &SlaFilter, ordering: &Ordering<SlaOrder>) -> Vec<String> {
    let page = fx
        .slas()
        .list(US, filter, ordering, &PageRequest::of_size(50))
        .await
        .unwrap();
    let count = i64::try_from(page.items.len()).unwrap();
    assert_eq!(page.count, Some(Count::Exact(count)));
    page.items.into_iter().map(|sla| sla.name).collect()
}

fn by(by: SlaOrder, direction: Direction) -> Ordering<SlaOrder> {
    vec![Sort { by, direction }]
}

/// Every given condition must hold.
pub async fn slas_are_filtered(fx: &dyn Fixture) {
    let orders = fx.workflow(US, "Orders").await;
    let bills = fx.workflow(US, "Bills").await;
    make(fx, new_sla(orders, "a"), 0).await;
    make(
        fx,
        NewSla {
            is_active: false,
            ..new_sla(orders, "b")
        },
        0,
    )
    .await;
    make(fx, new_sla(bills, "c"), 0).await;
    let check = async |workflow, is_active, expected: &[&str]| {
        let filter = SlaFilter {
            workflow,
            is_active,
            search: Vec::new(),
        };
        assert_eq!(names(fx, &filter, &Vec::new()).await, expected);
    };
    check(None, None, &["a", "b", "c"]).await;
    check(Some(orders), None, &["a", "b"]).await;
    check(None, Some(true), &["a", "c"]).await;
    check(Some(orders), Some(false), &["b"]).await;
    check(Some(bills), Some(false), &[]).await;
}

/// Terms are AND-ed over name and description; wildcards mean themselves; case is Unicode's.
pub async fn searches_are_literal_and_ignore_case(fx: &dyn Fixture) {
    let workflow = fx.workflow(US, "Orders").await;
    for (name, description) in [
        ("ÜBER Nacht", "Keeps 100% of it"),
        ("over_night", "keeps 100 of it"),
        ("back\\slash", "it's"),
    ] {
        let new = NewSla {
            description: description.to_owned(),
            ..new_sla(workflow, name)
        };
        fx.slas().insert(&us(), new, at(0), None).await.unwrap();
    }
    let check = async |terms: &[&str], expected: &[&str]| {
        let search = terms.iter().map(|term| (*term).to_owned()).collect();
        let filter = SlaFilter {
            search,
            ..SlaFilter::default()
        };
        assert_eq!(names(fx, &filter, &Vec::new()).await, expected, "{terms:?}");
    };
    check(&["über"], &["ÜBER Nacht"]).await;
    check(&["100%"], &["ÜBER Nacht"]).await;
    check(&["r_n"], &["over_night"]).await;
    check(&["\\"], &["back\\slash"]).await;
    check(&["'"], &["back\\slash"]).await;
    check(&["keeps", "night"], &["over_night"]).await;
    check(&["nacht", "night"], &[]).await;
    check(&["it"], &["ÜBER Nacht", "over_night", "back\\slash"]).await;
}

/// By name (its bytes), by when made, and by id in the direction of the last key.
pub async fn slas_are_ordered_ties_by_id(fx: &dyn Fixture) {
    let workflow = fx.workflow(US, "Orders").await;
    for (name, made) in [("b", 3), ("B", 2), ("a", 2), ("ä", 1)] {
        make(fx, new_sla(workflow, name), made).await;
    }
    let check = async |ordering, expected: &[&str]| {
        assert_eq!(names(fx, &SlaFilter::default(), &ordering).await, expected);
    };
    check(Vec::new(), &["b", "B", "a", "ä"]).await;
    check(
        by(SlaOrder::Name, Direction::Ascending),
        &["B", "a", "b", "ä"],
    )
    .await;
    check(
        by(SlaOrder::Name, Direction::Descending),
        &["ä", "b", "a", "B"],
    )
    .await;
    check(
        by(SlaOrder::CreatedAt, Direction::Ascending),
        &["ä", "B", "a", "b"],
    )
    .await;
    check(
        by(SlaOrder::CreatedAt, Direction::Descending),
        &["b", "a", "B", "ä"],
    )
    .await;
    let both = vec![
        Sort {
            by: SlaOrder::CreatedAt,
            direction: Direction::Ascending,
        },
        Sort {
            by: SlaOrder::Name,
            direction: Direction::Descending,
        },
    ];
    check(both, &["ä", "a", "B", "b"]).await;
    let elsewhere = by(SlaOrder::CurrentPercentage, Direction::Ascending);
    check(elsewhere, &["b", "B", "a", "ä"]).await;
}

/// By number, from the end and by cursor, pages tile the list; past the end there is nothing.
pub async fn pages_of_slas_tile_the_list(fx: &dyn Fixture) {
    let workflow = fx.workflow(US, "Orders").await;
    for name in ["c", "a", "b", "b", "d"] {
        make(fx, new_sla(workflow, name), 0).await;
    }
    let ordering = by(SlaOrder::Name, Direction::Descending);
    let all = names(fx, &SlaFilter::default(), &ordering).await;
    let read = async |at| -> Page<_> {
        let request = PageRequest {
            at,
            size: 2,
            count: true,
        };
        fx.slas()
            .list(US, &SlaFilter::default(), &ordering, &request)
            .await
            .unwrap()
    };
    let mut seen = Vec::new();
    for number in 1..=3 {
        let page = read(PageRef::Number(number)).await;
        assert_eq!((page.number, page.has_next), (Some(number), number < 3));
        assert_eq!(page.count, Some(Count::Exact(5)));
        seen.extend(page.items.into_iter().map(|sla| sla.name));
    }
    assert_eq!(seen, all);
    let last = read(PageRef::Last).await;
    assert_eq!(
        (last.number, last.has_next, last.items.len()),
        (Some(3), false, 1)
    );
    let past = read(PageRef::Number(4)).await;
    assert_eq!(
        (past.items.len(), past.number, past.has_next),
        (0, Some(4), false)
    );
    let (mut at, mut seen) = (PageRef::Start, Vec::new());
    loop {
        let page = read(at).await;
        assert_eq!(page.number, None);
        seen.extend(page.items.into_iter().map(|sla| sla.name));
        match page.next {
            Some(cursor) => at = PageRef::After(cursor),
            None => break,
        }
    }
    assert_eq!(seen, all);
    let uncounted = PageRequest {
        count: false,
        ..PageRequest::of_size(2)
    };
    let page = fx
        .slas()
        .list(US, &SlaFilter::default(), &ordering, &uncounted)
        .await
        .unwrap();
    assert_eq!((page.count, page.has_next), (None, true));
}
