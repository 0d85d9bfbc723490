//! Process templates.

use super::super::{Conn, Db};
use super::answers::settle;
use super::paging::{self, Extent, Seek, Window, beyond, count_of, ordered, tie_direction};
use super::search::search;
use super::workflows;
use crate::DbError;
use crate::rows::{NewTemplateRow, NewWorkflowRow, TemplateContentRow, TemplateRow};
use crate::schema::template;
use blueprint::{Imported, Template, TemplateFilter, TemplateId, TemplateOrder};
use diesel::prelude::*;
use kernel::{
    Count, Cursor, CursorKey, Ordering, Page, PageRequest, Receipt, StoreError, TenantId,
};
use workflow_registry::Workflow;

/// What a taken key is called.
const NAME_AND_VERSION: &str = "template name and version";

/// Keeps a new template.
pub(crate) fn insert(
    conn: &mut Conn,
    new: &NewTemplateRow,
    receipt: Option<&Receipt<Template>>,
) -> Result<Template, DbError> {
    let Some(template) = insert_missing(conn, new)? else {
        return Err(StoreError::Duplicate {
            what: NAME_AND_VERSION,
        }
        .into());
    };
    settle(conn, receipt, &template)?;
    Ok(template)
}

/// Keeps a new template unless its name and version are taken.
fn insert_missing(conn: &mut Conn, new: &NewTemplateRow) -> Result<Option<Template>, DbError> {
    let row: Option<TemplateRow> = diesel::insert_into(template::table)
        .values(new)
        .on_conflict_do_nothing()
        .returning(TemplateRow::as_returning())
        .get_result(conn)
        .optional()?;
    Ok(row.map(Template::try_from).transpose()?)
}

/// Keeps a blueprint unless the tenant has that name and version.
pub(crate) fn import(
    conn: &mut Conn,
    new: &NewTemplateRow,
    same: impl Fn(&Template) -> bool,
    receipt: Option<&Receipt<Imported>>,
) -> Result<Imported, DbError> {
    let imported = if let Some(template) = insert_missing(conn, new)? {
        Imported::Created(template)
    } else {
        let row: TemplateRow = template::table
            .filter(template::tenant_id.eq(new.tenant_id))
            .filter(template::name.eq(&new.content.name))
            .filter(template::version.eq(&new.content.version))
            .select(TemplateRow::as_select())
            .first(conn)?;
        let known = Template::try_from(row)?;
        if same(&known) {
            Imported::Existing(known)
        } else {
            Imported::Conflict(known)
        }
    };
    match &imported {
        Imported::Created(_) | Imported::Existing(_) => settle(conn, receipt, &imported)?,
        Imported::Conflict(_) => {}
    }
    Ok(imported)
}

/// The template of that id, if the tenant can see it.
pub(crate) fn get(
    conn: &mut Conn,
    tenant: TenantId,
    id: TemplateId,
) -> QueryResult<Option<TemplateRow>> {
    template::table
        .filter(
            template::tenant_id
                .eq(tenant.0)
                .or(template::is_public.eq(true)),
        )
        .filter(template::id.eq(id.0))
        .select(TemplateRow::as_select())
        .first(conn)
        .optional()
}

fn filtered(tenant: TenantId, filter: &TemplateFilter) -> template::BoxedQuery<'_, Db> {
    let mut query = template::table
        .filter(
            template::tenant_id
                .eq(tenant.0)
                .or(template::is_public.eq(true)),
        )
        .into_boxed();
    if let Some(wanted) = filter.template_type {
        query = query.filter(template::template_type.eq(wanted.as_str()));
    }
    if let Some(active) = filter.is_active {
        query = query.filter(template::is_active.eq(active));
    }
    if let Some(public) = filter.is_public {
        query = query.filter(template::is_public.eq(public));
    }
    if let Some(name) = &filter.name {
        query = query.filter(template::name.eq(name));
    }
    search!(query, template::search_text, &filter.search)
}

/// A page of templates.
pub(crate) fn list(
    conn: &mut Conn,
    tenant: TenantId,
    filter: &TemplateFilter,
    ordering: &Ordering<TemplateOrder>,
    request: &PageRequest,
) -> Result<Page<TemplateRow>, DbError> {
    let seek = Seek::of(ordering, |by| match by {
        TemplateOrder::Name => Seek::Text,
        TemplateOrder::CreatedAt => Seek::Integer,
    });
    let count = |conn: &mut Conn, _extent| -> Result<Count, DbError> {
        Ok(count_of(
            conn,
            filtered(tenant, filter).select(template::id),
            Extent::All,
        )?)
    };
    let fetch = |conn: &mut Conn, window: &Window<'_>| -> Result<Vec<TemplateRow>, DbError> {
        let mut query = filtered(tenant, filter);
        for sort in ordering {
            query = match sort.by {
                TemplateOrder::Name => ordered!(query, sort.direction, template::name),
                TemplateOrder::CreatedAt => ordered!(query, sort.direction, template::created_at),
            };
        }
        let direction = tie_direction(ordering);
        query = ordered!(query, direction, template::id);
        if let Some(cursor) = window.after {
            query = query.filter(beyond(
                (key_column(ordering), "template.id"),
                direction,
                cursor,
            ));
        }
        let query = query.select(TemplateRow::as_select());
        Ok(query.offset(window.offset).limit(window.limit).load(conn)?)
    };
    paging::page(conn, request, seek, count, fetch, |row| {
        position(ordering, row)
    })
}

/// The column of the first key.
fn key_column(ordering: &Ordering<TemplateOrder>) -> &'static str {
    match ordering.first().map(|sort| sort.by) {
        None => "template.id",
        Some(TemplateOrder::Name) => "template.name",
        Some(TemplateOrder::CreatedAt) => "template.created_at",
    }
}

fn position(ordering: &Ordering<TemplateOrder>, row: &TemplateRow) -> Cursor {
    let key = match ordering.first().map(|sort| sort.by) {
        None => CursorKey::None,
        Some(TemplateOrder::Name) => CursorKey::Text(row.name.clone()),
        Some(TemplateOrder::CreatedAt) => CursorKey::Integer(row.created_at),
    };
    Cursor { key, id: row.id }
}

/// Writes a template.
pub(crate) fn replace(
    conn: &mut Conn,
    changed: &Template,
    receipt: Option<&Receipt<Template>>,
) -> Result<Template, DbError> {
    let content = TemplateContentRow::changed(changed)?;
    let before = template::table
        .filter(template::tenant_id.eq(changed.owner.0))
        .filter(template::id.eq(changed.id.0))
        .filter(template::revision.eq(changed.revision - 1));
    let row: TemplateRow = diesel::update(before)
        .set(&content)
        .returning(TemplateRow::as_returning())
        .get_result(conn)
        .optional()?
        .ok_or(StoreError::StaleVersion)?;
    let template = row.try_into()?;
    settle(conn, receipt, &template)?;
    Ok(template)
}

/// Keeps a draft made of a template, and counts the use.
pub(crate) fn use_template(
    conn: &mut Conn,
    tenant: TenantId,
    id: TemplateId,
    draft: &NewWorkflowRow,
    receipt: Option<&Receipt<Workflow>>,
) -> Result<Option<Workflow>, DbError> {
    let seen = template::table
        .filter(
            template::tenant_id
                .eq(tenant.0)
                .or(template::is_public.eq(true)),
        )
        .filter(template::id.eq(id.0));
    let counted = diesel::update(seen)
        .set(template::usage_count.eq(template::usage_count + 1))
        .execute(conn)?;
    if counted == 0 {
        return Ok(None);
    }
    let workflow = workflows::insert(conn, draft)?;
    settle(conn, receipt, &workflow)?;
    Ok(Some(workflow))
}

/// Deletes a template of the tenant's own.
pub(crate) fn delete(
    conn: &mut Conn,
    tenant: TenantId,
    id: TemplateId,
    expected: Option<i64>,
) -> Result<bool, DbError> {
    let this = template::table
        .filter(template::tenant_id.eq(tenant.0))
        .filter(template::id.eq(id.0));
    let gone = match expected {
        Some(revision) => {
            diesel::delete(this.filter(template::revision.eq(revision))).execute(conn)?
        }
        None => diesel::delete(this).execute(conn)?,
    };
    if gone == 0 && expected.is_some() {
        let left: Option<i64> = this.select(template::id).first(conn).optional()?;
        if left.is_some() {
            return Err(StoreError::StaleVersion.into());
        }
    }
    Ok(gone > 0)
}
