//! What becomes of a simulation that runs for a while.

use super::super::samples::{at, object};
use super::{Fixture, actor, new_simulation};
use crate::{NewSimulation, SimulationEnd, SimulationStatus};
use kernel::TenantId;
use serde_json::json;

fn running() -> NewSimulation {
    NewSimulation {
        status: SimulationStatus::Running,
        completed_at: None,
        ..new_simulation(None, 1, 0)
    }
}

fn end(status: SimulationStatus) -> SimulationEnd {
    SimulationEnd {
        status,
        result: object(json!({"prediction": {"mean": 0.1}})),
        at: at(9),
    }
}

/// The first end is kept, whole; another one changes nothing, nor does one of what never ran.
pub async fn a_running_simulation_ends_once(fixture: &dyn Fixture) {
    let (store, tenant) = (fixture.simulations(), fixture.tenant().await);
    let begun = store
        .insert(&actor(tenant, "ann"), running(), None)
        .await
        .unwrap();
    let first = end(SimulationStatus::Completed);
    let ended = store.end(tenant, begun.id, first.clone()).await.unwrap();
    let mut expected = begun.clone();
    expected.content.status = first.status;
    expected.content.result = first.result;
    expected.content.completed_at = Some(first.at);
    assert_eq!(ended, Some(expected.clone()));
    let again = end(SimulationStatus::Failed);
    assert_eq!(store.end(tenant, begun.id, again).await.unwrap(), None);
    assert_eq!(store.get(tenant, begun.id).await.unwrap(), Some(expected));
}

/// Another tenant's simulation is as if it were not there.
pub async fn only_its_tenant_ends_a_simulation(fixture: &dyn Fixture) {
    let (store, tenant) = (fixture.simulations(), fixture.tenant().await);
    let begun = store
        .insert(&actor(tenant, "ann"), running(), None)
        .await
        .unwrap();
    let other = TenantId(tenant.0 + 1_000_000);
    let ended = end(SimulationStatus::Completed);
    assert_eq!(store.end(other, begun.id, ended).await.unwrap(), None);
    assert_eq!(store.get(tenant, begun.id).await.unwrap(), Some(begun));
}
