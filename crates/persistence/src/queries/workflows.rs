//! Workflows and their versions.

use super::super::{Conn, Db, locked};
use super::answers::settle;
use super::paging::{self, Extent, Seek, Window, beyond, count_of, ordered, tie_direction};
use super::search::search;
use crate::DbError;
use crate::rows::{NewWorkflowRow, Stored, VersionRow, WorkflowChanges, WorkflowRow, definition};
use crate::schema::{execution, simulation, sla, workflow, workflow_version};
use diesel::dsl::{exists, select};
use diesel::prelude::*;
use kernel::{
    Count, Cursor, CursorKey, Ordering, Page, PageRequest, Receipt, StoreError, TenantId,
};
use workflow_model::{Definition, WorkflowId};
use workflow_registry::{Deleted, Workflow, WorkflowFilter, WorkflowOrder, WorkflowStatus};

/// Keeps a new workflow and its first version, in the transaction of the caller.
pub(crate) fn insert(conn: &mut Conn, new: &NewWorkflowRow) -> Result<Workflow, DbError> {
    let row: WorkflowRow = diesel::insert_into(workflow::table)
        .values(new)
        .returning(WorkflowRow::as_returning())
        .get_result(conn)?;
    let version = VersionRow {
        tenant_id: row.tenant_id,
        workflow_id: row.id,
        version: row.version,
        definition: &row.definition,
    };
    diesel::insert_into(workflow_version::table)
        .values(&version)
        .execute(conn)?;
    Ok(row.try_into()?)
}

/// The workflow of that id.
pub(crate) fn get(
    conn: &mut Conn,
    tenant: TenantId,
    id: WorkflowId,
) -> QueryResult<Option<WorkflowRow>> {
    workflow::table
        .filter(workflow::tenant_id.eq(tenant.0))
        .filter(workflow::id.eq(id.0))
        .select(WorkflowRow::as_select())
        .first(conn)
        .optional()
}

/// The workflow of that name with the smallest id.
pub(crate) fn find_by_name(
    conn: &mut Conn,
    tenant: TenantId,
    name: &str,
) -> QueryResult<Option<WorkflowRow>> {
    workflow::table
        .filter(workflow::tenant_id.eq(tenant.0))
        .filter(workflow::name.eq(name))
        .order(workflow::id.asc())
        .select(WorkflowRow::as_select())
        .first(conn)
        .optional()
}

/// The definition that a version had.
pub(crate) fn version(
    conn: &mut Conn,
    tenant: TenantId,
    id: WorkflowId,
    version: i64,
) -> Result<Option<Definition>, DbError> {
    let text: Option<String> = workflow_version::table
        .filter(workflow_version::tenant_id.eq(tenant.0))
        .filter(workflow_version::workflow_id.eq(id.0))
        .filter(workflow_version::version.eq(version))
        .select(workflow_version::definition)
        .first(conn)
        .optional()?;
    let stored = Stored {
        entity: "version of workflow",
        id: id.0,
    };
    Ok(text.map(|text| definition(stored, &text)).transpose()?)
}

fn filtered(tenant: TenantId, filter: &WorkflowFilter) -> workflow::BoxedQuery<'_, Db> {
    let mut query = workflow::table
        .filter(workflow::tenant_id.eq(tenant.0))
        .into_boxed();
    if let Some(wanted) = filter.workflow_type {
        query = query.filter(workflow::workflow_type.eq(wanted.as_str()));
    }
    if let Some(wanted) = filter.status {
        query = query.filter(workflow::status.eq(wanted.as_str()));
    }
    let active = WorkflowStatus::Active.as_str();
    query = match filter.is_active {
        None => query,
        Some(true) => query.filter(workflow::status.eq(active)),
        Some(false) => query.filter(workflow::status.ne(active)),
    };
    search!(query, workflow::search_text, &filter.search)
}

/// A page of workflows.
pub(crate) fn list(
    conn: &mut Conn,
    tenant: TenantId,
    filter: &WorkflowFilter,
    ordering: &Ordering<WorkflowOrder>,
    request: &PageRequest,
) -> Result<Page<WorkflowRow>, DbError> {
    let seek = Seek::of(ordering, |by| match by {
        WorkflowOrder::Name => Seek::Text,
        WorkflowOrder::CreatedAt | WorkflowOrder::ExecutionCount => Seek::Integer,
    });
    let count = |conn: &mut Conn, _extent| -> Result<Count, DbError> {
        let query = filtered(tenant, filter).select(workflow::id);
        Ok(count_of(conn, query, Extent::All)?)
    };
    let fetch = |conn: &mut Conn, window: &Window<'_>| -> Result<Vec<WorkflowRow>, DbError> {
        let mut query = filtered(tenant, filter);
        for sort in ordering {
            query = match sort.by {
                WorkflowOrder::Name => ordered!(query, sort.direction, workflow::name),
                WorkflowOrder::CreatedAt => ordered!(query, sort.direction, workflow::created_at),
                WorkflowOrder::ExecutionCount => {
                    ordered!(query, sort.direction, workflow::execution_count)
                }
            };
        }
        let direction = tie_direction(ordering);
        query = ordered!(query, direction, workflow::id);
        if let Some(cursor) = window.after {
            query = query.filter(beyond(
                (key_column(ordering), "workflow.id"),
                direction,
                cursor,
            ));
        }
        let query = query.select(WorkflowRow::as_select());
        Ok(query.offset(window.offset).limit(window.limit).load(conn)?)
    };
    paging::page(conn, request, seek, count, fetch, |row| {
        position(ordering, row)
    })
}

/// The column of the first key.
fn key_column(ordering: &Ordering<WorkflowOrder>) -> &'static str {
    match ordering.first().map(|sort| sort.by) {
        None => "workflow.id",
        Some(WorkflowOrder::Name) => "workflow.name",
        Some(WorkflowOrder::CreatedAt) => "workflow.created_at",
        Some(WorkflowOrder::ExecutionCount) => "workflow.execution_count",
    }
}

fn position(ordering: &Ordering<WorkflowOrder>, row: &WorkflowRow) -> Cursor {
    let key = match ordering.first().map(|sort| sort.by) {
        None => CursorKey::None,
        Some(WorkflowOrder::Name) => CursorKey::Text(row.name.clone()),
        Some(WorkflowOrder::CreatedAt) => CursorKey::Integer(row.created_at),
        Some(WorkflowOrder::ExecutionCount) => CursorKey::Integer(row.execution_count),
    };
    Cursor { key, id: row.id }
}

/// Writes a workflow, and its definition under its version.
pub(crate) fn replace(
    conn: &mut Conn,
    changed: &Workflow,
    receipt: Option<&Receipt<Workflow>>,
) -> Result<Workflow, DbError> {
    let changes = WorkflowChanges::new(changed)?;
    let before = workflow::table
        .filter(workflow::tenant_id.eq(changed.tenant.0))
        .filter(workflow::id.eq(changed.id.0))
        .filter(workflow::revision.eq(changed.revision - 1));
    let row: WorkflowRow = diesel::update(before)
        .set(&changes)
        .returning(WorkflowRow::as_returning())
        .get_result(conn)
        .optional()?
        .ok_or(StoreError::StaleVersion)?;
    let version = VersionRow {
        tenant_id: changed.tenant.0,
        workflow_id: changed.id.0,
        version: changes.version,
        definition: &changes.definition,
    };
    diesel::insert_into(workflow_version::table)
        .values(&version)
        .on_conflict((workflow_version::workflow_id, workflow_version::version))
        .do_update()
        .set(workflow_version::definition.eq(version.definition))
        .execute(conn)?;
    let workflow = row.try_into()?;
    settle(conn, receipt, &workflow)?;
    Ok(workflow)
}

/// Deletes a workflow that nothing names.
pub(crate) fn delete(
    conn: &mut Conn,
    tenant: TenantId,
    id: WorkflowId,
    expected: Option<i64>,
) -> Result<Deleted, DbError> {
    let this = workflow::table
        .filter(workflow::tenant_id.eq(tenant.0))
        .filter(workflow::id.eq(id.0));
    // Locked against a report that is recorded at the same time, which keeps its workflow.
    let found: Option<i64> = locked!(this.select(workflow::revision))
        .first(conn)
        .optional()?;
    let Some(revision) = found else {
        return Ok(Deleted::NotFound);
    };
    if expected.is_some_and(|expected| expected != revision) {
        return Err(StoreError::StaleVersion.into());
    }
    if is_used(conn, tenant, id)? {
        return Ok(Deleted::InUse);
    }
    diesel::delete(this).execute(conn)?;
    Ok(Deleted::Gone)
}

fn is_used(conn: &mut Conn, tenant: TenantId, id: WorkflowId) -> QueryResult<bool> {
    let executions = execution::table
        .filter(execution::tenant_id.eq(tenant.0))
        .filter(execution::workflow_id.eq(id.0));
    let slas = sla::table
        .filter(sla::tenant_id.eq(tenant.0))
        .filter(sla::workflow_id.eq(id.0));
    let simulations = simulation::table
        .filter(simulation::tenant_id.eq(tenant.0))
        .filter(simulation::workflow_id.eq(id.0));
    Ok(select(exists(executions)).get_result(conn)?
        || select(exists(slas)).get_result(conn)?
        || select(exists(simulations)).get_result(conn)?)
}

/// Sets the counters of a workflow.
pub(crate) fn set_counters(
    conn: &mut Conn,
    tenant: TenantId,
    id: WorkflowId,
    count: i64,
    last: Option<i64>,
) -> QueryResult<usize> {
    let this = workflow::table
        .filter(workflow::tenant_id.eq(tenant.0))
        .filter(workflow::id.eq(id.0));
    diesel::update(this)
        .set((
            workflow::execution_count.eq(count),
            workflow::last_executed_at.eq(last),
        ))
        .execute(conn)
}
