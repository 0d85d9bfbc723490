//! Recording: everything that a call needs is read at first, merged in memory, and written at the
//! end, so that the number of statements does not grow with the number of reports.

mod contexts;
mod known;

use super::super::{Conn, INSERT_CHUNK, execution_ids};
use super::answers::settle;
use super::changes;
use crate::DbError;
use crate::rows::{ExecutionRow, NewChangeRow};
use crate::schema::execution;
use contexts::Contexts;
use diesel::prelude::*;
use diesel::upsert::excluded;
use execution_log::{
    MergeState, Merged, RecordError, RecordOptions, RecordReceipt, Recorded, RecordedCounts,
    Report, merge,
};
use kernel::{StoreError, TenantId};
use known::KnownExecutions;
use std::collections::BTreeSet;
use workflow_model::{Execution, ExecutionId};

/// The answer to one report.
pub(crate) type Answer = Result<Recorded, RecordError>;

/// Records reports. With `wait` false, an execution that another transaction has locked is an
/// error at once; the caller then tries again with `wait`.
pub(crate) fn record(
    conn: &mut Conn,
    tenant: TenantId,
    reports: &[Report],
    options: RecordOptions,
    receipt: Option<&RecordReceipt>,
    wait: bool,
) -> Result<Vec<Answer>, DbError> {
    let mut contexts = Contexts::load(conn, tenant, reports)?;
    let known = KnownExecutions::load(conn, tenant, reports, &mut contexts, wait)?;
    let new = reports
        .iter()
        .filter(|report| known.is_new(report, &contexts))
        .count();
    let ids = if new == 0 {
        Vec::new()
    } else {
        execution_ids(conn, new)?
    };
    let mut batch = Batch {
        tenant,
        options,
        contexts,
        known,
        ids: ids.into_iter(),
        touched: BTreeSet::new(),
        changes: Vec::new(),
    };
    let mut answers = Vec::with_capacity(reports.len());
    for report in reports {
        answers.push(batch.record(conn, report)?);
    }
    if options.atomic && answers.iter().any(Result::is_err) {
        return Ok(answers);
    }
    batch.write(conn)?;
    keep_answer(conn, receipt, &answers)?;
    Ok(answers)
}

fn keep_answer(
    conn: &mut Conn,
    receipt: Option<&RecordReceipt>,
    answers: &[Answer],
) -> Result<(), DbError> {
    match receipt {
        None => Ok(()),
        Some(RecordReceipt::First(receipt)) => match answers.first() {
            Some(Ok(first)) => settle(conn, Some(receipt), first),
            Some(Err(_)) | None => Ok(()),
        },
        Some(RecordReceipt::Counts(receipt)) => match RecordedCounts::of(answers) {
            Some(counts) => settle(conn, Some(receipt), &counts),
            None => Ok(()),
        },
    }
}

/// The reports of one call, merged one after the other.
struct Batch {
    tenant: TenantId,
    options: RecordOptions,
    contexts: Contexts,
    known: KnownExecutions,
    /// For executions that turn out to be new.
    ids: std::vec::IntoIter<i64>,
    /// What has to be written.
    touched: BTreeSet<i64>,
    changes: Vec<NewChangeRow>,
}

impl Batch {
    fn record(&mut self, conn: &mut Conn, report: &Report) -> Result<Answer, DbError> {
        match self.merge(conn, report) {
            Ok(recorded) => Ok(Ok(recorded)),
            Err(Refusal::Report(error)) => Ok(Err(error)),
            Err(Refusal::Database(error)) => Err(error),
        }
    }

    fn merge(&mut self, conn: &mut Conn, report: &Report) -> Result<Recorded, Refusal> {
        let id = self.known.find(report, &self.contexts)?;
        let before = id.and_then(|id| self.known.get(id));
        let workflow = match before {
            Some((execution, _)) => execution.workflow.0,
            None => self.contexts.find(report.workflow.as_ref())?,
        };
        let said = report.workflow_version;
        let version = said.or(before.map(|(execution, _)| execution.workflow_version));
        let context = self.contexts.get(conn, workflow, version)?;
        if let Some((execution, _)) = before {
            self.known.check_external_id(report, execution)?;
        }
        let next = ExecutionId(self.ids.as_slice().first().copied().unwrap_or(0));
        let merged = merge(self.tenant, next, before, report, context, self.options.now)?;
        let before = before.map(|(execution, _)| execution.clone());
        let (recorded, state) = match merged {
            Merged::New(execution, state) => {
                if self.ids.next().is_none() {
                    return Err(no_id());
                }
                (Recorded::Created(execution), Some(state))
            }
            Merged::Changed(execution, state) => (Recorded::Updated(execution), Some(state)),
            Merged::Unchanged(execution, state) => (Recorded::Unchanged(execution), state),
        };
        self.keep(before.as_ref(), &recorded, state)?;
        Ok(recorded)
    }

    /// Keeps what became of a report, for the reports after it and for the writing.
    fn keep(
        &mut self,
        before: Option<&Execution>,
        recorded: &Recorded,
        state: Option<MergeState>,
    ) -> Result<(), Refusal> {
        let execution = recorded.execution();
        if let Some(state) = state {
            self.touched.insert(execution.id.0);
            self.known.put(execution.clone(), state);
        }
        if !matches!(recorded, Recorded::Unchanged(_)) {
            let rows = changes::queued(before, Some(execution), self.options.now)?;
            self.changes.extend(rows);
        }
        Ok(())
    }

    fn write(&self, conn: &mut Conn) -> Result<(), DbError> {
        let mut rows = Vec::with_capacity(self.touched.len());
        for id in &self.touched {
            if let Some((execution, state)) = self.known.get(*id) {
                rows.push(ExecutionRow::new(execution, Some(state_text(state)?))?);
            }
        }
        let (stored, new): (Vec<_>, Vec<_>) = rows
            .into_iter()
            .partition(|row| self.known.is_stored(row.id));
        for chunk in new.chunks(INSERT_CHUNK) {
            diesel::insert_into(execution::table)
                .values(chunk)
                .execute(conn)?;
        }
        for chunk in stored.chunks(INSERT_CHUNK) {
            overwrite(conn, chunk)?;
        }
        Ok(changes::queue(conn, &self.changes)?)
    }
}

/// Writes rows that are there already, all in one statement.
fn overwrite(conn: &mut Conn, rows: &[ExecutionRow]) -> QueryResult<usize> {
    diesel::insert_into(execution::table)
        .values(rows)
        .on_conflict(execution::id)
        .do_update()
        .set((
            execution::workflow_version.eq(excluded(execution::workflow_version)),
            execution::external_id.eq(excluded(execution::external_id)),
            execution::status.eq(excluded(execution::status)),
            execution::outcome.eq(excluded(execution::outcome)),
            execution::error_message.eq(excluded(execution::error_message)),
            execution::started_at.eq(excluded(execution::started_at)),
            execution::completed_at.eq(excluded(execution::completed_at)),
            execution::duration_ms.eq(excluded(execution::duration_ms)),
            execution::paused_at.eq(excluded(execution::paused_at)),
            execution::paused_ms.eq(excluded(execution::paused_ms)),
            execution::triggered_by.eq(excluded(execution::triggered_by)),
            execution::input_data.eq(excluded(execution::input_data)),
            execution::steps.eq(excluded(execution::steps)),
            execution::merge_state.eq(excluded(execution::merge_state)),
            execution::updated_at.eq(excluded(execution::updated_at)),
            execution::revision.eq(excluded(execution::revision)),
        ))
        .execute(conn)
}

fn state_text(state: &MergeState) -> Result<String, StoreError> {
    state.to_text().map_err(|error| StoreError::Corrupt {
        entity: "merge state",
        id: String::new(),
        source: Box::new(error),
    })
}

/// Why a report is not recorded, or nothing of the call.
enum Refusal {
    Report(RecordError),
    Database(DbError),
}

impl From<RecordError> for Refusal {
    fn from(error: RecordError) -> Self {
        Self::Report(error)
    }
}

impl<E: Into<DbError>> From<E> for Refusal {
    fn from(error: E) -> Self {
        Self::Database(error.into())
    }
}

fn no_id() -> Refusal {
    Refusal::Database(DbError::Store(StoreError::Corrupt {
        entity: "execution ids",
        id: String::new(),
        source: "fewer ids were drawn than executions are new".into(),
    }))
}

/// Deletes an execution and queues its change.
pub(crate) fn delete(
    conn: &mut Conn,
    tenant: TenantId,
    id: ExecutionId,
    expected: Option<i64>,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<bool, DbError> {
    super::executions::lock(conn, tenant, &vec![id.0], true)?;
    let Some(before) = super::executions::get(conn, tenant, id)? else {
        return Ok(false);
    };
    if expected.is_some_and(|expected| expected != before.revision) {
        return Err(StoreError::StaleVersion.into());
    }
    let this = execution::table
        .filter(execution::tenant_id.eq(tenant.0))
        .filter(execution::id.eq(id.0));
    diesel::delete(this).execute(conn)?;
    changes::queue(conn, &changes::queued(Some(&before), None, now)?)?;
    Ok(true)
}
