//! The use cases.

#[cfg(test)]
mod tests;

use crate::{
    ExecutionFilter, ExecutionLog, ExecutionOrder, Known, RecordError, RecordOptions,
    RecordReceipt, Recorded, RecordedCounts, Report,
};
use chrono::{DateTime, SubsecRound, Utc};
use document::Problem;
use kernel::{Actor, Clock, Ordering, Page, PageRequest, Receipt, StoreError, TenantId};
use std::sync::Arc;
use workflow_model::{Execution, ExecutionId};

/// Why a use case failed.
#[derive(Debug, thiserror::Error)]
pub enum ExecutionError {
    /// The tenant has no such execution.
    #[error("Workflow execution not found")]
    NotFound,
    /// The tenant has no such workflow.
    #[error("Workflow not found")]
    UnknownWorkflow,
    /// The execution changed since the revision that the caller named.
    #[error("The execution changed since it was read")]
    Stale,
    /// The report is wrong, by itself or together with what is known.
    #[error("Invalid request data")]
    Invalid(Vec<Problem>),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<RecordError> for ExecutionError {
    fn from(error: RecordError) -> Self {
        let invalid = |path: &str, message: String| {
            Self::Invalid(vec![Problem {
                path: path.to_owned(),
                message,
            }])
        };
        match error {
            RecordError::UnknownExecution => Self::NotFound,
            RecordError::Stale => Self::Stale,
            RecordError::UnknownWorkflow => Self::UnknownWorkflow,
            RecordError::UnknownVersion(_) => invalid("workflow_version", format!("{error}.")),
            RecordError::Contradiction(path, sentence) => invalid(&path, sentence),
        }
    }
}

/// Records and reads executions.
#[derive(Clone)]
pub struct ExecutionService {
    log: Arc<dyn ExecutionLog>,
    clock: Arc<dyn Clock>,
}

impl ExecutionService {
    /// A service on these stores.
    #[must_use]
    pub fn new(log: Arc<dyn ExecutionLog>, clock: Arc<dyn Clock>) -> Self {
        Self { log, clock }
    }

    /// Records a report of a new execution, or of one known by its external id.
    pub async fn create(
        &self,
        actor: &Actor,
        report: Report,
        receipt: Option<Receipt<Recorded>>,
    ) -> Result<Recorded, ExecutionError> {
        let options = RecordOptions {
            atomic: true,
            now: self.now(),
        };
        let answers = self
            .log
            .record(
                actor,
                vec![report],
                options,
                receipt.map(RecordReceipt::First),
            )
            .await?;
        match answers.into_iter().next() {
            Some(answer) => Ok(answer?),
            None => Err(ExecutionError::NotFound),
        }
    }

    /// Records a report on the execution of that id, in the revision that the report names, if
    /// it names one.
    pub async fn update(
        &self,
        actor: &Actor,
        id: ExecutionId,
        report: Report,
    ) -> Result<Recorded, ExecutionError> {
        let revision = match report.known {
            Known::ById(_, revision) => revision,
            Known::ByExternalId => None,
        };
        let known = Known::ById(id, revision);
        self.create(actor, Report { known, ..report }, None).await
    }

    /// Records many reports in one transaction: the good ones, or with `atomic` all or none. The
    /// answers are in the order of the reports.
    pub async fn record_many(
        &self,
        actor: &Actor,
        reports: Vec<Report>,
        atomic: bool,
    ) -> Result<Vec<Result<Recorded, RecordError>>, ExecutionError> {
        let options = RecordOptions {
            atomic,
            now: self.now(),
        };
        Ok(self.log.record(actor, reports, options, None).await?)
    }

    /// Records all reports in one transaction, or none when one is refused; the answer is kept
    /// with them. The answers are in the order of the reports.
    pub async fn record_all(
        &self,
        actor: &Actor,
        reports: Vec<Report>,
        receipt: Receipt<RecordedCounts>,
    ) -> Result<Vec<Result<Recorded, RecordError>>, ExecutionError> {
        let options = RecordOptions {
            atomic: true,
            now: self.now(),
        };
        let receipt = Some(RecordReceipt::Counts(receipt));
        Ok(self.log.record(actor, reports, options, receipt).await?)
    }

    /// One execution.
    pub async fn get(
        &self,
        tenant: TenantId,
        id: ExecutionId,
    ) -> Result<Execution, ExecutionError> {
        self.log
            .get(tenant, id)
            .await?
            .ok_or(ExecutionError::NotFound)
    }

    /// A page of executions. Its count is that of the tally: a host that wants the latest
    /// projects first.
    pub async fn list(
        &self,
        tenant: TenantId,
        filter: &ExecutionFilter,
        ordering: &Ordering<ExecutionOrder>,
        page: &PageRequest,
    ) -> Result<Page<Execution>, ExecutionError> {
        Ok(self.log.list(tenant, filter, ordering, page).await?)
    }

    /// Removes an execution, in that revision if one is named.
    pub async fn delete(
        &self,
        actor: &Actor,
        id: ExecutionId,
        if_match: Option<i64>,
    ) -> Result<(), ExecutionError> {
        match self
            .log
            .delete(actor.tenant, id, if_match, self.now())
            .await
        {
            Ok(true) => Ok(()),
            Ok(false) => Err(ExecutionError::NotFound),
            Err(StoreError::StaleVersion) => Err(ExecutionError::Stale),
            Err(other) => Err(other.into()),
        }
    }

    /// To the millisecond, as stores keep it.
    fn now(&self) -> DateTime<Utc> {
        self.clock.now().trunc_subsecs(3)
    }
}
