//! [`crate::BreachStore`].

use super::world::{THEM, US, breaches, catch_up, end, make, new_sla, start, us};
use crate::testing::Fixture;
use crate::{Breach, BreachFilter, BreachId, BreachOrder, NewSla, Severity};
use execution_log::testing::{actor, at};
use kernel::{Count, Direction, Ordering, PageRef, PageRequest, Sort};

async fn listed(
    fx: &dyn Fixture,
    filter: &BreachFilter,
    ordering: &Ordering<BreachOrder>,
) -> Vec<i64> {
    let page = fx
        .breaches()
        .list(US, filter, ordering, &PageRequest::of_size(50))
        .await
        .unwrap();
    let count = i64::try_from(page.items.len()).unwrap();
    assert_eq!(page.count, Some(Count::Exact(count)));
    page.items
        .into_iter()
        .map(|breach| breach.actual_millis / 1_000)
        .collect()
}

/// Four breaches: 90, 160, 120 and 160 s, found at 100, 200, 300 and 300.
pub(super) async fn four(fx: &dyn Fixture) -> Vec<Breach> {
    let (workflow, _) = start(fx).await;
    for (name, took, found) in [
        ("a", 90, 100),
        ("b", 160, 200),
        ("c", 120, 300),
        ("d", 160, 300),
    ] {
        end(fx, workflow, name, (found - took, found)).await;
        catch_up(fx, found).await;
    }
    breaches(fx).await
}

/// Another tenant can neither read, list nor acknowledge a breach.
pub async fn breaches_stay_in_their_tenant(fx: &dyn Fixture) {
    let ours = four(fx).await;
    let (id, page) = (ours[0].id, PageRequest::first());
    assert_eq!(fx.breaches().get(THEM, id).await.unwrap(), None);
    let list = fx
        .breaches()
        .list(THEM, &BreachFilter::default(), &Vec::new(), &page)
        .await;
    assert_eq!(list.unwrap().items, []);
    for revision in [None, Some(ours[0].revision), Some(99)] {
        let answer = fx
            .breaches()
            .acknowledge(&actor(THEM), id, "mine", revision, at(400), None)
            .await;
        assert_eq!(answer.unwrap(), None);
    }
    assert_eq!(breaches(fx).await, ours);
    let unknown = BreachId(ours.iter().map(|b| b.id.0).max().unwrap() + 1_000);
    assert_eq!(fx.breaches().get(US, unknown).await.unwrap(), None);
    let answer = fx
        .breaches()
        .acknowledge(&us(), unknown, "", None, at(400), None)
        .await;
    assert_eq!(answer.unwrap(), None);
}

/// Every given condition must hold; both ends of a stretch of time belong to it.
pub async fn breaches_are_filtered(fx: &dyn Fixture) {
    let found = four(fx).await;
    let bills = fx.workflow(US, "Bills").await;
    let quiet = make(
        fx,
        NewSla {
            alert_recipients: Vec::new(),
            ..new_sla(bills, "Bills")
        },
        0,
    )
    .await;
    end(fx, bills, "e", (0, 500)).await;
    catch_up(fx, 500).await;
    fx.breaches()
        .acknowledge(&us(), found[1].id, "", None, at(501), None)
        .await
        .unwrap();
    for alert in fx.outbox().claim(at(502), at(600), 50).await.unwrap() {
        if alert.breach == found[2].id {
            let sent = crate::AlertOutcome::Sent;
            fx.outbox()
                .settle(&alert, &sent, at(502), at(502))
                .await
                .unwrap();
        }
    }
    let any = BreachFilter::default;
    let check = async |filter: BreachFilter, expected: &[i64]| {
        assert_eq!(
            listed(fx, &filter, &Vec::new()).await,
            expected,
            "{filter:?}"
        );
    };
    check(any(), &[90, 160, 120, 160, 500]).await;
    check(
        BreachFilter {
            sla: Some(quiet.id),
            ..any()
        },
        &[500],
    )
    .await;
    check(
        BreachFilter {
            workflow: Some(found[0].workflow),
            ..any()
        },
        &[90, 160, 120, 160],
    )
    .await;
    check(
        BreachFilter {
            severity: Some(Severity::Warning),
            ..any()
        },
        &[90, 120],
    )
    .await;
    check(
        BreachFilter {
            severity: Some(Severity::Critical),
            ..any()
        },
        &[160, 160, 500],
    )
    .await;
    check(
        BreachFilter {
            acknowledged: Some(true),
            ..any()
        },
        &[160],
    )
    .await;
    check(
        BreachFilter {
            acknowledged: Some(false),
            ..any()
        },
        &[90, 120, 160, 500],
    )
    .await;
    check(
        BreachFilter {
            alert_sent: Some(true),
            ..any()
        },
        &[120],
    )
    .await;
    check(
        BreachFilter {
            alert_sent: Some(false),
            ..any()
        },
        &[90, 160, 160, 500],
    )
    .await;
    check(
        BreachFilter {
            detected_after: Some(at(200)),
            ..any()
        },
        &[160, 120, 160, 500],
    )
    .await;
    check(
        BreachFilter {
            detected_before: Some(at(200)),
            ..any()
        },
        &[90, 160],
    )
    .await;
    let both = BreachFilter {
        detected_after: Some(at(201)),
        severity: Some(Severity::Critical),
        sla: Some(found[0].sla),
        ..any()
    };
    check(both, &[160]).await;
}

/// By when found and by margin, ties by id in the same direction.
pub async fn breaches_are_ordered_ties_by_id(fx: &dyn Fixture) {
    let found = four(fx).await;
    let check = async |by, direction, expected: [usize; 4]| {
        let ordering = vec![Sort { by, direction }];
        let page = PageRequest::of_size(50);
        let list = fx
            .breaches()
            .list(US, &BreachFilter::default(), &ordering, &page)
            .await;
        let ids: Vec<_> = list.unwrap().items.iter().map(|b| b.id).collect();
        assert_eq!(
            ids,
            expected.map(|place| found[place].id),
            "{by:?} {direction:?}"
        );
    };
    check(BreachOrder::DetectedAt, Direction::Ascending, [0, 1, 2, 3]).await;
    check(BreachOrder::DetectedAt, Direction::Descending, [3, 2, 1, 0]).await;
    check(BreachOrder::Margin, Direction::Ascending, [0, 2, 1, 3]).await;
    check(BreachOrder::Margin, Direction::Descending, [3, 1, 2, 0]).await;
}

/// By number, from the end and by cursor, pages tile the list; past the end there is nothing.
pub async fn pages_of_breaches_tile_the_list(fx: &dyn Fixture) {
    four(fx).await;
    let any = BreachFilter::default();
    for ordering in [
        Vec::new(),
        vec![Sort {
            by: BreachOrder::DetectedAt,
            direction: Direction::Descending,
        }],
        vec![Sort {
            by: BreachOrder::Margin,
            direction: Direction::Ascending,
        }],
    ] {
        let all = listed(fx, &any, &ordering).await;
        let read = async |at| {
            let request = PageRequest {
                at,
                size: 3,
                count: false,
            };
            let page = fx
                .breaches()
                .list(US, &any, &ordering, &request)
                .await
                .unwrap();
            assert_eq!(page.count, None);
            page.map(|breach| breach.actual_millis / 1_000)
        };
        let first = read(PageRef::Number(1)).await;
        assert_eq!((&first.items[..], first.has_next), (&all[..3], true));
        for at in [PageRef::Number(2), PageRef::Last] {
            let page = read(at).await;
            assert_eq!((&page.items[..], page.has_next), (&all[3..], false));
            assert_eq!(page.number, Some(2));
        }
        let past = read(PageRef::Number(3)).await;
        assert_eq!(
            (past.items.len(), past.number, past.has_next),
            (0, Some(3), false)
        );
        let start = read(PageRef::Start).await;
        assert_eq!((&start.items[..], start.number), (&all[..3], None));
        let rest = read(PageRef::After(start.next.unwrap())).await;
        assert_eq!((&rest.items[..], rest.next), (&all[3..], None));
    }
}
