//! Promises of lists.

use super::super::{Fixture, actor, new_simulation};
use crate::{Simulation, SimulationFilter, SimulationOrder, SimulationStatus};
use kernel::{Count, Direction, Ordering, Page, PageRef, PageRequest, Sort, TenantId};
use workflow_model::WorkflowId;

pub(super) fn by(by: SimulationOrder, direction: Direction) -> Ordering<SimulationOrder> {
    vec![Sort { by, direction }]
}

pub(super) async fn keep(fixture: &dyn Fixture, tenant: TenantId, times: &[(i64, Option<i64>)]) {
    for (started, ended) in times {
        let mut new = new_simulation(None, *started, ended.unwrap_or(0));
        if ended.is_none() {
            new.completed_at = None;
            new.status = SimulationStatus::Running;
        }
        fixture
            .simulations()
            .insert(&actor(tenant, "ann"), new, None)
            .await
            .unwrap();
    }
}

/// Seven simulations with ties and open ends.
pub(super) const MIXED: [(i64, Option<i64>); 7] = [
    (30, Some(90)),
    (10, None),
    (20, Some(80)),
    (10, Some(90)),
    (30, None),
    (20, Some(70)),
    (10, Some(80)),
];

pub(super) async fn all(
    fixture: &dyn Fixture,
    tenant: TenantId,
    ordering: &Ordering<SimulationOrder>,
    request: &PageRequest,
) -> Page<Simulation> {
    let filter = SimulationFilter::default();
    fixture
        .simulations()
        .list(tenant, &filter, ordering, request)
        .await
        .unwrap()
}

pub(super) fn ids(page: &Page<Simulation>) -> Vec<i64> {
    page.items
        .iter()
        .map(|simulation| simulation.id.0)
        .collect()
}

pub(super) fn numbered(number: u64, size: u32) -> PageRequest {
    PageRequest {
        at: PageRef::Number(number),
        ..PageRequest::of_size(size)
    }
}

/// Every given condition must hold.
pub async fn filters_are_exact_and_combined(fixture: &dyn Fixture) {
    let (store, tenant) = (fixture.simulations(), fixture.tenant().await);
    let workflows = [
        fixture.workflow(tenant).await,
        fixture.workflow(tenant).await,
    ];
    let users = ["ann", "ann "];
    for workflow in workflows {
        for user in users {
            for status in [SimulationStatus::Completed, SimulationStatus::Failed] {
                let mut new = new_simulation(Some(workflow), 0, 0);
                new.status = status;
                store.insert(&actor(tenant, user), new, None).await.unwrap();
            }
        }
    }
    let found = async |workflow, status, user: Option<&str>| {
        let filter = SimulationFilter {
            workflow,
            status,
            created_by: user.map(ToOwned::to_owned),
        };
        let page = store
            .list(tenant, &filter, &Vec::new(), &PageRequest::first())
            .await
            .unwrap();
        for it in &page.items {
            assert!(workflow.is_none_or(|id| it.content.workflow == Some(id)));
            assert!(status.is_none_or(|status| it.content.status == status));
            assert!(user.is_none_or(|user| it.created_by == user));
        }
        page.items.len()
    };
    let (first, failed) = (Some(workflows[0]), Some(SimulationStatus::Failed));
    assert_eq!(found(None, None, None).await, 8);
    assert_eq!(found(first, None, None).await, 4);
    assert_eq!(found(None, failed, None).await, 4);
    assert_eq!(found(None, None, Some("ann")).await, 4);
    assert_eq!(found(None, None, Some("ANN")).await, 0);
    assert_eq!(found(first, failed, Some("ann")).await, 1);
    assert_eq!(found(None, Some(SimulationStatus::Pending), None).await, 0);
    assert_eq!(found(Some(WorkflowId(i64::MAX)), None, None).await, 0);
}

/// The count is of what the filter admits, on every page, and only when it is wanted.
pub async fn counts_are_of_the_filter(fixture: &dyn Fixture) {
    let (store, tenant) = (fixture.simulations(), fixture.tenant().await);
    keep(fixture, tenant, &MIXED).await;
    let filter = SimulationFilter {
        status: Some(SimulationStatus::Running),
        ..SimulationFilter::default()
    };
    for number in 1..=3 {
        let request = numbered(number, 1);
        let page = store
            .list(tenant, &filter, &Vec::new(), &request)
            .await
            .unwrap();
        assert_eq!(page.count, Some(Count::Exact(2)));
    }
    let request = PageRequest {
        count: false,
        ..PageRequest::first()
    };
    let page = store
        .list(tenant, &filter, &Vec::new(), &request)
        .await
        .unwrap();
    assert_eq!((page.count, page.items.len()), (None, 2));
}

/// By the key, then by id in the same direction.
pub async fn lists_are_ordered_with_ties_by_id(fixture: &dyn Fixture) {
    let tenant = fixture.tenant().await;
    keep(fixture, tenant, &MIXED).await;
    let place = |simulation: &Simulation| (simulation.content.started_at, simulation.id);
    let ascending = by(SimulationOrder::StartedAt, Direction::Ascending);
    let page = all(fixture, tenant, &ascending, &PageRequest::first()).await;
    assert_eq!(page.items.len(), MIXED.len());
    assert!(
        page.items
            .windows(2)
            .all(|pair| place(&pair[0]) < place(&pair[1]))
    );
    let descending = by(SimulationOrder::StartedAt, Direction::Descending);
    let mut reversed = all(fixture, tenant, &descending, &PageRequest::first())
        .await
        .items;
    reversed.reverse();
    assert_eq!(reversed, page.items);

    let both = [
        ascending,
        by(SimulationOrder::CompletedAt, Direction::Descending),
    ]
    .concat();
    let page = all(fixture, tenant, &both, &PageRequest::first()).await;
    let started_10: Vec<_> = page
        .items
        .iter()
        .take(3)
        .map(|s| s.content.completed_at)
        .collect();
    let end = |millis| Some(super::super::at(millis));
    assert_eq!(started_10, [end(90), end(80), None]);
}

/// Simulations without an end come after all others, upwards and downwards.
pub async fn nulls_come_last_both_ways(fixture: &dyn Fixture) {
    let tenant = fixture.tenant().await;
    keep(fixture, tenant, &MIXED).await;
    for direction in [Direction::Ascending, Direction::Descending] {
        let ordering = by(SimulationOrder::CompletedAt, direction);
        let page = all(fixture, tenant, &ordering, &PageRequest::first()).await;
        let open: Vec<_> = page
            .items
            .iter()
            .map(|s| s.content.completed_at.is_none())
            .collect();
        assert_eq!(
            open,
            [false, false, false, false, false, true, true],
            "{direction:?}"
        );
        let ends: Vec<_> = page
            .items
            .iter()
            .filter_map(|s| s.content.completed_at)
            .collect();
        assert!(match direction {
            Direction::Ascending => ends.is_sorted(),
            Direction::Descending => ends.iter().rev().is_sorted(),
        });
        let last = [page.items[5].id, page.items[6].id];
        assert_eq!(
            last.is_sorted(),
            direction == Direction::Ascending,
            "ties by id"
        );
    }
}

/// Without a key the ids decide, upwards.
pub async fn without_an_order_ids_decide(fixture: &dyn Fixture) {
    let tenant = fixture.tenant().await;
    keep(fixture, tenant, &MIXED).await;
    let found = ids(&all(fixture, tenant, &Vec::new(), &PageRequest::first()).await);
    assert_eq!(found.len(), MIXED.len());
    assert!(found.is_sorted());
}
