//! Lists of executions.
#![expect(
    clippy::unwrap_used,
    reason = "a failure of the store under test is a failed test"
)]

use super::{OURS, record, record_one, workflow};
use crate::testing::{LogFixture, at, finished, started};
use crate::{ExecutionFilter, ExecutionOrder, Report};
use kernel::{Count, Direction, Ordering, Page, PageRef, PageRequest, Sort};
use workflow_model::{Execution, ExecutionId, ExecutionStatus, WorkflowId};

async fn list(
    fixture: &dyn LogFixture,
    filter: &ExecutionFilter,
    ordering: &Ordering<ExecutionOrder>,
    at: PageRef,
    size: u32,
) -> Page<Execution> {
    // Counts may come from the tally, which follows the log.
    while !fixture
        .tallies()
        .project(OURS, 100)
        .await
        .unwrap()
        .is_empty()
    {}
    let page = PageRequest {
        at,
        size,
        count: true,
    };
    fixture
        .log()
        .list(OURS, filter, ordering, &page)
        .await
        .unwrap()
}

/// The external ids.
fn names(page: &Page<Execution>) -> Vec<&str> {
    page.items
        .iter()
        .filter_map(|execution| execution.external_id.as_deref())
        .collect()
}

fn by(by: ExecutionOrder, direction: Direction) -> Sort<ExecutionOrder> {
    Sort { by, direction }
}

/// Five executions: start, end and outcome as listed; `c` and `e` still run.
async fn five(fixture: &dyn LogFixture, workflow: WorkflowId) {
    use ExecutionStatus::{Completed, Failed};
    let done = |name, times, status, outcome: &str| Report {
        outcome: Some(outcome.to_owned()),
        ..finished(workflow, Some(name), times, status)
    };
    let reports = vec![
        done("a", (50, 60), Completed, "approved"),
        done("b", (10, 60), Failed, "rejected"),
        started(workflow, Some("c"), 30),
        done("d", (30, 40), Completed, "rejected"),
        started(workflow, Some("e"), 20),
    ];
    for answer in record(fixture, reports).await {
        answer.unwrap();
    }
}

/// Every given condition must hold; the bounds of the start are included.
pub async fn filters_are_and_ed(fixture: &dyn LogFixture) {
    let workflow = workflow(fixture).await;
    let other = fixture.workflow(OURS, "Other", &[]).await;
    five(fixture, workflow).await;
    record_one(fixture, started(other, Some("a"), 50)).await;
    let check = async |filter: ExecutionFilter, expected: &[&str]| {
        let page = list(fixture, &filter, &Vec::new(), PageRef::Number(1), 20).await;
        assert_eq!(names(&page), expected, "{filter:?}");
        let count = i64::try_from(expected.len()).unwrap();
        assert_eq!(page.count, Some(Count::Exact(count)), "{filter:?}");
        let scanned = fixture.log().scan(OURS, &filter, None, 20).await.unwrap();
        assert_eq!(scanned, page.items, "{filter:?}");
    };
    let all = ExecutionFilter::default;
    let ours = || ExecutionFilter {
        workflow: Some(workflow),
        ..all()
    };
    let text = |text: &str| Some(text.to_owned());
    let completed = Some(ExecutionStatus::Completed);
    check(all(), &["a", "b", "c", "d", "e", "a"]).await;
    check(ours(), &["a", "b", "c", "d", "e"]).await;
    check(
        ExecutionFilter {
            workflow: Some(other),
            ..all()
        },
        &["a"],
    )
    .await;
    check(
        ExecutionFilter {
            status: completed,
            ..all()
        },
        &["a", "d"],
    )
    .await;
    check(
        ExecutionFilter {
            status: Some(ExecutionStatus::Cancelled),
            ..ours()
        },
        &[],
    )
    .await;
    check(
        ExecutionFilter {
            outcome: text("rejected"),
            ..all()
        },
        &["b", "d"],
    )
    .await;
    check(
        ExecutionFilter {
            outcome: text("Rejected"),
            ..all()
        },
        &[],
    )
    .await;
    check(
        ExecutionFilter {
            status: completed,
            outcome: text("rejected"),
            ..all()
        },
        &["d"],
    )
    .await;
    check(
        ExecutionFilter {
            external_id: text("a"),
            ..all()
        },
        &["a", "a"],
    )
    .await;
    check(
        ExecutionFilter {
            external_id: text("a"),
            ..ours()
        },
        &["a"],
    )
    .await;
    check(
        ExecutionFilter {
            started_after: Some(at(30)),
            ..ours()
        },
        &["a", "c", "d"],
    )
    .await;
    check(
        ExecutionFilter {
            started_before: Some(at(20)),
            ..ours()
        },
        &["b", "e"],
    )
    .await;
    let at_30 = ExecutionFilter {
        started_after: Some(at(30)),
        started_before: Some(at(30)),
        ..all()
    };
    check(at_30, &["c", "d"]).await;
}

/// By each key in both directions, running ones last, ties by id in the direction of the key.
pub async fn lists_are_ordered_nulls_last_ties_by_id(fixture: &dyn LogFixture) {
    use Direction::{Ascending, Descending};
    use ExecutionOrder::{CompletedAt, Duration, StartedAt};
    let workflow = workflow(fixture).await;
    five(fixture, workflow).await;
    let check = async |ordering: Ordering<ExecutionOrder>, expected: &str| {
        let filter = ExecutionFilter::default();
        let page = list(fixture, &filter, &ordering, PageRef::Number(1), 20).await;
        assert_eq!(names(&page).concat(), expected, "{ordering:?}");
    };
    check(vec![], "abcde").await;
    check(vec![by(StartedAt, Ascending)], "becda").await;
    check(vec![by(StartedAt, Descending)], "adceb").await;
    check(vec![by(CompletedAt, Ascending)], "dabce").await;
    check(vec![by(CompletedAt, Descending)], "badec").await;
    check(vec![by(Duration, Ascending)], "adbce").await;
    check(vec![by(Duration, Descending)], "bdaec").await;
    check(
        vec![by(Duration, Ascending), by(StartedAt, Ascending)],
        "dabec",
    )
    .await;
    check(
        vec![by(CompletedAt, Descending), by(StartedAt, Descending)],
        "abdce",
    )
    .await;
}

/// Pages by number cover the list without gap or repeat; one past the end is empty.
pub async fn pages_tile_the_list(fixture: &dyn LogFixture) {
    let workflow = workflow(fixture).await;
    let none = ExecutionFilter::default();
    let ordering = vec![by(ExecutionOrder::StartedAt, Direction::Ascending)];
    let page = async |at| list(fixture, &none, &ordering, at, 2).await;
    let empty = page(PageRef::Last).await;
    assert_eq!(
        (names(&empty), empty.number, empty.has_next),
        (vec![], Some(1), false)
    );
    five(fixture, workflow).await;
    for (number, expected, more) in [
        (1, &["b", "e"][..], true),
        (2, &["c", "d"], true),
        (3, &["a"], false),
        (4, &[], false),
    ] {
        let page = page(PageRef::Number(number)).await;
        assert_eq!(names(&page), expected);
        assert_eq!((page.number, page.has_next), (Some(number), more));
        assert_eq!(page.next.is_some(), more);
        assert_eq!(page.count, Some(Count::Exact(5)));
    }
    let last = page(PageRef::Last).await;
    assert_eq!(
        (names(&last), last.number, last.has_next),
        (vec!["a"], Some(3), false)
    );
    let far = page(PageRef::Number(1_000_000_000_000)).await;
    assert_eq!(names(&far), Vec::<&str>::new());
}

/// Following the cursors covers the list without gap or repeat, by every key, both ways, also
/// through the nulls at the end.
pub async fn cursors_tile_the_list(fixture: &dyn LogFixture) {
    let workflow = workflow(fixture).await;
    five(fixture, workflow).await;
    record_one(fixture, started(workflow, Some("f"), 30)).await;
    let none = ExecutionFilter::default();
    let mut orderings = vec![Vec::new()];
    for key in [
        ExecutionOrder::StartedAt,
        ExecutionOrder::CompletedAt,
        ExecutionOrder::Duration,
    ] {
        orderings.push(vec![by(key, Direction::Ascending)]);
        orderings.push(vec![by(key, Direction::Descending)]);
    }
    for ordering in orderings {
        let whole = list(fixture, &none, &ordering, PageRef::Number(1), 20).await;
        for size in [1, 2, 4] {
            let (mut seen, mut place) = (Vec::new(), PageRef::Start);
            for _ in 0..6 {
                let page = list(fixture, &none, &ordering, place, size).await;
                assert_eq!(page.number, None);
                assert_eq!(page.has_next, page.next.is_some(), "{ordering:?}");
                seen.extend(page.items);
                let Some(next) = page.next else { break };
                place = PageRef::After(next);
            }
            assert_eq!(seen, whole.items, "{ordering:?} by {size}");
        }
    }
}

/// The count is of the whole filtered list, and left out when it is not wanted.
pub async fn counts_are_given_when_asked_for(fixture: &dyn LogFixture) {
    let workflow = workflow(fixture).await;
    five(fixture, workflow).await;
    let tallied = ExecutionFilter {
        workflow: Some(workflow),
        status: Some(ExecutionStatus::Completed),
        ..ExecutionFilter::default()
    };
    let scanned = ExecutionFilter {
        started_after: Some(at(50)),
        ..tallied.clone()
    };
    for (filter, expected) in [(tallied, 2), (scanned, 1)] {
        let page = list(fixture, &filter, &Vec::new(), PageRef::Number(1), 1).await;
        assert_eq!(page.count, Some(Count::Exact(expected)), "{filter:?}");
        let uncounted = PageRequest {
            at: PageRef::Number(1),
            size: 1,
            count: false,
        };
        let page = fixture
            .log()
            .list(OURS, &filter, &Vec::new(), &uncounted)
            .await
            .unwrap();
        assert_eq!(page.count, None);
        assert_eq!(page.items.len(), 1);
    }
}

/// Scanning in parts gives every execution once, by id.
pub async fn scanning_goes_by_id(fixture: &dyn LogFixture) {
    let workflow = workflow(fixture).await;
    five(fixture, workflow).await;
    let filter = ExecutionFilter::default();
    let scan = async |after: Option<ExecutionId>, limit| {
        fixture
            .log()
            .scan(OURS, &filter, after, limit)
            .await
            .unwrap()
    };
    let whole = scan(None, 100).await;
    assert_eq!(whole.len(), 5);
    assert!(whole.is_sorted_by(|a, b| a.id < b.id));
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let part = scan(after, 2).await;
        assert!(part.len() <= 2);
        let Some(last) = part.last() else { break };
        after = Some(last.id);
        seen.extend(part);
    }
    assert_eq!(seen, whole);
}
