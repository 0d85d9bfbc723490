//! Simulations.

use super::super::{Conn, Db};
use super::answers::settle;
use super::paging::{
    self, Seek, Window, beyond, count_of, ordered, ordered_nulls_last, tie_direction,
};
use crate::DbError;
use crate::rows::{NewSimulationRow, SimulationRow};
use crate::schema::simulation;
use diesel::prelude::*;
use kernel::{Count, Cursor, CursorKey, Ordering, Page, PageRequest, Receipt, TenantId, to_millis};
use workflow_sim::{
    Simulation, SimulationEnd, SimulationFilter, SimulationId, SimulationOrder, SimulationStatus,
};

/// Keeps a simulation.
pub(crate) fn insert(
    conn: &mut Conn,
    new: &NewSimulationRow,
    receipt: Option<&Receipt<Simulation>>,
) -> Result<Simulation, DbError> {
    let row: SimulationRow = diesel::insert_into(simulation::table)
        .values(new)
        .returning(SimulationRow::as_returning())
        .get_result(conn)?;
    let simulation = row.try_into()?;
    settle(conn, receipt, &simulation)?;
    Ok(simulation)
}

/// The simulation of that id.
pub(crate) fn get(
    conn: &mut Conn,
    tenant: TenantId,
    id: SimulationId,
) -> QueryResult<Option<SimulationRow>> {
    simulation::table
        .filter(simulation::tenant_id.eq(tenant.0))
        .filter(simulation::id.eq(id.0))
        .select(SimulationRow::as_select())
        .first(conn)
        .optional()
}

fn filtered(tenant: TenantId, filter: &SimulationFilter) -> simulation::BoxedQuery<'_, Db> {
    let mut query = simulation::table
        .filter(simulation::tenant_id.eq(tenant.0))
        .into_boxed();
    if let Some(workflow) = filter.workflow {
        query = query.filter(simulation::workflow_id.eq(workflow.0));
    }
    if let Some(status) = filter.status {
        query = query.filter(simulation::status.eq(status.as_str()));
    }
    if let Some(user) = &filter.created_by {
        query = query.filter(simulation::created_by.eq(user));
    }
    query
}

/// A page of simulations.
pub(crate) fn list(
    conn: &mut Conn,
    tenant: TenantId,
    filter: &SimulationFilter,
    ordering: &Ordering<SimulationOrder>,
    request: &PageRequest,
) -> Result<Page<SimulationRow>, DbError> {
    let seek = Seek::of(ordering, |by| match by {
        SimulationOrder::StartedAt => Seek::Integer,
        SimulationOrder::CompletedAt => Seek::MaybeInteger,
    });
    let count = |conn: &mut Conn, extent| -> Result<Count, DbError> {
        let mut query = filtered(tenant, filter);
        if extent == paging::Extent::WithKey {
            query = query.filter(simulation::completed_at.is_not_null());
        }
        Ok(count_of(conn, query.select(simulation::id), extent)?)
    };
    let fetch = |conn: &mut Conn, window: &Window<'_>| -> Result<Vec<SimulationRow>, DbError> {
        let mut query = filtered(tenant, filter);
        for sort in ordering {
            let direction = sort.direction;
            query = match sort.by {
                SimulationOrder::StartedAt => ordered!(query, direction, simulation::started_at),
                SimulationOrder::CompletedAt => {
                    ordered_nulls_last!(query, window, direction, simulation::completed_at)
                }
            };
        }
        let direction = tie_direction(ordering);
        query = ordered!(query, direction, simulation::id);
        if let Some(cursor) = window.after {
            let columns = (key_column(ordering), "simulation.id");
            query = query.filter(beyond(columns, direction, cursor));
        }
        let query = query.select(SimulationRow::as_select());
        Ok(query.offset(window.offset).limit(window.limit).load(conn)?)
    };
    paging::page(conn, request, seek, count, fetch, |row| {
        position(ordering, row)
    })
}

/// The column of the first key.
fn key_column(ordering: &Ordering<SimulationOrder>) -> &'static str {
    match ordering.first().map(|sort| sort.by) {
        None => "simulation.id",
        Some(SimulationOrder::StartedAt) => "simulation.started_at",
        Some(SimulationOrder::CompletedAt) => "simulation.completed_at",
    }
}

fn position(ordering: &Ordering<SimulationOrder>, row: &SimulationRow) -> Cursor {
    let key = match ordering.first().map(|sort| sort.by) {
        None => {
            return Cursor {
                key: CursorKey::None,
                id: row.id,
            };
        }
        Some(SimulationOrder::StartedAt) => Some(row.started_at),
        Some(SimulationOrder::CompletedAt) => row.completed_at,
    };
    Cursor {
        key: key.map_or(CursorKey::Null, CursorKey::Integer),
        id: row.id,
    }
}

/// Ends a simulation that runs.
pub(crate) fn end(
    conn: &mut Conn,
    tenant: TenantId,
    id: SimulationId,
    end: &SimulationEnd,
    result: &str,
) -> QueryResult<Option<SimulationRow>> {
    let running = simulation::table
        .filter(simulation::tenant_id.eq(tenant.0))
        .filter(simulation::id.eq(id.0))
        .filter(simulation::status.eq(SimulationStatus::Running.as_str()));
    diesel::update(running)
        .set((
            simulation::status.eq(end.status.as_str()),
            simulation::result.eq(result),
            simulation::completed_at.eq(to_millis(end.at)),
        ))
        .returning(SimulationRow::as_returning())
        .get_result(conn)
        .optional()
}

/// Deletes a simulation.
pub(crate) fn delete(conn: &mut Conn, tenant: TenantId, id: SimulationId) -> QueryResult<bool> {
    let this = simulation::table
        .filter(simulation::tenant_id.eq(tenant.0))
        .filter(simulation::id.eq(id.0));
    Ok(diesel::delete(this).execute(conn)? > 0)
}
