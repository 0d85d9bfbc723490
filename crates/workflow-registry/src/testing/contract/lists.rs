//! Lists of workflows.
#![expect(
    clippy::unwrap_used,
    reason = "a failure of the store under test is a failed test"
)]

use super::OURS;
use crate::testing::{WorkflowFixture, actor, at, new_workflow};
use crate::{
    NewWorkflow, Workflow, WorkflowFilter, WorkflowOrder, WorkflowStatus, WorkflowStore,
    WorkflowType,
};
use kernel::{Count, Direction, Ordering, Page, PageRef, PageRequest, Sort};

async fn insert(store: &dyn WorkflowStore, new: NewWorkflow, seconds: i64) -> Workflow {
    store
        .insert(&actor(OURS), new, at(seconds), None)
        .await
        .unwrap()
}

/// Makes workflows of these names, a second apart.
async fn insert_all(store: &dyn WorkflowStore, names: &[&str]) {
    for (name, seconds) in names.iter().zip(0..) {
        insert(store, new_workflow(name), seconds).await;
    }
}

async fn list(
    store: &dyn WorkflowStore,
    filter: &WorkflowFilter,
    ordering: &Ordering<WorkflowOrder>,
    at: PageRef,
    size: u32,
) -> Page<Workflow> {
    let page = PageRequest {
        at,
        size,
        count: true,
    };
    store.list(OURS, filter, ordering, &page).await.unwrap()
}

fn names(page: &Page<Workflow>) -> Vec<&str> {
    page.items
        .iter()
        .map(|workflow| workflow.name.as_str())
        .collect()
}

fn by(by: WorkflowOrder, direction: Direction) -> Sort<WorkflowOrder> {
    Sort { by, direction }
}

/// Every given condition must hold.
pub async fn filters_are_and_ed(fixture: &dyn WorkflowFixture) {
    let store = fixture.store();
    for (name, workflow_type, status) in [
        ("a", WorkflowType::Approval, WorkflowStatus::Active),
        ("b", WorkflowType::Approval, WorkflowStatus::Draft),
        ("c", WorkflowType::Custom, WorkflowStatus::Active),
        ("d", WorkflowType::Custom, WorkflowStatus::Archived),
    ] {
        insert(
            store,
            NewWorkflow {
                workflow_type,
                status,
                ..new_workflow(name)
            },
            0,
        )
        .await;
    }
    let check = async |filter: WorkflowFilter, expected: &[&str]| {
        let page = list(store, &filter, &Vec::new(), PageRef::Number(1), 20).await;
        assert_eq!(names(&page), expected, "{filter:?}");
        let count = i64::try_from(expected.len()).unwrap();
        assert_eq!(page.count, Some(Count::Exact(count)), "{filter:?}");
    };
    let none = WorkflowFilter::default();
    let approval = WorkflowFilter {
        workflow_type: Some(WorkflowType::Approval),
        ..none.clone()
    };
    let active = WorkflowFilter {
        is_active: Some(true),
        ..none.clone()
    };
    let inactive = WorkflowFilter {
        is_active: Some(false),
        ..none.clone()
    };
    let draft = WorkflowFilter {
        status: Some(WorkflowStatus::Draft),
        ..none.clone()
    };
    check(none, &["a", "b", "c", "d"]).await;
    check(approval.clone(), &["a", "b"]).await;
    check(active.clone(), &["a", "c"]).await;
    check(inactive.clone(), &["b", "d"]).await;
    check(draft.clone(), &["b"]).await;
    check(
        WorkflowFilter {
            is_active: Some(true),
            ..approval
        },
        &["a"],
    )
    .await;
    check(
        WorkflowFilter {
            is_active: Some(true),
            ..draft
        },
        &[],
    )
    .await;
    check(
        WorkflowFilter {
            search: vec!["c".to_owned()],
            ..active
        },
        &["c"],
    )
    .await;
}

/// Each term, in lower case, occurs in name or description; `%`, `_` and `\` are themselves.
pub async fn search_terms_are_literal_and_and_ed(fixture: &dyn WorkflowFixture) {
    let store = fixture.store();
    for (name, description) in [
        ("Discount Approval", "Needs a MANAGER"),
        ("Discount_Report", "100% sure"),
        ("Straße", "ÄRGER with C:\\temp"),
    ] {
        let description = description.to_owned();
        insert(
            store,
            NewWorkflow {
                description,
                ..new_workflow(name)
            },
            0,
        )
        .await;
    }
    let check = async |terms: &[&str], expected: &[&str]| {
        let search = terms.iter().map(|term| (*term).to_owned()).collect();
        let filter = WorkflowFilter {
            search,
            ..WorkflowFilter::default()
        };
        let page = list(store, &filter, &Vec::new(), PageRef::Number(1), 20).await;
        assert_eq!(names(&page), expected, "{terms:?}");
    };
    check(&["discount"], &["Discount Approval", "Discount_Report"]).await;
    check(&["manager", "discount"], &["Discount Approval"]).await;
    check(&["manager", "report"], &[]).await;
    check(&["%"], &["Discount_Report"]).await;
    check(&["t_r"], &["Discount_Report"]).await;
    check(&["t_a"], &[]).await;
    check(&["\\t"], &["Straße"]).await;
    check(&["straße", "ärger"], &["Straße"]).await;
}

/// By each key in both directions; ties by id in the direction of the last key.
pub async fn lists_are_ordered_ties_by_id(fixture: &dyn WorkflowFixture) {
    use Direction::{Ascending, Descending};
    use WorkflowOrder::{CreatedAt, ExecutionCount, Name};
    let store = fixture.store();
    // b, a, b, c by name; made at 5, 5, 3, 4; executed 0, 2, 1, 2 times.
    for (name, seconds, executions) in [("b1", 5, 0), ("a", 5, 2), ("b2", 3, 1), ("c", 4, 2)] {
        let made = insert(store, new_workflow(name), seconds).await;
        for run in 0..executions {
            fixture.execute(OURS, made.id, at(run)).await;
        }
    }
    let check = async |ordering: Ordering<WorkflowOrder>, expected: [&str; 4]| {
        let filter = WorkflowFilter::default();
        let page = list(store, &filter, &ordering, PageRef::Number(1), 20).await;
        assert_eq!(names(&page), expected, "{ordering:?}");
    };
    check(vec![], ["b1", "a", "b2", "c"]).await;
    check(vec![by(Name, Ascending)], ["a", "b1", "b2", "c"]).await;
    check(vec![by(Name, Descending)], ["c", "b2", "b1", "a"]).await;
    check(vec![by(CreatedAt, Ascending)], ["b2", "c", "b1", "a"]).await;
    check(vec![by(CreatedAt, Descending)], ["a", "b1", "c", "b2"]).await;
    check(vec![by(ExecutionCount, Ascending)], ["b1", "b2", "a", "c"]).await;
    check(vec![by(ExecutionCount, Descending)], ["c", "a", "b2", "b1"]).await;
    let two = vec![by(ExecutionCount, Descending), by(Name, Ascending)];
    check(two, ["a", "c", "b2", "b1"]).await;
}

/// Pages by number cover the list without gap or repeat; the last one is found by name; one
/// past the end is empty.
pub async fn pages_tile_the_list(fixture: &dyn WorkflowFixture) {
    let store = fixture.store();
    let none = WorkflowFilter::default();
    let ordering = vec![by(WorkflowOrder::Name, Direction::Descending)];
    let empty = list(store, &none, &ordering, PageRef::Last, 2).await;
    assert_eq!(
        (names(&empty), empty.number, empty.has_next),
        (vec![], Some(1), false)
    );

    insert_all(store, &["c", "a", "e", "b", "d"]).await;
    let page = async |at| list(store, &none, &ordering, at, 2).await;
    for (number, expected, more) in [
        (1, &["e", "d"][..], true),
        (2, &["c", "b"], true),
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

/// Following the cursors covers the list without gap or repeat, by every key, both ways.
pub async fn cursors_tile_the_list(fixture: &dyn WorkflowFixture) {
    let store = fixture.store();
    insert_all(store, &["c", "a", "b", "a", "b"]).await;
    let none = WorkflowFilter::default();
    let mut orderings = vec![Vec::new()];
    for key in [
        WorkflowOrder::Name,
        WorkflowOrder::CreatedAt,
        WorkflowOrder::ExecutionCount,
    ] {
        orderings.push(vec![by(key, Direction::Ascending)]);
        orderings.push(vec![by(key, Direction::Descending)]);
    }
    for ordering in orderings {
        let whole = list(store, &none, &ordering, PageRef::Number(1), 20).await;
        let (mut seen, mut at) = (Vec::new(), PageRef::Start);
        for _ in 0..3 {
            let page = list(store, &none, &ordering, at, 2).await;
            assert_eq!(page.number, None);
            assert_eq!(page.has_next, page.next.is_some(), "{ordering:?}");
            seen.extend(page.items);
            let Some(next) = page.next else { break };
            at = PageRef::After(next);
        }
        assert_eq!(seen, whole.items, "{ordering:?}");
    }
}

/// The count is of the whole filtered list, and left out when it is not wanted.
pub async fn counts_are_given_when_asked_for(fixture: &dyn WorkflowFixture) {
    let store = fixture.store();
    insert_all(store, &["a", "b", "ab"]).await;
    let filter = WorkflowFilter {
        search: vec!["a".to_owned()],
        ..WorkflowFilter::default()
    };
    for (count, expected) in [(true, Some(Count::Exact(2))), (false, None)] {
        let page = PageRequest {
            at: PageRef::Number(1),
            size: 1,
            count,
        };
        let page = store.list(OURS, &filter, &Vec::new(), &page).await.unwrap();
        assert_eq!((page.count, page.has_next), (expected, true));
    }
}
